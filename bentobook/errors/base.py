"""What all errors of this package share: one sentence, one HTTP status, one line in IPython."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import ClassVar


class BentobookError(Exception):
    """Base of all errors of this package; in IPython it shows as one line."""

    http_status: ClassVar[HTTPStatus] = HTTPStatus.INTERNAL_SERVER_ERROR

    def _render_traceback_(self) -> list[str]:
        """Give IPython one line to print; the traceback stays on the object for ``%debug``."""
        line = _line_of_cell(self)
        place = f" (cell line {line})" if line else ""
        return [f"{type(self).__name__}: {self}{place}"]


def _line_of_cell(error: BaseException) -> int | None:
    """Find the user's line when the error came from below it, not from the cell's only line."""
    trace = error.__traceback__
    while trace is not None:
        name = trace.tb_frame.f_code.co_filename
        if "ipykernel_" in name or name.startswith("<ipython-input"):
            return trace.tb_lineno
        trace = trace.tb_next
    return None


def did_you_mean(similar: Sequence[str], otherwise: str = "") -> str:
    """Write the names that were perhaps meant, else another hint."""
    if not similar:
        return f" {otherwise}" if otherwise else ""
    return " Did you mean " + " or ".join(repr(name) for name in similar[:3]) + "?"


class InvalidArgument(BentobookError, ValueError):
    """An argument that cannot be used: what was wanted, what came."""

    http_status = HTTPStatus.BAD_REQUEST

    def __init__(self, argument: str, got: object, wanted: str, *, hint: str = "") -> None:
        self.argument, self.got, self.wanted, self.hint = argument, got, wanted, hint
        super().__init__(f"{argument}: expected {wanted}, got {got!r}.{' ' + hint if hint else ''}")
