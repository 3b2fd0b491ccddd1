"""A cell that cannot become a module of its own, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus

from bentobook.errors.base import BentobookError, did_you_mean

MAX_SHOWN = 8


class CellRefused(BentobookError, ValueError):
    """A cell that cannot become a module of its own."""

    http_status = HTTPStatus.BAD_REQUEST


class NotPython(CellRefused):
    """A line of a cell that is not Python: a magic, a shell line, or a mistake.

    Parameters
    ----------
    line : int
        The line of the cell; the magic itself is line 1.
    text : str
        What stands there.
    problem : str
        What is wrong with it.
    advice : str
        What to do.
    """

    def __init__(self, line: int, text: str, problem: str, advice: str = "") -> None:
        self.line, self.text, self.problem, self.advice = line, text, problem, advice
        super().__init__(f"line {line} of the cell, {text!r}: {problem}.{f' {advice}' if advice else ''}")


@dataclass(frozen=True)
class LeftBehind:
    """A name that cannot be brought along.

    Attributes
    ----------
    name : str
    why : str
        What it is, and why it stays.
    used_by : str
        The function of another cell that uses it; ``""`` for the cell itself.
    similar : tuple of str
        Names that are meant perhaps, where nothing has that name.
    known : bool
        Whether the notebook has it.
    literal : bool
        Whether it is a value that can be written down.
    """

    name: str
    why: str
    used_by: str = ""
    similar: tuple[str, ...] = ()
    known: bool = True
    literal: bool = False

    def describe(self) -> str:
        """Say which name, what it is and who uses it."""
        by = f", used by {self.used_by}" if self.used_by else ""
        return f"{self.name} ({self.why}{by}){did_you_mean(self.similar)}"


class NamesLeftBehind(CellRefused):
    """Names that a cell uses and that are no part of it.

    Parameters
    ----------
    cell : str
        The service.
    left : sequence of LeftBehind
        All of them; the sentence shows the first eight.
    """

    def __init__(self, cell: str, left: Sequence[LeftBehind]) -> None:
        self.cell, self.left = cell, tuple(left)
        shown = "; ".join(each.describe() for each in self.left[:MAX_SHOWN])
        more = f"; and {len(self.left) - MAX_SHOWN} more" if len(self.left) > MAX_SHOWN else ""
        super().__init__(f"the cell of {cell} cannot live in a file of its own with {shown}{more}.{self._advice()}")

    def _advice(self) -> str:
        known = [each.name for each in self.left if each.known]
        if not known:
            return ""
        one = known[0]
        plain = ",".join(each.name for each in self.left if each.literal)
        captured = f" or add --capture {plain} to write {'them' if ',' in plain else 'it'} down;" if plain else ""
        return (
            f" Move {'it' if len(known) == 1 else 'them'} into the cell;{captured} or import the model with "
            f"custom_objects={{{one!r}: {one}}} and use model.custom_objects[{one!r}]."
        )


class NotALiteral(CellRefused):
    """A value that cannot be written down as a literal."""

    def __init__(self, name: str, why: str) -> None:
        self.name, self.why = name, why
        super().__init__(
            f"--capture {name}: {why}. Only None, booleans, numbers, texts, bytes, and lists, tuples, sets and "
            "dictionaries of them can be written down; convert it, or move the code that makes it into the cell."
        )
