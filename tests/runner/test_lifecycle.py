"""Starting, closing, forking, being forgotten: nothing is left over, nobody waits for ever."""

from __future__ import annotations

import asyncio
import gc
import os
import subprocess
import sys
import textwrap
import threading
import time
import tracemalloc
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest

from bentobook.errors import RunnerClosed, RunnerNotReady
from bentobook.runner import stats
from bentobook.runner.runnable import Runnable
from bentobook.runner.runner import Runner

from .conftest import Call, Gated, row, until

Make = Callable[..., Runner]
pytestmark = pytest.mark.usefixtures("old_objects_are_left_out")


class Model(Runnable):
    @Runnable.method(batchable=True)
    def predict(self, x: np.ndarray) -> np.ndarray:
        return x[:, 0] * 2


def test_a_runner_that_is_not_initialised_says_how_to_do_it() -> None:
    runner = Runner(Model)

    with pytest.raises(RunnerNotReady, match=r"Call init_local\(\) on it once, or use it as `with runner:`"):
        runner.run(row(1))
    with pytest.raises(RunnerNotReady, match="Runner model is not initialised"):
        asyncio.run(runner.predict.async_run(row(1)))


class Weighty(Runnable):
    """Remembers its objects without keeping them."""

    living: ClassVar[weakref.WeakSet[Weighty]] = weakref.WeakSet()
    entered, go = threading.Event(), threading.Event()

    def __init__(self) -> None:
        self.living.add(self)

    @Runnable.method(batchable=True)
    def predict(self, x: np.ndarray) -> np.ndarray:
        if x[0, 0] < 0:
            self.entered.set()
            assert self.go.wait(20)
        return x[:, 0] * 2


def _living() -> int:
    gc.collect()
    return len(Weighty.living)


def test_a_closed_runner_lets_go_of_the_model_and_loads_it_again_when_it_starts_again() -> None:
    runner = Runner(Weighty)
    for _ in range(2):
        runner.init_local()
        assert (runner.run(row(1)).tolist(), _living()) == ([2.0], 1)
        runner.close()
        assert _living() == 0


def test_a_runner_that_is_closed_during_a_batch_lets_go_of_the_model_after_it() -> None:
    Weighty.entered.clear(), Weighty.go.clear()
    runner = Runner(Weighty)
    runner.init_local()
    call = Call(runner.run, row(-1))
    assert Weighty.entered.wait(20)
    runner.close()
    assert _living() == 1
    Weighty.go.set()
    assert call.result().tolist() == [-2.0]
    until(lambda: _living() == 0)


def test_a_runner_that_starts_again_during_a_batch_keeps_its_model() -> None:
    Weighty.entered.clear(), Weighty.go.clear()
    runner = Runner(Weighty)
    runner.init_local()
    call = Call(runner.run, row(-1))
    assert Weighty.entered.wait(20)
    runner.close()
    runner.init_local()
    Weighty.go.set()
    assert call.result().tolist() == [-2.0]
    assert (runner.run(row(1)).tolist(), _living()) == ([2.0], 1)
    runner.close()


def test_initialising_twice_keeps_the_model() -> None:
    made = []

    class Counted(Model):
        def __init__(self, factor: int) -> None:
            made.append(factor)

    runner = Runner(Counted, runnable_init_params={"factor": 3})
    runner.init_local()
    runner.init_local(quiet=True)

    assert runner.run(row(1)).tolist() == [2.0]
    assert made == [3]
    runner.close()


def test_a_closed_runner_refuses_and_can_be_started_again() -> None:
    with Runner(Model) as runner:
        assert runner.run(row(1)).tolist() == [2.0]
    assert "closed" in repr(runner)

    with pytest.raises(RunnerClosed, match="Runner model is closed"):
        runner.run(row(1))
    with pytest.raises(RunnerClosed, match="Runner model is closed"):
        asyncio.run(runner.async_run(row(1)))

    runner.init_local()
    assert runner.run(row(2)).tolist() == [4.0]
    runner.close()
    runner.close()


def test_closing_answers_what_runs_and_refuses_what_waits(make: Make, gated: Gated) -> None:
    runner = make(gated)
    runs = Call(runner.run, row(1))
    gated.entered()
    threads = [Call(runner.run, row(i)) for i in (2, 3)]
    loops = [Call(lambda i=i: asyncio.run(runner.async_run(row(i)))) for i in (4, 5)]
    until(lambda: runner.stats().waiting == 4)

    runner.close()

    for call in (*threads, *loops):
        with pytest.raises(RunnerClosed, match="is closed"):
            call.result()
    gated.go()
    assert runs.result().tolist() == [2.0]
    assert gated.sizes == [1]


def test_closing_may_leave_time_for_what_waits(make: Make, gated: Gated) -> None:
    runner = make(gated)
    calls = [Call(runner.run, row(1))]
    gated.entered()
    calls.append(Call(runner.run, row(2)))
    until(lambda: runner.stats().waiting == 1)

    closing = Call(runner.close, drain=20)
    until(lambda: "closed" in repr(runner))
    with pytest.raises(RunnerClosed, match="is closed"):
        runner.run(row(3))
    gated.go(2)

    closing.result()
    assert [call.result()[0] for call in calls] == [2, 4]


def test_closing_does_not_wait_for_a_model_that_hangs(make: Make, gated: Gated) -> None:
    runner = make(gated)
    Call(runner.run, row(1))
    gated.entered()
    waits = Call(runner.run, row(2))
    until(lambda: runner.stats().waiting == 1)

    runner.close(drain=0.01)

    with pytest.raises(RunnerClosed, match="is closed"):
        waits.result()


def test_a_runner_that_is_forgotten_stops_its_thread_and_lets_its_model_go() -> None:
    class Owned(Model):
        pass

    model = Owned()
    gone = weakref.ref(model)
    runner = Runner(model, name="forgotten")
    runner.init_local()
    asyncio.run(runner.async_run(row(1)))
    thread = next(thread for thread in threading.enumerate() if thread.name == "bentobook forgotten")
    method = runner.predict
    del runner, model

    assert method.run(row(2)).tolist() == [4.0]
    assert thread.is_alive()
    del method
    thread.join(20)
    gc.collect()

    assert not thread.is_alive()
    assert gone() is None


def test_a_runner_is_not_forgotten_while_a_coroutine_wants_its_answer() -> None:
    def ask() -> Any:
        runner = Runner(Model)
        runner.init_local()
        return runner.async_run(row(3))

    assert asyncio.run(ask()).tolist() == [6.0]


def test_answers_are_not_kept_alive(make: Make) -> None:
    class Answer(np.ndarray):
        pass

    kept: list[weakref.ref[Any]] = []

    def model(x: np.ndarray) -> np.ndarray:
        answer = np.array(x[:, 0]).view(Answer)
        kept.append(weakref.ref(answer))
        return answer

    runner = make(model)
    runner.run(row(1))
    runner.run(row(2))
    asyncio.run(runner.async_run(row(3)))
    gc.collect()

    assert [reference() for reference in kept] == [None, None, None]


@pytest.mark.parametrize("times", [pytest.param(1, id="short"), pytest.param(125, id="soak", marks=pytest.mark.soak)])
def test_many_requests_leave_no_memory_behind(make: Make, monkeypatch: pytest.MonkeyPatch, times: int) -> None:
    monkeypatch.setattr(stats, "BATCHES", 8)
    runner = make(lambda x: x[:, 0])

    async def coroutines(n: int) -> None:
        for _ in range(n // 20):
            await asyncio.gather(*[runner.async_run(row(1)) for _ in range(20)])

    def ask(n: int) -> int:
        for _ in range(n):
            runner.run(row(1))
        asyncio.run(coroutines(n))
        gc.collect()
        return tracemalloc.get_traced_memory()[0]

    tracemalloc.start()
    try:
        before = ask(200)
        after = ask(400 * times)
    finally:
        tracemalloc.stop()

    assert after - before < 50_000


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded")
def test_a_child_process_is_told_what_it_has_and_may_start_anew(make: Make, gated: Gated) -> None:
    runner = make(lambda x: x[:, 0] if threading.current_thread() is threading.main_thread() else gated(x))
    Call(runner.run, row(1))
    gated.entered()
    Call(runner.run, row(2))
    until(lambda: runner.stats().waiting == 1)
    reader, writer = os.pipe()

    child = os.fork()
    if child == 0:
        try:
            runner.run(row(3))
        except RunnerNotReady as error:
            runner.init_local()
            os.write(writer, f"{error} {runner.run(row(4))[0]}".encode())
        finally:
            os._exit(0)
    os.waitpid(child, 0)

    said = os.read(reader, 1000).decode()
    assert "was started before this process was forked" in said
    assert said.endswith("4.0")
    gated.go(2)


def script(body: str, *, seconds: float) -> subprocess.CompletedProcess[str]:
    head = """
    import asyncio, os, signal, threading, time
    import numpy as np
    from bentobook.runner.runnable import Runnable
    from bentobook.runner.runner import Runner

    entered = threading.Event()

    class Model(Runnable):
        @Runnable.method(batchable=True)
        def predict(self, x):
            if x[0, 0] < 0:
                entered.set()
                time.sleep(600)
            return x[:, 0]

    row = lambda value: np.full((1, 2), float(value))
    runner = Runner(Model)
    runner.init_local()
    """
    code = textwrap.dedent(head) + textwrap.dedent(body)
    return subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
        cwd=Path(__file__).parents[2],
    )


def test_a_process_ends_although_the_model_hangs() -> None:
    done = script(
        """
        def hang():
            try:
                asyncio.run(runner.async_run(row(-1)))
            except BaseException:
                pass

        threading.Thread(target=hang, daemon=True).start()
        threading.Thread(target=lambda: runner.run(row(1)), daemon=True).start()
        entered.wait()
        print(time.time(), flush=True)
        """,
        seconds=60,
    )

    ended = time.time()
    assert done.returncode == 0, done.stderr
    assert ended - float(done.stdout) < 2


def test_an_interrupt_ends_the_wait_and_leaves_the_runner_usable() -> None:
    done = script(
        """
        ended = threading.Event()

        def interrupt():
            # As a person does: some time after the call began, and again if nothing happens. Python can miss a signal
            # that comes between its last look and the system call that waits.
            entered.wait()
            while not ended.wait(0.1):
                os.kill(os.getpid(), signal.SIGINT)

        for call in (
            lambda: runner.run(row(-1)),                       # leads
            lambda: runner.predict.run(row(-1), timeout=500),  # waits for the worker
        ):
            entered.clear(), ended.clear()
            threading.Thread(target=interrupt, daemon=True).start()
            begun = time.monotonic()
            try:
                call()
            except KeyboardInterrupt:
                ended.set()
                print(time.monotonic() - begun)
            if call.__code__.co_consts.count(500) == 0:
                print(runner.run(row(1)), asyncio.run(runner.async_run(row(2))))
        """,
        seconds=60,
    )

    assert done.returncode == 0, done.stderr
    led, answers, followed = done.stdout.splitlines()
    assert float(led) < 1
    assert float(followed) < 1
    assert answers == "[1.] [2.]"


def test_the_package_loads_nothing_that_values_would_need() -> None:
    heavy = {"numpy", "pandas", "torch", "mlflow"}
    code = f"import sys; import bentobook.runner.runner; print(sorted({heavy} & set(sys.modules)))"

    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2]
    )

    assert done.stdout == "[]\n"
