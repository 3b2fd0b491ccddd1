"""What is wrong with the values of a batch, row by row, and whose rows they are."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import accumulate
from typing import Any, TypeAlias

from bentobook.errors import Problem, SchemaMismatch

MAX_KEPT = 10_000
_LONGEST = 40
_BETWEEN_WORDS = str.maketrans("_-.", "   ")

Note: TypeAlias = Callable[..., None]
"""Takes the fields of a Problem."""


class Findings:
    """Collect problems; the rows of a batch are told to the requests that they came from.

    Parameters
    ----------
    where : str
        The method and model that were asked.
    sizes : sequence of int
        The rows of each request.
    """

    def __init__(self, where: str, sizes: Sequence[int]) -> None:
        self._where = where
        self._sizes = sizes
        self._ends = list(accumulate(sizes))
        self._problems: list[Problem] = []

    def __bool__(self) -> bool:
        """Whether there is any."""
        return bool(self._problems)

    def note(self, *, row: int | None = None, **fields: Any) -> None:
        """Keep one problem.

        Raises
        ------
        SchemaMismatch
            When there are so many that it makes no sense to look further.
        """
        request = None
        if row is not None and len(self._sizes) > 1:
            request = bisect_right(self._ends, row)
            row -= self._ends[request] - self._sizes[request]
        self._problems.append(Problem(row=row, request=request, **fields))
        if len(self._problems) == MAX_KEPT:
            raise self._error(more=True)

    def of_column(self, name: str | None) -> Note:
        """Make a ``note`` for one column."""
        place = () if name is None else (name,)

        def note(*, loc: tuple[str | int, ...] = (), **fields: Any) -> None:
            self.note(loc=(*place, *loc), **fields)

        return note

    def in_row(self, row: int) -> Note:
        """Make a ``note`` for one row."""
        return partial(self.note, row=row)

    def check(self) -> None:
        """Raise SchemaMismatch with all problems, if there are any."""
        if self._problems:
            raise self._error()

    def _error(self, *, more: bool = False) -> SchemaMismatch:
        problems = sorted(self._problems, key=lambda problem: (problem.request or 0, problem.row or 0))
        by_request = {}
        for number in dict.fromkeys(problem.request for problem in problems if problem.request is not None):
            own = [_alone(problem) for problem in problems if problem.request == number]
            by_request[number] = SchemaMismatch(self._where, own, rows=self._sizes[number], more=more)
        rows = self._ends[-1] if self._ends else 0
        return SchemaMismatch(self._where, problems, rows=rows, more=more, by_request=by_request)


def _alone(problem: Problem) -> Problem:
    fields = {name: getattr(problem, name) for name in ("loc", "msg", "got", "wanted", "near", "row")}
    return Problem(**fields)


def told(value: object) -> str:
    """Show a value and its type in a few words.

    >>> told("wide")
    "'wide' (str)"
    """
    text = repr(value) if isinstance(value, (str, bytes, int, float)) else " ".join(str(value)[:200].split())
    short = text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
    return f"{short} ({type(value).__name__})" if value is not None else "None"


def nearest(name: str, among: Iterable[str]) -> str | None:
    """Find the name that is meant, perhaps; capitals, and what stands between words, make no difference.

    >>> nearest("Petal_Wdth", ["petal length", "petal width"]), nearest("pW", ["sw", "pw"])
    ('petal width', 'pw')
    """
    from difflib import get_close_matches

    folded: dict[str, str] = {}
    for each in among:
        folded.setdefault(_folded(each), each)
    return next((folded[each] for each in get_close_matches(_folded(name), folded, n=1)), None)


def _folded(name: str) -> str:
    return name.casefold().translate(_BETWEEN_WORDS)


def missing(required: Iterable[str], known: Iterable[str], given: Iterable[object], note: Note) -> None:
    """Note each required name that is not there; an unknown name that is like it was meant perhaps.

    Parameters
    ----------
    required, known : iterable of str
        The names that must be there, and all that may.
    given : iterable
        The names that are there.
    note : callable
        Takes the problems.
    """
    names = [str(name) for name in given]
    unknown = [name for name in names if name not in set(known)]
    for name in required:
        if name in names:
            continue
        meant = nearest(name, unknown)
        if meant is None:
            note(loc=(name,), msg="required but missing")
        else:
            unknown.remove(meant)
            note(loc=(meant,), msg="unknown column", near=name)
