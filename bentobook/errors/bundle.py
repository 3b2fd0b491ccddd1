"""What can go wrong when a Bento is built."""

from __future__ import annotations

from collections.abc import Sequence
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
