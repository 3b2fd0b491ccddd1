"""A build, import or delete of a Bento is killed, or a call in it fails: the store is whole, and a retry works."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from faultkit import bento_operations as operations
from faultkit import calls, health, points
from faultkit.bento_operations import NEW, OLD
from faultkit.calls import NthFailure, OSErrorOf
from faultkit.zygote import Zygote

VERBS = {"build": operations.build, "import": operations.import_archive, "delete": operations.delete}
POINTS = 12


@pytest.fixture(scope="module")
def forks() -> Iterator[Zygote]:
    """Fork from a process that has imported everything and done nothing."""
    with Zygote(operations.PRELOAD) as zygote:
        yield zygote


class Bench:
    """A store with one Bento and its model, an archive of a second, and one thing to do to them."""

    def __init__(self, forks: Zygote, fresh_home: Callable[..., Path], verb: str) -> None:
        self.forks, self.fresh_home, self.operation = forks, fresh_home, VERBS[verb]
        self.tag = OLD if verb == "delete" else NEW
        self.before = {OLD}
        self.after = set() if verb == "delete" else {OLD, NEW}
        self.done = "NotFound" if verb == "delete" else "AlreadyExists"
        self.start, other = fresh_home(), fresh_home()
        self.archive = str(other / "svc.tar")
        for home, tag in ((self.start, OLD), (other, NEW)):
            forks.run(operations.save_model, str(home)).unwrap()
            forks.run(operations.build, str(home), "", tag).unwrap()
        forks.run(operations.export, str(other), self.archive, NEW).unwrap()

    def job(self, home: Path) -> tuple[object, ...]:
        return (self.operation, str(home), self.archive, self.tag)

    def wrong_in(self, home: Path, *allowed: set[str]) -> list[str]:
        found = operations.tags(home)
        unexpected = [] if found in allowed else [f"{sorted(found)} is neither old nor new"]
        return [*unexpected, *operations.ailments(home), *health.ailments(home)]

    def wrong_after_a_kill(self, point: int) -> list[str]:
        home = self.fresh_home(self.start)
        self.forks.run(points.killed_at, point, *self.job(home))
        wrong = self.wrong_in(home, self.before, self.after)
        retry = self.forks.run(*self.job(home))
        if not retry.ok and retry.error != self.done:
            wrong.append(f"retry: {retry.error}: {retry.text}")
        wrong += self.wrong_in(home, self.after)
        self.forks.run(operations.collect, str(home)).unwrap()
        return [f"point {point}: {text}" for text in (*wrong, *health.leftovers(home))]

    def wrong_after_a_failure(self, failure: NthFailure) -> list[str]:
        home = self.fresh_home(self.start)
        outcome = self.forks.run(calls.with_failure, failure, *self.job(home))
        typed = outcome.ok or {"BentobookError", "KeyboardInterrupt"} & set(outcome.bases)
        wrong = [] if typed else [f"not a typed error: {outcome.error}: {outcome.text}"]
        interrupted = outcome.error == "KeyboardInterrupt"
        wrong += self.wrong_in(home, *([self.after] if outcome.ok else [self.before, *([self.after] * interrupted)]))
        self.forks.run(operations.collect, str(home)).unwrap()
        return [f"{failure}: {text}" for text in (*wrong, *health.leftovers(home))]


@pytest.fixture(params=VERBS)
def bench(request: pytest.FixtureRequest, forks: Zygote, fresh_home: Callable[..., Path]) -> Bench:
    return Bench(forks, fresh_home, request.param)


def test_a_kill_leaves_a_whole_store(bench: Bench) -> None:
    total = len(bench.forks.run(points.count, *bench.job(bench.fresh_home(bench.start))).unwrap())

    wrong = [text for point in range(1, total + 1, max(1, total // POINTS)) for text in bench.wrong_after_a_kill(point)]

    assert not wrong
    assert total >= POINTS


def test_a_failing_call_is_a_typed_error_and_changes_nothing(bench: Bench) -> None:
    home = bench.fresh_home(bench.start)
    counted = bench.forks.run(calls.count_calls, calls.CHANGING, *bench.job(home)).unwrap()
    kinds = [OSErrorOf(errno.ENOSPC), OSErrorOf(errno.EIO), KeyboardInterrupt, OSErrorOf(errno.EACCES)]

    wrong, tried = [], 0
    for name, count in counted.items():
        for turn, n in enumerate(sorted({1, count})):
            failure = NthFailure(name, n, kinds[(turn + len(name)) % len(kinds)], persistent=bool(turn % 2))
            wrong += bench.wrong_after_a_failure(failure)
            tried += 1

    assert not wrong
    assert tried
