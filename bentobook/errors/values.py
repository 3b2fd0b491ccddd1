"""A value that does not fit what a model takes, and each thing that is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus

from bentobook.errors.base import BentobookError

MAX_SHOWN = 20
_NO_REQUESTS: Mapping[int, SchemaMismatch] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong with a value.

    Attributes
    ----------
    loc : tuple of str or int
        The column, tensor or param, and where in it; empty for the whole value.
    msg : str
        What is wrong, where it is not the type.
    got, wanted : str
        What came, and what the model takes there.
    near : str or None
        The name that was meant, perhaps.
    row : int or None
        The row of the request; None when it is the same in every row.
    request : int or None
        The place of the request in a batch of several.
    """

    loc: tuple[str | int, ...] = ()
    msg: str = ""
    got: str = ""
    wanted: str = ""
    near: str | None = None
    row: int | None = None
    request: int | None = None

    def describe(self) -> str:
        """Say where it is and what is wrong.

        >>> Problem(loc=("width",), got="'wide' (str)", wanted="double", row=0).describe()
        "row 0, 'width': expected double, got 'wide' (str)"
        """
        places = []
        if self.request is not None:
            places.append(f"request {self.request}")
        if self.row is not None:
            places.append(f"row {self.row}")
        if self.loc:
            places.append(repr(self.loc[0]) + "".join(f"[{each!r}]" for each in self.loc[1:]))
        return f"{', '.join(places)}: {self.what}" if places else self.what

    @property
    def what(self) -> str:
        """What is wrong, without where it is."""
        expected = f"expected {self.wanted}" if self.wanted else ""
        got = f"got {self.got}" if self.got else ""
        parts = (self.msg, expected, got, f"did you mean {self.near!r}" if self.near else "")
        return ", ".join(part for part in parts if part)

    def to_dict(self) -> dict[str, object]:
        """Return plain values: one entry of ``detail`` in an HTTP answer."""
        row = () if self.row is None else (self.row,)
        return {"loc": [*row, *self.loc], "msg": self.what, "got": self.got, "want": self.wanted}


class SchemaMismatch(BentobookError, ValueError):
    """A value that does not fit what the model takes; the model was not asked.

    Parameters
    ----------
    where : str
        The method and model that were asked.
    problems : sequence of Problem
        Everything that is wrong, in every row; the sentence shows the first 20.
    rows : int or None
        How many rows the value has, where that is known.
    more : bool
        Whether the search ended before it saw everything.
    by_request : mapping of int to SchemaMismatch
        For a batch of several requests: the error of each one that is to blame.
    """

    http_status = HTTPStatus.UNPROCESSABLE_ENTITY

    def __init__(
        self,
        where: str,
        problems: Sequence[Problem],
        *,
        rows: int | None = None,
        more: bool = False,
        by_request: Mapping[int, SchemaMismatch] = _NO_REQUESTS,
    ) -> None:
        self.where, self.problems, self.rows, self.more, self.by_request = (
            where,
            tuple(problems),
            rows,
            more,
            by_request,
        )
        n = len(self.problems)
        counted = f"{'more than ' if more else ''}{n:,} problem{'' if n == 1 else 's'}{self._in_rows()}"
        shown = "; ".join(problem.describe() for problem in self.problems[:MAX_SHOWN])
        left = f"; … and {n - MAX_SHOWN:,} more" if n > MAX_SHOWN else ""
        super().__init__(f"{where}: {counted}: {shown}{left}")

    def _in_rows(self) -> str:
        bad = {(problem.request, problem.row) for problem in self.problems if problem.row is not None}
        if not bad or self.rows is None:
            return ""
        return f" in {len(bad):,} of {self.rows:,} row{'' if self.rows == 1 else 's'}"

    @property
    def detail(self) -> list[dict[str, object]]:
        """The problems as plain values: the ``detail`` of an HTTP answer."""
        return [problem.to_dict() for problem in self.problems]
