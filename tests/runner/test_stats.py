"""What a runner counts, and how it is shown."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from dataclasses import FrozenInstanceError

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bentobook.runner.runner import Runner
from bentobook.runner.stats import BATCHES, SAMPLE, Recorder, percentiles

from .conftest import Call, Gated, row, until

Make = Callable[..., Runner]


class Asked:
    def __init__(self, asked: float) -> None:
        self.asked = asked


def test_batches_are_counted_and_remembered(make: Make) -> None:
    runner = make(lambda x: x[:, 0], max_batch_size=4)
    runner.run(np.ones((3, 2)))
    runner.run(np.ones((10, 2)))

    stats = runner.stats().methods["predict"]

    assert (stats.requests, stats.rows, stats.batches) == (4, 13, 4)
    assert [(batch.rows, batch.requests) for batch in stats.recent] == [(3, 1), (4, 1), (4, 1), (2, 1)]
    assert dict(stats.reasons) == {"idle": 2, "full": 2}
    assert stats.rows_per_batch == 13 / 4
    assert all(batch.seconds >= 0 for batch in stats.recent)


def test_an_answer_is_counted_before_its_caller_can_look(make: Make) -> None:
    runner = make(lambda x: threading.Event().wait(0.002) or x[:, 0])

    async def main() -> list[int]:
        counted = []
        for _ in range(20):
            await runner.async_run(row(1))
            counted.append(runner.stats().methods["predict"].requests)
        return counted

    assert asyncio.run(main()) == list(range(1, 21))


def test_a_record_does_not_change(make: Make) -> None:
    stats = make(lambda x: x[:, 0]).stats()

    with pytest.raises(FrozenInstanceError, match="waiting"):
        stats.waiting = 3  # type: ignore[misc]


def test_what_happens_now_is_told(make: Make, gated: Gated) -> None:
    runner = make(gated)
    assert "idle" in str(runner.stats())
    call = Call(runner.run, row(1))
    gated.entered()
    waits = Call(runner.run, np.ones((3, 2)))
    until(lambda: runner.stats().waiting == 1)

    now = runner.stats()

    assert now.waiting_bytes == 48
    assert now.running_for > 0
    assert not now.stuck
    assert str(now).startswith("iris  runner  running for")
    assert "1 waiting" in str(now)
    assert "predict" in now._repr_html_()
    gated.go(2)
    call.result(), waits.result()


def test_a_runner_that_never_started_has_counted_nothing() -> None:
    from bentobook.runner.runnable import Runnable

    class Model(Runnable):
        @Runnable.method
        def predict(self) -> int:
            return 1

    stats = Runner(Model).stats()

    assert stats.methods["predict"].requests == 0
    assert stats.methods["predict"].latency_ms == {}
    assert stats.methods["predict"].rows_per_batch == 0


def test_the_memory_is_bounded() -> None:
    recorder, asked = Recorder(), [Asked(0.0)] * 100
    for _ in range(BATCHES + 10):
        recorder.batch(100, asked, "busy", 0.0, 1.0)

    stats = recorder.read()

    assert (stats.requests, stats.batches, len(stats.recent)) == (100 * (BATCHES + 10), BATCHES + 10, BATCHES)
    assert all(len(batch[-1]) <= SAMPLE for batch in recorder._batches)
    assert stats.latency_ms == {"p50": 1000, "p90": 1000, "p99": 1000, "max": 1000}


def test_a_large_batch_counts_more_than_a_small_one() -> None:
    recorder = Recorder()
    recorder.batch(1, [Asked(0.0)], "idle", 0.0, 5.0)
    recorder.batch(200, [Asked(0.0)] * 200, "busy", 0.0, 1.0)

    assert recorder.read().latency_ms == {"p50": 1000, "p90": 1000, "p99": 1000, "max": 5000}


@given(st.lists(st.floats(0, 10), min_size=1))
def test_percentiles_are_values_in_order(seconds: list[float]) -> None:
    found = percentiles(seconds)

    assert list(found.values()) == sorted(found.values())
    assert found["max"] == max(seconds) * 1e3
    assert set(found.values()) <= {each * 1e3 for each in seconds}
