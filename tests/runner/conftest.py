"""Models that tests can hold at a point, callers in threads, and runners that are closed in the end."""

from __future__ import annotations

import gc
import os
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from bentobook.runner.runnable import Runnable
from bentobook.runner.runner import Runner

PATIENCE = 20.0


def until(condition: Callable[[], bool]) -> None:
    """Let other threads run until something holds; only for what tells nobody when it happens."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        os.sched_yield()


class Call:
    """A function that runs in a thread of its own."""

    def __init__(self, function: Callable[..., Any], *args: Any, **named: Any) -> None:
        self._outcome: list[Any] = []
        self._thread = threading.Thread(target=self._run, args=(function, args, named), daemon=True)
        self._thread.start()

    def _run(self, function: Callable[..., Any], args: Any, named: Any) -> None:
        try:
            self._outcome[:] = [function(*args, **named), None]
        except BaseException as error:  # noqa: BLE001
            self._outcome[:] = [None, error]

    @property
    def done(self) -> bool:
        return bool(self._outcome)

    def result(self) -> Any:
        self._thread.join(PATIENCE)
        assert self._outcome, "the call did not end"
        value, error = self._outcome
        if error is not None:
            raise error
        return value


class Gated:
    """Doubles the first column; waits in each call until the test lets it go on."""

    def __init__(self) -> None:
        self.batches: list[Any] = []
        self.threads: list[int] = []
        self._entered = threading.Semaphore(0)
        self._go = threading.Semaphore(0)

    def __call__(self, value: Any) -> Any:
        self.batches.append(value)
        self.threads.append(threading.get_ident())
        self._entered.release()
        assert self._go.acquire(timeout=PATIENCE)
        return np.asarray(value)[:, 0] * 2

    def entered(self) -> None:
        assert self._entered.acquire(timeout=PATIENCE)

    def go(self, times: int = 1) -> None:
        self._go.release(times)

    @property
    def sizes(self) -> list[int]:
        return [len(batch) for batch in self.batches]


@pytest.fixture(scope="module")
def old_objects_are_left_out() -> Iterator[None]:
    """Let ``gc`` look at the objects of these tests only, not each time at those of all imported packages."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.fixture
def make() -> Iterator[Callable[..., Runner]]:
    """Make a started runner around a function of one argument."""
    made = []

    def make(function: Callable[..., Any], *, declared: dict[str, Any] | None = None, **config: Any) -> Runner:
        class Model(Runnable):
            pass

        Model.add_method(staticmethod(function), "predict", **{"batchable": True, **(declared or {})})
        limits = {
            name: config.pop(name) for name in ("max_batch_size", "max_latency_ms", "max_wait_ms") if name in config
        }
        runner = Runner(Model, name="iris", method_configs={"predict": config}, **limits)
        runner.init_local(quiet=True)
        made.append(runner)
        return runner

    yield make
    for runner in made:
        runner.close()


@pytest.fixture
def gated() -> Iterator[Gated]:
    model = Gated()
    yield model
    model.go(1000)


def row(value: float, width: int = 2) -> np.ndarray:
    return np.full((1, width), float(value))
