"""What can go wrong when a Bento is built."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from pathlib import Path

from bentobook.errors.base import BentobookError


class BuildFailed(BentobookError):
    """A Bento that cannot be built; nothing of it was stored."""

    http_status = HTTPStatus.BAD_REQUEST

    def __init__(self, what: str, reason: str, *, hint: str = "") -> None:
        self.what, self.reason, self.hint = what, reason, hint
        super().__init__(f"Cannot build {what}: {reason.rstrip('.')}.{' ' + hint if hint else ''}")


class BentofileRefused(BuildFailed):
    """Fields of a bentofile that cannot be used."""

    def __init__(self, path: Path | str, problems: Sequence[str]) -> None:
        self.path, self.problems = str(path), tuple(problems)
        listed = "; ".join(problem.rstrip(".") for problem in problems)
        BentobookError.__init__(self, f"{path} cannot be used: {listed}{'' if listed.endswith('?') else '.'}")


class CasesFailed(BuildFailed):
    """Cases that no longer match; the Bento was not stored."""

    def __init__(self, what: str, n_cases: int, failures: Mapping[str, str]) -> None:
        self.n_cases, self.failures = n_cases, dict(failures)
        shown = 3
        told = "; ".join(f"{name!r}: {said}" for name, said in list(failures.items())[:shown])
        more = f"; and {len(failures) - shown} more" if len(failures) > shown else ""
        verb = "matches" if len(failures) == 1 else "match"
        reason = f"{len(failures)} of {n_cases} cases no longer {verb}: {told}{more}"
        hint = "Where the new answer is right, store it with %bento_case; --no-verify builds all the same."
        super().__init__(what, reason, hint=hint)
