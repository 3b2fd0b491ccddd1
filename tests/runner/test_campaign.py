"""Long runs with everything at once: answers belong to those who asked, and in the end nothing is left.

The short forms run always; ``make soak`` runs the full ones.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from bentobook.errors import DeadlineExceeded, RunnerClosed, ServiceBusy
from bentobook.runner.runner import Runner

from .conftest import Call

Make = Callable[..., Runner]
SHORT_OR_SOAK = [pytest.param(1, id="short"), pytest.param(50, id="soak", marks=pytest.mark.soak)]


def tag(x: np.ndarray) -> np.ndarray:
    return x[:, 0] * 3 + 1


def finish(calls: list[Call]) -> None:
    for call in calls:
        while not call.done:
            call._thread.join(1)
        call.result()


@pytest.mark.parametrize("times", SHORT_OR_SOAK)
def test_answers_belong_to_those_who_asked(make: Make, times: int) -> None:
    runner = make(tag, max_batch_size=32)
    n_callers, n_each = 64, 160 * times

    def check(caller: int, i: int, answer: np.ndarray, rows: int) -> None:
        wanted = np.arange(rows) * 3.0 + (caller * 1_000_000 + i) * 3 + 1
        assert answer.tolist() == wanted.tolist()

    def value(caller: int, i: int, rows: int) -> np.ndarray:
        return np.repeat((np.arange(rows) + caller * 1_000_000 + i)[:, None], 1 + caller % 2, axis=1).astype(float)

    def thread(caller: int) -> None:
        for i in range(n_each):
            rows = 1 + i % 3
            check(caller, i, runner.run(value(caller, i, rows)), rows)

    async def coroutine(caller: int) -> None:
        for i in range(n_each):
            rows = 1 + i % 3
            check(caller, i, await runner.async_run(value(caller, i, rows)), rows)

    async def coroutines(first: int) -> None:
        await asyncio.gather(*[coroutine(first + k) for k in range(n_callers // 2)])

    calls = [Call(thread, caller) for caller in range(n_callers)]
    calls += [Call(lambda first=first: asyncio.run(coroutines(first))) for first in (100, 200)]
    finish(calls)

    stats = runner.stats()
    assert (stats.waiting, stats.waiting_bytes) == (0, 0)
    assert stats.methods["predict"].requests == 2 * n_callers * n_each


class Chaos:
    """Raises for negative rows, hangs a while for rows above 1000, and counts what it was given."""

    def __init__(self) -> None:
        self.closing = threading.Event()

    def __call__(self, x: np.ndarray) -> np.ndarray:
        if (x[:, 0] > 1000).any():
            self.closing.wait(0.002)
        if (x[:, 0] < 0).any():
            raise ValueError("poison")
        return tag(x)


EXPECTED = (ValueError, ServiceBusy, DeadlineExceeded, RunnerClosed, asyncio.CancelledError)


def pick(dice: random.Random) -> tuple[float, float | None]:
    value = dice.choice([-1.0, 5000.0, *[float(dice.randrange(1000))] * 12])
    return value, dice.choice([None, None, None, 0.001, 5.0])


def judge(value: float, answer: Any) -> None:
    if isinstance(answer, BaseException):
        assert isinstance(answer, EXPECTED), answer
    else:
        assert answer.tolist() == [value * 3 + 1]


async def cancel(tasks: list[asyncio.Future[Any]]) -> None:
    for task in tasks:
        await asyncio.sleep(0)
        task.cancel()


@pytest.mark.parametrize("times", [pytest.param(1, id="short"), pytest.param(10, id="soak", marks=pytest.mark.soak)])
def test_nothing_is_pending_after_everything_that_can_happen(make: Make, times: int) -> None:
    chaos = Chaos()
    runner = make(chaos, max_batch_size=16, max_queue=48, max_latency_ms=50)
    over = threading.Event()
    operations = [0]

    def thread(seed: int) -> None:
        dice = random.Random(seed)
        for _ in range(200 * times):
            value, timeout = pick(dice)
            with contextlib.suppress(*EXPECTED):
                judge(value, runner.predict.run(np.full((1, 1 + seed % 2), value), timeout=timeout))
            operations[0] += 1

    async def coroutines(seed: int) -> None:
        dice = random.Random(seed)
        for _ in range(10 * times):
            asked = []
            for _ in range(40):
                value, timeout = pick(dice)
                work = runner.predict.async_run(np.full((1, 1 + dice.randrange(2)), value), timeout=timeout)
                asked.append((value, asyncio.ensure_future(work)))
            await cancel([task for _, task in dice.sample(asked, 5)])
            answers = await asyncio.gather(*[task for _, task in asked], return_exceptions=True)
            for (value, _), answer in zip(asked, answers, strict=True):
                judge(value, answer)
            operations[0] += 40

    def closer() -> None:
        while not over.wait(0.05):
            runner.close()
            runner.init_local()

    calls = [Call(thread, seed) for seed in range(24)]
    calls += [Call(lambda seed=seed: asyncio.run(coroutines(seed))) for seed in range(100, 114)]
    closing = Call(closer)
    finish(calls)
    over.set()
    closing.result()

    stats = runner.stats()
    assert operations[0] >= 10_000 * times
    assert (stats.waiting, stats.waiting_bytes) == (0, 0)
    assert runner.run(np.full((1, 1), 1.0)).tolist() == [4.0]
