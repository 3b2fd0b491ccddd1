"""The base of all errors, and those that belong to no part of the package."""

from __future__ import annotations

import linecache
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
    """Find the user's line in a cell of several lines; in a cell of one line there is nothing to find."""
    trace = error.__traceback__
    while trace is not None:
        name = trace.tb_frame.f_code.co_filename
        if "ipykernel_" in name or name.startswith("<ipython-input"):
            return trace.tb_lineno if len(linecache.getlines(name)) > 1 else None
        trace = trace.tb_next
    return None


def did_you_mean(similar: Sequence[str], otherwise: str = "") -> str:
    """Write the end of a sentence: up to three names that are meant perhaps, else what to do instead."""
    if not similar:
        return f" {otherwise}" if otherwise else ""
    return " Did you mean " + " or ".join(repr(name) for name in similar[:3]) + "?"


class InvalidArgument(BentobookError, ValueError):
    """An argument that cannot be used: what was wanted, what came."""

    http_status = HTTPStatus.BAD_REQUEST

    def __init__(self, argument: str, got: object, wanted: str, *, hint: str = "") -> None:
        self.argument, self.got, self.wanted, self.hint = argument, got, wanted, hint
        super().__init__(f"{argument}: expected {wanted}, got {got!r}.{' ' + hint if hint else ''}")


class Refused(BentobookError):
    """An administrator's setting forbids what was asked."""

    http_status = HTTPStatus.FORBIDDEN

    def __init__(self, what: str, setting: str, where: str) -> None:
        self.what, self.setting, self.where = what, setting, where
        super().__init__(f"{what} is not allowed here: {setting} is set in {where}. Ask its administrator.")


class MissingDependency(BentobookError, ImportError):
    """A package that is needed is not installed."""

    def __init__(
        self, package: str, *, feature: str, requirement: str = "", recorded: str = "", hint: str = ""
    ) -> None:
        self.package, self.feature, self.requirement = package, feature, requirement or package
        self.recorded, self.hint = recorded, hint
        was = f" (recorded version {recorded})" if recorded else ""
        advice = f". {hint}" if hint else f": pip install {self.requirement}"
        super().__init__(f"{feature} needs {package}{was}, which is not installed{advice}")
