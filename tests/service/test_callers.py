"""Callers who hang up: what waits for them is never run."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
from collections.abc import Callable, Iterator

import pytest
from plain_io import Plain

from bentobook import Runnable, Runner, Service, serve
from bentobook.service.body import CallerGone
from bentobook.service.callers import Callers
from bentobook.service.server import Server
from bentobook.service.threads import Pool


class Gate(Runnable):
    """Answers when it may; remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[int] = []
        self.inside, self.go_on = threading.Event(), threading.Event()

    @Runnable.method(batchable=True)
    def wait(self, rows: list[int]) -> list[int]:
        self.asked += rows
        self.inside.set()
        assert self.go_on.wait(20)
        return rows


@pytest.fixture
def gate() -> Gate:
    return Gate()


@pytest.fixture
def runner(gate: Gate) -> Runner:
    return Runner(gate, name="gate")


@pytest.fixture
def server(runner: Runner) -> Iterator[Server]:
    svc = Service("gated", runners=[runner])

    @svc.api(input=Plain(), output=Plain())
    async def in_turn(rows: list[int]) -> list[int]:
        return await runner.wait.async_run(rows)

    @svc.api(input=Plain(), output=Plain())
    def in_a_thread(rows: list[int]) -> list[int]:
        return runner.wait.run(rows)

    with serve(svc, port=0) as server:
        yield server
    svc.close()


def post(server: Server, route: str, rows: list[int]) -> socket.socket:
    body = json.dumps(rows).encode()
    connection = socket.create_connection(("127.0.0.1", server.port))
    head = f"POST /{route} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
    connection.sendall(f"{head}\r\n\r\n".encode() + body)
    return connection


def until(true: Callable[[], bool]) -> None:
    for _ in range(2_000):
        if true():
            return
        threading.Event().wait(0.01)
    raise AssertionError("It did not come to pass.")


@pytest.mark.parametrize("route", ["in_turn", "in_a_thread"])
def test_what_a_caller_asked_for_who_hung_up_is_not_run(server: Server, runner: Runner, gate: Gate, route: str) -> None:
    with post(server, route, [1]) as first:
        assert gate.inside.wait(20)
        with post(server, route, [2]), post(server, route, [3]) as third:
            until(lambda: runner.stats().waiting == 2)
        until(lambda: runner.stats().methods["wait"].cancelled == 2)
        third.close()
        gate.go_on.set()
        assert b" 200 " in first.recv(1000)

    assert gate.asked == [1]
    assert 'code="499"' in server.service.metrics.text().decode()


@pytest.mark.parametrize("route", ["in_turn", "in_a_thread"])
def test_who_stays_is_answered_though_others_leave(server: Server, runner: Runner, gate: Gate, route: str) -> None:
    with post(server, route, [1]):
        assert gate.inside.wait(20)
        with post(server, route, [2]) as stays:
            until(lambda: runner.stats().waiting == 1)
            with post(server, route, [3]):
                until(lambda: runner.stats().waiting == 2)
            until(lambda: runner.stats().methods["wait"].cancelled == 1)
            gate.go_on.set()
            assert b" 200 " in stays.recv(1000)

    assert sorted(gate.asked) == [1, 2]


def test_a_job_whose_caller_left_before_a_thread_was_free_is_not_begun() -> None:
    begun, go_on, done = threading.Event(), threading.Event(), []

    def job(value: int) -> int:
        begun.set()
        assert go_on.wait(20)
        done.append(value)
        return value

    async def ask() -> None:
        pool = Pool(1)
        first = asyncio.create_task(pool.ask(job, 1))
        await asyncio.to_thread(begun.wait, 20)
        second = asyncio.create_task(pool.ask(job, 2))
        await asyncio.sleep(0)
        second.cancel()
        third = asyncio.create_task(pool.ask(job, 3))
        await asyncio.gather(second, return_exceptions=True)
        go_on.set()
        await asyncio.gather(first, third)

    asyncio.run(ask())
    assert done == [1, 3]


def test_a_cancellation_from_elsewhere_goes_on() -> None:
    async def ask() -> None:
        waiting = asyncio.create_task(Callers().wait(_never, asyncio.Event().wait()))
        await asyncio.sleep(0)
        waiting.cancel()
        await waiting

    with pytest.raises(asyncio.CancelledError, match=r"^$"):
        asyncio.run(ask())


def test_the_task_of_a_caller_who_hung_up_is_as_if_never_cancelled() -> None:
    async def ask() -> int:
        with pytest.raises(CallerGone, match=r"^$"):
            await Callers().wait(_hung_up, asyncio.Event().wait())
        task = asyncio.current_task()
        return task.cancelling() if task is not None else -1

    assert asyncio.run(ask()) == 0


async def _never() -> dict[str, object]:
    await asyncio.Event().wait()
    return {}


async def _hung_up() -> dict[str, object]:
    return {"type": "http.disconnect"}
