from __future__ import annotations

import asyncio
import contextvars
import threading

from bentobook.service import threads
from bentobook.service.threads import Pool


async def _all(pool: Pool, function: object, values: list[int]) -> list[object]:
    return await asyncio.gather(*(pool.run(function, value) for value in values), return_exceptions=True)


def test_each_caller_gets_its_own_answer_or_error() -> None:
    def odd(value: int) -> int:
        if value % 2:
            raise ValueError(value)
        return value

    answers = asyncio.run(_all(Pool(8), odd, list(range(50))))

    assert [str(answer) for answer in answers] == [str(value) for value in range(50)]
    assert [isinstance(answer, ValueError) for answer in answers] == [bool(value % 2) for value in range(50)]


def test_as_many_run_at_once_as_the_limit_allows() -> None:
    everybody = threading.Barrier(8, timeout=10)

    answers = asyncio.run(_all(Pool(8), lambda value: (everybody.wait(), value)[1], list(range(16))))

    assert answers == list(range(16))


def test_idle_threads_end(monkeypatch) -> None:
    monkeypatch.setattr(threads, "IDLE_S", 0.01)
    used: set[threading.Thread] = set()

    asyncio.run(_all(Pool(4), lambda _: used.add(threading.current_thread()), list(range(8))))
    for thread in used:
        thread.join(10)

    assert not any(thread.is_alive() for thread in used)


def test_context_variables_of_the_caller_are_seen() -> None:
    variable = contextvars.ContextVar("variable", default="none")

    async def ask() -> str:
        variable.set("mine")
        return await Pool(1).run(lambda _: variable.get(), None)

    assert asyncio.run(ask()) == "mine"


def test_a_caller_that_left_disturbs_nobody() -> None:
    go_on = threading.Event()

    async def ask() -> object:
        pool = Pool(1)
        leaving = pool.run(lambda _: go_on.wait(10), None)
        staying = pool.run(lambda value: value, 2)
        leaving.cancel()
        go_on.set()
        return await staying

    assert asyncio.run(ask()) == 2


def test_a_stop_iteration_does_not_end_the_loop() -> None:
    def stop(_: object) -> None:
        raise StopIteration

    (answer,) = asyncio.run(_all(Pool(1), stop, [1]))

    assert isinstance(answer, RuntimeError)
