"""The n-th call of each kind fails, once or from then on: a typed error, the store as it was, nothing left behind."""

from __future__ import annotations

import errno
from collections.abc import Callable
from pathlib import Path

import pytest
from faultkit import calls, health, operations
from faultkit.calls import NthFailure, OSErrorOf
from faultkit.operations import NEW, OLD
from faultkit.zygote import Outcome, Zygote

OPERATIONS = {
    "save": operations.save,
    "import": operations.import_model,
    "delete": operations.delete,
    "list": operations.list_models,
    "get": operations.get,
}
ERRORS: dict[str, Callable[[], BaseException]] = {
    name: OSErrorOf(getattr(errno, name)) for name in ("ENOSPC", "EDQUOT", "EIO", "EROFS", "EACCES")
} | {"KeyboardInterrupt": KeyboardInterrupt}
REMOVING = {"unlink", "rmdir", "open"}  # a folder is opened to be removed


def _target(verb: str) -> str:
    return NEW if verb in SAVING else OLD


SAVING = ("save", "import")


class Bench:
    """A store with one model, on which operations fail."""

    def __init__(self, zygote: Zygote, source: str, fresh_home: Callable[..., Path]) -> None:
        self.zygote, self.source, self.fresh_home = zygote, source, fresh_home
        self.start = fresh_home()
        zygote.run(operations.save, str(self.start), source, OLD).unwrap()
        self.tried = 0

    def counts(self, verb: str) -> dict[str, int]:
        """Return how often an operation makes each call."""
        names = calls.CHANGING if verb in (*SAVING, "delete") else calls.READING
        home = self.fresh_home(self.start)
        counted = self.zygote.run(
            calls.count_calls, names, OPERATIONS[verb], str(home), self.source, _target(verb)
        ).unwrap()
        return {name: n for name, n in counted.items() if name in names}

    def wrong_after(self, verb: str, failure: NthFailure) -> list[str]:
        """Let one call fail and return what is not as it should be."""
        self.tried += 1
        home = self.fresh_home(self.start)
        job = (OPERATIONS[verb], str(home), self.source, _target(verb))
        outcome = self.zygote.run(calls.with_failure, failure, *job)
        wrong = self._typed(outcome)
        tags = health.tags(home)
        if tags not in self._allowed(verb, outcome):
            wrong.append(f"{sorted(tags)} after {outcome.error or 'success'} {outcome.text}")
        wrong += health.ailments(home)
        if failure.name in REMOVING or verb == "delete":
            self.zygote.run(operations.collect, str(home)).unwrap()
        wrong += [f"left behind: {path}" for path in health.leftovers(home)]
        return [f"{verb}: {failure}: {text}" for text in wrong]

    @staticmethod
    def _allowed(verb: str, outcome: Outcome) -> list[set[str]]:
        """Return the states that are right: a failure changes nothing, but an interrupt may come when all is done."""
        after = {"save": {OLD, NEW}, "import": {OLD, NEW}, "delete": set()}.get(verb, {OLD})
        if outcome.ok:
            return [after]
        return [{OLD}, after] if outcome.error == "KeyboardInterrupt" else [{OLD}]

    @staticmethod
    def _typed(outcome: Outcome) -> list[str]:
        if outcome.ok or {"BentobookError", "KeyboardInterrupt", "CallersOwnError"} & set(outcome.bases):
            return []
        return [f"not a typed error: {outcome.error}: {outcome.text}"]


@pytest.fixture
def bench(zygote: Zygote, source: str, fresh_home: Callable[..., Path]) -> Bench:
    return Bench(zygote, source, fresh_home)


@pytest.mark.parametrize("verb", OPERATIONS)
def test_a_failing_call_is_a_typed_error_and_changes_nothing(bench: Bench, verb: str) -> None:
    kinds = list(ERRORS)
    wrong = []
    for name, count in bench.counts(verb).items():
        for turn, n in enumerate(sorted({1, (count + 1) // 2, count})):
            failure = NthFailure(
                name, n, ERRORS[kinds[(turn + len(name) + count) % len(kinds)]], persistent=bool(turn % 2)
            )
            wrong += bench.wrong_after(verb, failure)

    assert not wrong
    assert bench.tried


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_every_failing_call_is_a_typed_error_and_changes_nothing(
    bench: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = []
    for verb in OPERATIONS:
        before, faults = bench.tried, len(wrong)
        for name, count in bench.counts(verb).items():
            for n in range(1, count + 1):
                for error in ERRORS.values():
                    for persistent in (False, True):
                        wrong += bench.wrong_after(verb, NthFailure(name, n, error, persistent=persistent))
        with capsys.disabled():
            print(*wrong[faults:], sep="\n")
            print(f"\nfailing calls: {verb}: {bench.tried - before} injections, {len(wrong) - faults} faults")

    assert not wrong
