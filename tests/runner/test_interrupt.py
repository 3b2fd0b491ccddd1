"""An interrupt at any line of a call: the caller gets it, everybody else gets an answer, the runner goes on.

The trace function of ``sys.settrace`` raises KeyboardInterrupt at the n-th line that the main thread runs in the
runner's files, for each n that there is.
"""

from __future__ import annotations

import asyncio
import dis
import linecache
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, Self

import pytest

import bentobook.runner
from bentobook.runner.runner import Runner

from .conftest import Call, Gated, row, until

if TYPE_CHECKING:
    import numpy as np

Make = Callable[..., Runner]
pytestmark = pytest.mark.usefixtures("old_objects_are_left_out")
PACKAGE = str(Path(bentobook.runner.__file__).parent)


class InterruptAt:
    """Interrupts the main thread at a line of the runner, the first being number 0."""

    def __init__(self, number: int) -> None:
        self.left = number
        self.where = ""

    def __enter__(self) -> Self:
        sys.settrace(self)
        return self

    def __exit__(self, *_: object) -> None:
        sys.settrace(None)

    def __call__(self, frame: FrameType, event: str, _: Any) -> Any:
        if not frame.f_code.co_filename.startswith(PACKAGE):
            return None
        if event == "line" and not self._leaves_a_with(frame):
            if not self.left:
                self.where = f"{Path(frame.f_code.co_filename).name}:{frame.f_lineno}"
                raise KeyboardInterrupt
            self.left -= 1
        return self

    @staticmethod
    def _leaves_a_with(frame: FrameType) -> bool:
        """Whether a lock is about to be released: the interpreter looks for signals only after that."""
        line = linecache.getline(frame.f_code.co_filename, frame.f_lineno).lstrip()
        return line.startswith("with ") and not dis.opname[frame.f_code.co_code[frame.f_lasti]].startswith("LOAD_FAST")


def interrupted(number: int, call: Callable[[], Any]) -> str:
    """Interrupt a call at a line; tell which, or nothing if it was over before."""
    with InterruptAt(number) as interrupt:
        try:
            call()
        except KeyboardInterrupt:
            assert interrupt.where
    return interrupt.where


def goes_on(runner: Runner) -> None:
    assert runner.run(row(7)).tolist() == [14.0]
    assert asyncio.run(runner.async_run(row(8))).tolist() == [16.0]
    stats = runner.stats()
    assert (stats.waiting, stats.waiting_bytes) == (0, 0)


def others(runner: Runner) -> list[Call]:
    """Let two threads and two coroutines wait."""
    calls = [Call(runner.run, row(i)) for i in (1, 2)]
    calls += [Call(lambda i=i: asyncio.run(runner.async_run(row(i)))) for i in (3, 4)]
    until(lambda: runner.stats().waiting >= 4)
    return calls


def leads(make: Make, number: int) -> str:
    """The main thread runs a batch, and four others wait when it is done."""
    calls: list[Call] = []

    def model(x: np.ndarray) -> np.ndarray:
        if not calls and x[0, 0] == 0:
            trace = sys.gettrace()
            sys.settrace(None)
            calls.extend(others(runner))
            sys.settrace(trace)
        return x[:, 0] * 2

    runner = make(model)
    where = interrupted(number, lambda: runner.run(row(0)))
    assert [call.result()[0] for call in calls] == [2, 4, 6, 8][: len(calls)], where
    goes_on(runner)
    return where


def leads_a_batch(make: Make, number: int) -> str:
    """The main thread becomes the leader of a batch with four others in it."""
    gate, calls = Gated(), []

    def model(x: np.ndarray) -> np.ndarray:
        return gate(x) if x[0, 0] == 9 else x[:, 0] * 2

    runner = make(model)
    first = Call(runner.run, row(9))
    gate.entered()

    def let_go() -> None:
        until(lambda: runner.stats().waiting == 1 or over)
        if not over:
            calls.extend(others(runner))
        gate.go()

    over: list[str] = []
    helper = Call(let_go)
    over.append(interrupted(number, lambda: runner.run(row(0))))
    helper.result()
    assert first.result().tolist() == [18.0]
    assert [call.result()[0] for call in calls] == [2, 4, 6, 8][: len(calls)], over
    goes_on(runner)
    return over[0]


def waits_for_the_worker(make: Make, number: int) -> str:
    """The main thread has a timeout, so the worker runs its batch."""
    runner = make(lambda x: x[:, 0] * 2)
    where = interrupted(number, lambda: runner.predict.run(row(0), timeout=60))
    goes_on(runner)
    return where


def is_refused(make: Make, number: int) -> str:
    """The queue is full."""
    gate = Gated()
    runner = make(gate, max_queue=1)
    calls = [Call(runner.run, row(1))]
    gate.entered()
    calls.append(Call(runner.run, row(2)))
    until(lambda: runner.stats().waiting == 1)

    def refused() -> None:
        with pytest.raises(Exception, match="busy"):
            runner.run(row(3))

    where = interrupted(number, refused)
    gate.go(100)
    assert [call.result()[0] for call in calls] == [2, 4], where
    goes_on(runner)
    return where


@pytest.mark.parametrize(
    "scene", [leads, leads_a_batch, waits_for_the_worker, is_refused], ids=lambda scene: scene.__name__
)
def test_an_interrupt_at_any_line_harms_nobody_else(make: Make, scene: Callable[[Make, int], str]) -> None:
    places = []
    while place := scene(make, len(places)):
        places.append(place)

    assert len(places) > 50
    assert len(set(places)) > 40


def test_what_must_not_run_twice_is_told_that_it_was_interrupted(make: Make, gated: Gated) -> None:
    calls: list[Call] = []

    def model(x: np.ndarray) -> np.ndarray:
        if x[0, 0] == 0:
            calls.extend(others(runner))
            return x[:, 0]
        if len(x) > 1 and not gated.batches:
            gated.batches.append(x)
            raise KeyboardInterrupt
        return x[:, 0] * 2

    runner = make(model, declared={"idempotent": False})
    runner.run(row(0))

    outcomes = []
    for call in calls:
        try:
            outcomes.append(call.result())
        except BaseException as error:  # noqa: BLE001
            outcomes.append(type(error))

    assert outcomes.count(KeyboardInterrupt) == 1
    assert outcomes.count(InterruptedError) == 3
    goes_on(runner)
