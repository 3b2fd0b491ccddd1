"""Services in a real kernel: re-run, interrupted, restarted, two at a time; over HTTP the newest code answers."""

from __future__ import annotations

import json
import socket
import urllib.error
import urllib.request

import pytest

CELL = """%%bento_service {name}{options}
from bentobook.io import JSON
import time

{extra}@api(input=JSON(), output=JSON())
def answer(value):
    return [{n}, value]

@api(input=JSON(), output=JSON())
def slow(value):
    print("begun", flush=True)
    time.sleep(60)
"""
COUNT = """
import gc, json, os, sys, threading
import psutil
for thread in threading.enumerate():
    if thread.name == "bentobook close":
        thread.join()
gc.collect()
json.dumps({
    "threads": sorted(t.name for t in threading.enumerate()),
    "files": psutil.Process().num_fds(),
    "memory": psutil.Process().memory_info().rss,
    "modules": sum(name.startswith("again_") for name in sys.modules),
    "bytecode": not sys.dont_write_bytecode,
})
"""
WARM_UP, RUNS, MODEL_MB, ALLOWED_MB, FEW = 8, 50, 8, 40, 4


def value_of(kernel, cell):
    """Run an expression that gives JSON."""
    ran = kernel.run(cell)
    assert ran.reply["status"] == "ok", ran.reply
    return json.loads(ran.shown["text/plain"].strip("'"))


def ask(port, api, value):
    """Ask over HTTP."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/{api}", json.dumps(value).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


def serve(kernel, name):
    kernel.run(f"server = %bento_serve {name} --port 0")
    return value_of(kernel, "str(server.port)")


def make(kernel, name, n=0, options="", extra=""):
    ran = kernel.run(CELL.format(name=name, n=n, options=options, extra=extra))
    assert ran.reply["status"] == "ok", ran.reply


def test_fifty_runs_of_a_cell_are_one_port_and_nothing_grows_and_no_old_code_answers(kernel):
    kernel.run("import sys; sys.dont_write_bytecode = False")
    kernel.run(
        "import numpy as np\nfrom sklearn.dummy import DummyRegressor\nheavy = DummyRegressor().fit([[0], [1]], [0, 1])"
    )
    kernel.run(
        f"heavy.ballast = np.random.default_rng(0).random({MODEL_MB} << 17)\n%bento_save -q heavy heavy --batchable"
    )
    make(kernel, "again", 0, " --model heavy")
    port = serve(kernel, "again")
    counts = []
    for n in range(RUNS):
        make(kernel, "again", n % 7, " --model heavy")
        assert ask(port, "answer", "x") == [n % 7, "x"]
        if n in (WARM_UP, RUNS - 1):
            counts.append(value_of(kernel, COUNT))
    assert value_of(kernel, "str(server.port)") == port
    early, late = counts
    assert early["bytecode"]
    assert late["threads"] == early["threads"]
    assert late["files"] < early["files"] + FEW  # the connection of the last request may be there yet
    assert late["modules"] == early["modules"] == 1
    assert late["memory"] - early["memory"] < ALLOWED_MB << 20
    kernel.run("%bento_stop again")
    with pytest.raises(urllib.error.URLError, match="refused"):
        ask(port, "answer", 1)


def test_two_services_live_side_by_side(kernel):
    make(kernel, "left", 1)
    make(kernel, "right", 2)
    ports = [serve(kernel, "left"), serve(kernel, "right")]
    assert ports[0] != ports[1]
    assert [ask(port, "answer", 0)[0] for port in ports] == [1, 2]
    make(kernel, "left", 3)
    assert [ask(port, "answer", 0)[0] for port in ports] == [3, 2]
    kernel.run("%bento_stop left")
    assert ask(ports[1], "answer", 0) == [2, 0]
    assert kernel.run("%bento_stop all").shown["text/plain"] == "Stopped right."


def interrupt_when(kernel, cell, text):
    """Start a cell, interrupt it once it has printed a text, and return its reply."""
    started = kernel.start(cell)
    for message in kernel.messages(started):
        if message["msg_type"] == "stream" and text in message["content"]["text"]:
            kernel.interrupt()
    return kernel.reply(started)


def test_an_interrupt_ends_a_call_and_the_service_goes_on(kernel):
    make(kernel, "calls", 1)
    reply = interrupt_when(kernel, "%bento_call calls.slow 1", "begun")
    assert reply["ename"] == "KeyboardInterrupt"
    assert value_of(kernel, "str(calls.call('answer', 5).value[0])") == 1
    kernel.run("%bento_stop calls")


def test_an_interrupt_of_the_cell_itself_leaves_the_service_before_it(kernel):
    make(kernel, "early", 1)
    body = "import time\nprint('begun', flush=True)\ntime.sleep(60)\n"
    cell = CELL.format(name="early", n=2, options="", extra="").replace("import time\n", body, 1)
    assert interrupt_when(kernel, cell, "begun")["ename"] == "KeyboardInterrupt"
    assert value_of(kernel, "str(early.call('answer', 5).value[0])") == 1
    kernel.run("%bento_stop early")


def test_a_restart_frees_the_port_and_the_cell_runs_again(own_kernel):
    make(own_kernel, "again", 1)
    port = serve(own_kernel, "again")
    assert ask(port, "answer", 0) == [1, 0]
    own_kernel.restart()
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
    make(own_kernel, "again", 2)
    own_kernel.run(f"server = %bento_serve again --port {port}")
    assert ask(port, "answer", 0) == [2, 0]
    assert f"http://127.0.0.1:{port}/" in own_kernel.run("%bento_serve again").shown["text/plain"]


def test_the_traceback_of_a_mistake_is_the_user_s_own_lines(kernel):
    (error,) = kernel.run(CELL.format(name="wrong", n=1, options="", extra="") + "\n1 / 0").of_type("error")
    shown = "\n".join(error["traceback"])
    assert error["ename"] == "ZeroDivisionError"
    assert "This is line 14 of the cell of wrong." in shown
    assert "bentobook/bundle" not in shown
