"""A runner where notebooks use it: cells, threads, top-level await, widgets, interrupts, restart, the end."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from .conftest import PATIENCE, Kernel, Ran

SETUP = """
import asyncio, os, threading, time
import numpy as np
import bentobook

class Doubler(bentobook.Runnable):
    def __init__(self):
        self.gate, self.sizes = threading.Event(), []

    @bentobook.Runnable.method(batchable=True)
    def predict(self, x):
        self.sizes.append(len(x))
        if x[0, 0] < 0:
            print("in the model", flush=True)
            if x[0, 0] == -1:
                self.gate.wait()
            else:
                time.sleep(600)
        return x[:, 0] * 2

model = Doubler()
runner = bentobook.Runner(model, name="doubler")
runner.init_local()

def row(value):
    return np.full((1, 2), float(value))

def in_thread(function, *args):
    thread = threading.Thread(target=function, args=args, daemon=True)
    thread.start()
    return thread

def until(condition):
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end
        os.sched_yield()
"""


@pytest.fixture(scope="module")
def ready(kernel: Kernel) -> Kernel:
    done(kernel.run(SETUP))
    return kernel


@pytest.fixture
def own(tmp_path) -> Iterator[Kernel]:
    """Make a kernel that may be restarted or ended."""
    kernel = Kernel(tmp_path)
    done(kernel.run(SETUP))
    yield kernel
    kernel.close()


def done(ran: Ran) -> Ran:
    assert ran.reply["status"] == "ok", ran.reply
    return ran


def shown(kernel: Kernel, cell: str) -> str:
    return done(kernel.run(cell)).shown["text/plain"]


def goes_on(kernel: Kernel) -> None:
    """The runner answers a cell, a thread and a coroutine, and nothing is left of what was before."""
    assert shown(kernel, "runner.run(row(3)).tolist(), (await runner.async_run(row(4))).tolist()") == "([6.0], [8.0])"
    assert shown(kernel, "stats = runner.stats()\nstats.waiting, stats.running_for") == "(0, 0.0)"


def interrupted(kernel: Kernel, cell: str, sign: str) -> None:
    """Interrupt a cell when it has written a sign."""
    started = kernel.start(cell)
    printed = ""
    for message in kernel.messages(started):
        if message["msg_type"] == "stream" and sign not in printed:
            printed += message["content"]["text"]
            if sign in printed:
                kernel.interrupt()
                # Out of a handler of signals tornado does not wake its loop; any message does.
                kernel.client.kernel_info()
    assert kernel.reply(started)["ename"] in ("KeyboardInterrupt", "CancelledError")


def test_a_cell_asks(ready):
    assert shown(ready, "runner.run(row(21)).tolist()") == "[42.0]"


def test_threads_of_a_cell_share_batches_and_each_gets_its_own_answer(ready):
    cell = """
from concurrent.futures import ThreadPoolExecutor
del model.sizes[:]
model.gate.clear()
first = in_thread(runner.run, row(-1))
until(lambda: runner.stats().running_for > 0)
with ThreadPoolExecutor(32) as pool:
    asked = [pool.submit(runner.run, row(n)) for n in range(32)]
    until(lambda: runner.stats().waiting == 32)
    model.gate.set()
[future.result()[0] for future in asked] == [2 * n for n in range(32)], model.sizes
"""
    assert shown(ready, cell) == "(True, [1, 32])"


def test_top_level_await_shares_a_batch(ready):
    cell = """
del model.sizes[:]
answers = await asyncio.gather(*(runner.async_run(row(n)) for n in range(64)))
[answer[0] for answer in answers] == [2 * n for n in range(64)], len(model.sizes) < 16
"""
    assert shown(ready, cell) == "(True, True)"


def test_plain_calls_work_on_the_kernels_loop_and_beside_coroutines(ready):
    cell = """
async def both(n):
    waits = asyncio.ensure_future(runner.async_run(row(n)))
    await asyncio.sleep(0)
    return [runner.run(row(n + 1)).tolist(), (await waits).tolist()]
await asyncio.gather(*map(both, range(3)))
"""
    assert shown(ready, cell) == "[[[2.0], [0.0]], [[4.0], [2.0]], [[6.0], [4.0]]]"


@pytest.fixture
def button(ready: Kernel) -> str:
    """Make a button whose callback asks, plainly and from a task; give the id of its comm."""
    pytest.importorskip("ipywidgets")
    cell = """
import ipywidgets
answers = []
def asked(button):
    answers.append(runner.run(row(5))[0])
    async def later():
        answers.append((await runner.async_run(row(6)))[0])
    asyncio.ensure_future(later())
button = ipywidgets.Button()
button.on_click(asked)
button.model_id
"""
    return shown(ready, cell).strip("'")


def test_a_widgets_callback_asks_while_a_cell_runs(ready, button):
    assert shown(ready, "button.click()\n[float(answer) for answer in answers]") == "[10.0]"


def test_a_click_in_the_browser_asks(ready, button):
    client = ready.client
    click = {"comm_id": button, "data": {"method": "custom", "content": {"event": "click"}}}
    message = client.session.msg("comm_msg", click)
    client.shell_channel.send(message)
    list(ready.messages(message["header"]["msg_id"]))
    cell = "while len(answers) < 2: await asyncio.sleep(0)\n[float(answer) for answer in answers]"
    assert shown(ready, cell) == "[10.0, 12.0]"


def test_an_interrupt_of_a_cell_that_waits_leaves_the_others_their_answers(ready):
    done(
        ready.run("""
model.gate.clear()
answers = []
other = in_thread(lambda: answers.append(runner.run(row(-1))))
until(lambda: runner.stats().running_for > 0)
""")
    )
    cell = """
in_thread(lambda: (until(lambda: runner.stats().waiting == 1), print("it waits", flush=True)))
runner.run(row(7))
"""
    interrupted(ready, cell, "it waits")
    assert shown(ready, "model.gate.set()\nother.join()\nanswers[0].tolist()") == "[-2.0]"
    goes_on(ready)


@pytest.mark.parametrize(
    "call", ["runner.run(row(-2))", "runner.predict.run(row(-1), timeout=600)"], ids=["in the cell", "in the worker"]
)
def test_an_interrupt_while_the_model_runs(ready, call):
    interrupted(ready, f"model.gate.clear()\n{call}", "in the model")
    done(ready.run("model.gate.set()\nuntil(lambda: not runner.stats().running_for)"))
    goes_on(ready)


def test_an_interrupt_of_a_cell_that_awaits(ready):
    cell = """
model.gate.clear()
with bentobook.Runner(model, name="first_asked") as fresh:
    await fresh.async_run(row(-1))
"""
    interrupted(ready, cell, "in the model")
    done(ready.run("model.gate.set()\nwith fresh: again = await fresh.async_run(row(4))"))
    assert shown(ready, "again.tolist()") == "[8.0]"
    goes_on(ready)


def test_what_lives_in_the_kernel_is_listed(ready):
    assert "doubler" in shown(ready, "%bento_ps")


HUNG = """
hangs = asyncio.ensure_future(runner.async_run(row(-2)))
while not runner.stats().running_for:
    await asyncio.sleep(0)
waits = in_thread(runner.run, row(1))
until(lambda: runner.stats().waiting == 1)
"""


def test_a_kernel_ends_in_time_with_a_model_that_hangs(own):
    done(own.run(HUNG))
    began = time.monotonic()

    own.client.shutdown()
    own.manager.provisioner.process.wait(PATIENCE)

    assert time.monotonic() - began < 2


def test_a_kernel_restarts_with_a_model_that_hangs(own):
    done(own.run(HUNG))
    began = time.monotonic()

    own.manager.restart_kernel()
    ended = time.monotonic() - began
    own.client.wait_for_ready(timeout=PATIENCE)

    assert ended < 3
    done(own.run(SETUP))
    goes_on(own)
