"""The loop for sync code that must await."""

from __future__ import annotations

import asyncio
import threading

import pytest

from bentobook.runner import event_loop


async def where() -> tuple[int, int]:
    await asyncio.sleep(0)
    return threading.get_ident(), id(asyncio.get_running_loop())


def test_all_calls_run_on_one_loop_in_one_daemon_thread() -> None:
    first, second = event_loop.run(where()), event_loop.run(where())

    assert first == second
    thread = next(thread for thread in threading.enumerate() if thread.ident == first[0])
    assert thread.daemon
    assert first[0] != threading.get_ident()


def test_it_can_be_waited_for_on_a_thread_with_a_running_loop() -> None:
    async def main() -> tuple[int, int]:
        return event_loop.run(where())

    assert asyncio.run(main()) == event_loop.run(where())


def test_the_loop_cannot_wait_for_itself() -> None:
    async def inside() -> None:
        event_loop.run(where())

    with pytest.raises(RuntimeError, match="await it instead"):
        event_loop.run(inside())


def test_a_timeout_cancels_the_work() -> None:
    cancelled = threading.Event()

    async def slow() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()

    with pytest.raises(TimeoutError, match=r"^$"):
        event_loop.run(slow(), timeout=0.01)
    assert cancelled.wait(20)


def test_a_coroutine_function_becomes_a_plain_one() -> None:
    async def add(a: int, *, b: int) -> int:
        return a + b

    plain = event_loop.as_sync(add)

    assert plain(1, b=2) == 3
    assert plain.__name__ == "add"
