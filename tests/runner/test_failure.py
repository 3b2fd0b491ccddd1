"""A bad request never harms its neighbours, and everybody gets an error of their own."""

from __future__ import annotations

import asyncio
import threading
import traceback
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from bentobook.errors import BatchContractBroken
from bentobook.runner.runner import Runner

from .conftest import Call, Gated, row, until

Make = Callable[..., Runner]


def poisoned(x: np.ndarray) -> np.ndarray:
    bad = x[x[:, 0] < 0]
    if len(bad):
        raise ValueError(f"bad row {bad[0, 0]:g}")
    return x[:, 0] * 2


async def ask(runner: Runner, values: list[float]) -> list[Any]:
    return await asyncio.gather(*[runner.async_run(row(value)) for value in values], return_exceptions=True)


@pytest.mark.parametrize("n", range(1, 65))
def test_exactly_the_bad_one_fails_with_its_own_error(make: Make, n: int) -> None:
    runner = make(poisoned)
    positions = range(n) if n <= 16 else {0, 1, n // 3, n - 2, n - 1}

    for bad in positions:
        answers = asyncio.run(ask(runner, [-i - 1.0 if i == bad else float(i) for i in range(n)]))

        assert [str(answer) if i == bad else answer[0] for i, answer in enumerate(answers)] == [
            f"bad row {-bad - 1}" if i == bad else 2.0 * i for i in range(n)
        ]


def test_several_bad_ones_fail_each_with_its_own_error(make: Make) -> None:
    runner = make(poisoned)
    values = [-i - 1.0 if i % 3 == 0 else float(i) for i in range(40)]

    answers = asyncio.run(ask(runner, values))

    assert [str(a) for a in answers if isinstance(a, Exception)] == [f"bad row {v:g}" for v in values if v < 0]
    assert len({id(a) for a in answers if isinstance(a, Exception)}) == 14
    until(lambda: runner.stats().methods["predict"].failed > 0)
    stats = runner.stats().methods["predict"]
    assert (stats.failed, stats.requests, stats.batches) == (14, 40, 1)
    assert stats.reruns > 0


def test_threads_are_isolated_too(make: Make, gated: Gated) -> None:
    def model(x: np.ndarray) -> np.ndarray:
        gated(x)
        return poisoned(x)

    runner = make(model)
    calls = [Call(runner.run, row(0))]
    gated.entered()
    calls += [Call(runner.run, row(value)) for value in (1, -2, 3, 4)]
    until(lambda: runner.stats().waiting == 4)
    gated.go(100)

    with pytest.raises(ValueError, match="bad row -2"):
        calls[2].result()
    assert sorted(call.result()[0] for i, call in enumerate(calls) if i != 2) == [0, 2, 6, 8]


def test_isolation_can_be_turned_off_and_then_each_gets_a_copy(make: Make) -> None:
    runs = []
    runner = make(lambda x: runs.append(len(x)) or poisoned(x), isolate=False)

    answers = asyncio.run(ask(runner, [1, -2, 3]))

    assert runs == [3]
    assert [str(answer) for answer in answers] == ["bad row -2"] * 3
    assert len({id(answer) for answer in answers}) == 3
    assert all(traceback.extract_tb(answer.__traceback__)[-1].name == "poisoned" for answer in answers)


def test_a_method_that_must_not_run_twice_is_not_run_twice(make: Make) -> None:
    runs = []
    runner = make(lambda x: runs.append(len(x)) or poisoned(x), declared={"idempotent": False})

    answers = asyncio.run(ask(runner, [1, -2, 3]))

    assert runs == [3]
    assert all(isinstance(answer, ValueError) for answer in answers)


def test_running_out_of_memory_is_not_tried_again(make: Make) -> None:
    runs = []

    def model(x: np.ndarray) -> np.ndarray:
        runs.append(len(x))
        raise MemoryError

    answers = asyncio.run(ask(make(model), [1, 2, 3]))

    assert runs == [3]
    assert all(isinstance(answer, MemoryError) for answer in answers)


class Odd(Exception):
    def __init__(self, one: int, two: int) -> None:
        super().__init__(f"{one}{two}")


def test_an_error_that_cannot_be_copied_is_still_an_error(make: Make) -> None:
    def model(x: np.ndarray) -> np.ndarray:
        raise Odd(4, 2)

    answers = asyncio.run(ask(make(model, isolate=False), [1, 2]))

    assert [str(answer) for answer in answers] == ["42", "42"]


def test_the_traceback_begins_in_the_model(make: Make) -> None:
    runner = make(poisoned)

    with pytest.raises(ValueError, match="bad row") as lone:
        runner.run(row(-1))
    answers = asyncio.run(ask(runner, [1, -2]))

    for error in (lone.value, answers[1]):
        frames = list(traceback.extract_tb(error.__traceback__))
        model = [frame.name for frame in frames].index("poisoned")
        assert not [frame for frame in frames[model + 1 :] if "bentobook/runner" in frame.filename]
        assert not [frame for frame in frames if "execute" in frame.filename]
    assert answers[1].__notes__ == [
        (
            "predict of iris failed for this request alone; it was asked in a batch of 2 requests, "
            "and the others were answered without it."
        )
    ]
    assert not hasattr(lone.value, "__notes__")


@pytest.mark.parametrize("error", [StopIteration, StopAsyncIteration, GeneratorExit, SystemExit])
def test_what_ends_a_loop_or_a_thread_is_an_ordinary_error_here(make: Make, error: type[BaseException]) -> None:
    def model(x: np.ndarray) -> np.ndarray:
        raise error("in the model")

    runner = make(model)

    with pytest.raises(RuntimeError, match="predict of iris raised"):
        runner.run(row(1))
    with pytest.raises(RuntimeError, match="predict of iris raised"):
        asyncio.run(runner.async_run(row(1)))


def test_a_model_that_raises_keyboard_interrupt_in_the_worker_does_not_end_it(make: Make) -> None:
    def model(x: np.ndarray) -> np.ndarray:
        if x[0, 0] < 0:
            raise KeyboardInterrupt
        return x[:, 0]

    runner = make(model, max_wait_ms=0.1)

    with pytest.raises(RuntimeError, match="raised KeyboardInterrupt"):
        asyncio.run(runner.async_run(row(-1)))
    assert asyncio.run(runner.async_run(row(1))).tolist() == [1.0]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda x: x[:-1, 0], r"got 2 rows and returned 1 rows; the first input is ndarray of shape \(2, 2\)"),
        (lambda x: np.ones(5), "returned 5 rows"),
        (lambda x: 3.5, "returned float, in which no rows can be counted"),
        (lambda x: {"label": "x"}, "returned dict of 1, in which no rows can be counted"),
        (lambda x: None, "returned NoneType"),
        (lambda x: (x, x[:1]), "returned tuple of 2"),
    ],
    ids=["too few", "too many", "number", "dict", "none", "tuple"],
)
def test_a_batchable_method_owes_a_row_for_each_row(make: Make, answer: Any, said: str) -> None:
    runner = make(answer)

    with pytest.raises(BatchContractBroken, match=said):
        runner.run(np.ones((2, 2)))


def test_what_is_not_a_number_goes_through_and_stays_with_its_request(make: Make) -> None:
    answers = asyncio.run(ask(make(lambda x: x[:, 0] * 2), [1, float("nan"), 3]))

    np.testing.assert_array_equal(answers, [[2], [np.nan], [6]])


def test_only_those_whose_rows_get_lost_are_told_so(make: Make) -> None:
    runner = make(lambda x: x[x[:, 0] >= 0][:, 0])

    answers = asyncio.run(ask(runner, [1, -2, 3, 4]))

    assert [isinstance(answer, BatchContractBroken) for answer in answers] == [False, True, False, False]
    assert "got 1 rows and returned 0 rows" in str(answers[1])


def test_a_method_that_is_not_batchable_owes_nothing(make: Make) -> None:
    runner = make(lambda x: {"n": len(x)}, declared={"batchable": False})

    assert asyncio.run(ask(runner, [1, 2])) == [{"n": 1}, {"n": 1}]


def test_a_bad_layout_never_joins_a_batch(make: Make) -> None:
    def model(frame: pd.DataFrame) -> np.ndarray:
        return frame[["a", "b"]].to_numpy().sum(axis=1)

    runner = make(model)

    async def main() -> list[Any]:
        frames = [pd.DataFrame({"a": [1.0], "c" if i == 3 else "b": [2.0 if i == 3 else i]}) for i in range(6)]
        return await asyncio.gather(*[runner.async_run(frame) for frame in frames], return_exceptions=True)

    answers = asyncio.run(main())

    assert isinstance(answers[3], KeyError)
    assert runner.stats().methods["predict"].reruns == 0
    assert [answer[0] for i, answer in enumerate(answers) if i != 3] == [1.0, 2.0, 3.0, 5.0, 6.0]


def test_who_leaves_while_a_batch_is_isolated_is_not_run_again(make: Make) -> None:
    runs: list[list[float]] = []
    entered, go = threading.Semaphore(0), threading.Semaphore(0)

    def model(x: np.ndarray) -> np.ndarray:
        runs.append(x[:, 0].tolist())
        if len(runs) == 1:
            entered.release()
            assert go.acquire(timeout=20)
        return poisoned(x)

    runner = make(model)

    async def main() -> None:
        tasks = [asyncio.create_task(runner.async_run(row(value))) for value in (1, 2, 3, -4)]
        assert await asyncio.to_thread(entered.acquire, timeout=20)
        tasks[1].cancel()
        await asyncio.wait([tasks[1]])
        go.release()
        await asyncio.gather(*tasks, return_exceptions=True)

    asyncio.run(main())

    assert runs == [[1, 2, 3, -4], [1], [3, -4], [3], [-4]]
