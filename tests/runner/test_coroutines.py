"""Coroutines: batched on the loop that calls, cancelled and timed out by it, and never in the way of others."""

from __future__ import annotations

import asyncio
import contextvars
import threading
from collections.abc import Callable, Coroutine
from typing import Any

import numpy as np
import pytest

from bentobook.errors import DeadlineExceeded, ServiceBusy
from bentobook.runner.runner import Runner

from .conftest import PATIENCE, Call, Gated, row, until

Make = Callable[..., Runner]


def run(work: Coroutine[Any, Any, Any]) -> Any:
    async def soon() -> Any:
        return await asyncio.wait_for(work, PATIENCE)

    return asyncio.run(soon())


async def entered(gated: Gated) -> None:
    await asyncio.to_thread(gated.entered)


async def ended(task: asyncio.Future[Any]) -> None:
    await asyncio.wait([task])


def test_those_who_ask_in_one_turn_of_the_loop_share_a_batch(make: Make) -> None:
    sizes = []
    runner = make(lambda x: sizes.append(len(x)) or x[:, 0])

    async def main() -> list[Any]:
        return await asyncio.gather(*[runner.async_run(row(i)) for i in range(64)])

    assert [answer[0] for answer in run(main())] == list(range(64))
    assert sizes == [64]


def test_those_who_come_while_the_model_is_busy_leave_in_one_batch(make: Make, gated: Gated) -> None:
    runner = make(gated)

    async def main() -> list[Any]:
        first = asyncio.create_task(runner.async_run(row(0)))
        await entered(gated)
        others = [asyncio.create_task(runner.async_run(row(i))) for i in range(1, 9)]
        await asyncio.sleep(0)
        gated.go(2)
        return await asyncio.gather(first, *others)

    assert [answer[0] for answer in run(main())] == [2.0 * i for i in range(9)]
    assert gated.sizes == [1, 8]
    assert set(gated.threads).isdisjoint({threading.get_ident()})


def test_a_fast_model_runs_on_the_loop_itself(make: Make) -> None:
    threads = []
    runner = make(lambda x: threads.append(threading.get_ident()) or x[:, 0])

    async def main() -> None:
        for _ in range(20):
            await runner.async_run(row(1))

    run(main())
    assert threads[0] != threading.get_ident()
    assert threading.get_ident() in threads


def test_threads_and_coroutines_share_a_batch(make: Make, gated: Gated) -> None:
    runner = make(gated)

    async def main() -> list[Any]:
        first = asyncio.create_task(runner.async_run(row(0)))
        await entered(gated)
        threads = [Call(runner.run, row(i)) for i in range(1, 5)]
        tasks = [asyncio.create_task(runner.async_run(row(i))) for i in range(5, 9)]
        await asyncio.to_thread(until, lambda: runner.stats().waiting >= 8)
        gated.go(2)
        answers = await asyncio.gather(first, *tasks)
        return [*answers, *(call.result() for call in threads)]

    assert sorted(answer[0] for answer in run(main())) == [2.0 * i for i in range(9)]
    assert gated.sizes == [1, 8]


def test_coroutines_of_several_loops_share_a_batch(make: Make, gated: Gated) -> None:
    runner = make(gated)
    first = Call(runner.run, row(0))
    gated.entered()
    others = [Call(lambda i=i: asyncio.run(runner.async_run(row(i)))) for i in range(1, 5)]
    until(lambda: runner.stats().waiting == 4)

    gated.go(2)

    assert [call.result()[0] for call in [first, *others]] == [0, 2, 4, 6, 8]
    assert gated.sizes == [1, 4]


def test_who_leaves_a_batch_that_runs_takes_nobody_along(make: Make, gated: Gated) -> None:
    runner = make(gated)

    async def main() -> list[Any]:
        tasks = [asyncio.create_task(runner.async_run(row(i))) for i in range(4)]
        await entered(gated)
        tasks[2].cancel()
        await ended(tasks[2])
        gated.go()
        return await asyncio.gather(*tasks, return_exceptions=True)

    answers = run(main())

    assert isinstance(answers[2], asyncio.CancelledError)
    assert [answers[i][0] for i in (0, 1, 3)] == [0, 2, 6]
    assert runner.stats().methods["predict"].cancelled == 1


def test_who_leaves_before_a_batch_is_not_executed(make: Make, gated: Gated) -> None:
    runner = make(gated)

    async def main() -> None:
        first = asyncio.create_task(runner.async_run(row(0)))
        await entered(gated)
        tasks = [asyncio.create_task(runner.async_run(row(i))) for i in range(1, 6)]
        await asyncio.sleep(0)
        for task in tasks[::2]:
            task.cancel()
        await asyncio.sleep(0)
        gated.go(2)
        await first
        await asyncio.gather(*tasks, return_exceptions=True)

    run(main())

    assert [batch[:, 0].tolist() for batch in gated.batches] == [[0], [2, 4]]


def test_cancelling_after_the_answer_came_is_still_cancelling(make: Make) -> None:
    runner = make(lambda x: x[:, 0])

    async def main() -> str:
        task = asyncio.create_task(runner.async_run(row(0)))
        await asyncio.sleep(0)
        task.cancel("enough")
        try:
            await task
        except asyncio.CancelledError as error:
            return str(error)
        return "answered"

    assert run(main()) == "enough"
    assert run(runner.async_run(row(3))).tolist() == [3.0]


def test_a_task_group_and_a_timeout_of_asyncio_work_as_with_any_future(make: Make, gated: Gated) -> None:
    runner = make(gated)

    async def main() -> None:
        async with asyncio.timeout(0.01):
            async with asyncio.TaskGroup() as group:
                for i in range(3):
                    group.create_task(runner.async_run(row(i)))

    with pytest.raises(TimeoutError, match=r"^$"):
        run(main())
    gated.go(10)
    assert run(runner.async_run(row(3))).tolist() == [6.0]


def test_the_context_of_each_caller_is_its_own(make: Make) -> None:
    who: contextvars.ContextVar[int] = contextvars.ContextVar("who")
    runner = make(lambda x: x[:, 0])

    async def caller(i: int) -> bool:
        who.set(i)
        for _ in range(3):
            await runner.async_run(row(i))
            current = asyncio.current_task()
            assert current is not None
            assert current.get_name() == str(i)
        return who.get() == i

    async def main() -> list[bool]:
        return await asyncio.gather(*[asyncio.create_task(caller(i), name=str(i)) for i in range(8)])

    assert all(run(main()))


def test_a_timeout_ends_the_wait_in_the_queue_and_in_a_batch(make: Make, gated: Gated) -> None:
    runner = make(gated)

    async def main() -> tuple[Any, ...]:
        runs = asyncio.create_task(runner.predict.async_run(row(0), timeout=0.02))
        await entered(gated)
        waits = asyncio.create_task(runner.predict.async_run(row(1), timeout=0.01))
        return tuple(await asyncio.gather(runs, waits, return_exceptions=True))

    runs, waits = run(main())

    with pytest.raises(DeadlineExceeded, match="It runs still"):
        raise runs
    with pytest.raises(DeadlineExceeded, match="was not executed"):
        raise waits
    assert gated.sizes == [1]
    assert runner.stats().waiting == 0


def test_who_waits_for_too_long_is_shed(make: Make, gated: Gated) -> None:
    runner = make(gated, max_latency_ms=10)

    async def main() -> list[Any]:
        first = asyncio.create_task(runner.async_run(row(0)))
        await entered(gated)
        shed = await asyncio.gather(*[runner.async_run(row(i)) for i in (1, 2)], return_exceptions=True)
        gated.go()
        return [await first, *shed]

    first, *shed = run(main())

    assert first.tolist() == [0.0]
    for error in shed:
        with pytest.raises(ServiceBusy, match="max_latency_ms is over"):
            raise error


def test_the_queue_is_bounded(make: Make, gated: Gated) -> None:
    runner = make(gated, max_queue=2)

    async def main() -> list[Any]:
        first = asyncio.create_task(runner.async_run(row(0)))
        await entered(gated)
        others = [asyncio.create_task(runner.async_run(row(i))) for i in range(1, 5)]
        await asyncio.sleep(0)
        gated.go(2)
        return await asyncio.gather(first, *others, return_exceptions=True)

    answers = run(main())

    assert [isinstance(answer, ServiceBusy) for answer in answers] == [False, False, False, True, True]


def test_a_request_larger_than_a_batch_is_split_and_joined(make: Make) -> None:
    sizes = []
    runner = make(lambda x: sizes.append(len(x)) or x[:, 0] * 2, max_batch_size=4)

    assert run(runner.async_run(np.arange(22.0).reshape(11, 2))).tolist() == [4.0 * i for i in range(11)]
    assert max(sizes) == 4


def test_an_empty_request_is_answered(make: Make) -> None:
    runner = make(lambda x: x @ np.ones((2, 3)))

    assert run(runner.async_run(np.empty((0, 2)))).shape == (0, 3)
    assert run(runner.async_run(np.empty((0, 2)))).shape == (0, 3)


def test_a_loop_that_stops_keeps_nobody_waiting(make: Make, gated: Gated) -> None:
    runner, loop = make(gated), asyncio.new_event_loop()
    task = loop.create_task(runner.async_run(row(1)))
    loop.run_until_complete(entered(gated))
    gated.go(2)

    assert runner.run(row(2)).tolist() == [4.0]

    assert loop.run_until_complete(task).tolist() == [2.0]
    loop.close()


def test_a_loop_that_was_closed_keeps_nobody_waiting(make: Make, gated: Gated) -> None:
    runner, loop = make(gated), asyncio.new_event_loop()
    task = loop.create_task(runner.async_run(row(1)))
    loop.run_until_complete(entered(gated))
    loop.close()
    gated.go(3)

    assert runner.run(row(2)).tolist() == [4.0]
    assert run(runner.async_run(row(3))).tolist() == [6.0]
    task._log_destroy_pending = False


def test_a_thread_that_asks_on_the_thread_of_a_loop_does_not_wait_for_the_loop(make: Make) -> None:
    runner = make(lambda x: x[:, 0])

    async def main() -> list[Any]:
        task = asyncio.create_task(runner.async_run(row(1)))
        await asyncio.sleep(0)
        return [runner.run(row(2)), await task]

    assert [answer[0] for answer in run(main())] == [2, 1]


def test_a_new_loop_in_the_same_thread_is_known_as_new(make: Make) -> None:
    runner = make(lambda x: x[:, 0])

    for i in range(5):
        assert asyncio.run(runner.async_run(row(i))).tolist() == [i]


class Stop(SystemExit):
    pass


def test_a_task_that_ends_the_loop_does_not_take_the_batch_along(make: Make) -> None:
    runner, loop = make(lambda x: x[:, 0]), asyncio.new_event_loop()

    async def caller(i: int) -> Any:
        answer = await runner.async_run(row(i))
        if i == 1:
            raise Stop
        return answer

    tasks = [loop.create_task(caller(i)) for i in range(4)]
    with pytest.raises(Stop):
        loop.run_until_complete(asyncio.gather(*tasks))

    others = loop.run_until_complete(asyncio.gather(tasks[0], tasks[2], tasks[3]))
    assert [answer[0] for answer in others] == [0, 2, 3]
    with pytest.raises(Stop):
        tasks[1].result()
    loop.close()


def test_a_method_may_be_a_coroutine_function(make: Make) -> None:
    async def model(x: np.ndarray) -> np.ndarray:
        await asyncio.sleep(0)
        return x[:, 0] + 1

    runner = make(model)

    assert runner.run(row(1)).tolist() == [2.0]
    assert run(runner.async_run(row(2))).tolist() == [3.0]
