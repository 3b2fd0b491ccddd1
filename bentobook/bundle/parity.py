"""Parity: the same rows through every door, from the object in memory to HTTP, and whether the answers are the same.

What it finds: float32 that JSON made of float64, integers that became floats beside a missing value, columns in
another order, models whose answers depend on who else is in the batch.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from time import perf_counter
from typing import Any

from bentobook.bundle import parity_doors, parity_table
from bentobook.bundle.cases_compare import Tolerance
from bentobook.bundle.parity_doors import HTTP, Door
from bentobook.bundle.parity_table import Table
from bentobook.bundle.replay_http import NoAnswer, Target
from bentobook.card import Card, Grid, Line, Piece, Row
from bentobook.errors import BentobookError, InvalidArgument
from bentobook.service.service import Service
from bentobook.text import one_line

MAX_ROWS = 5
MAX_CELL = 90


@dataclass(frozen=True)
class Differing:
    """A row that has another answer behind a door.

    Attributes
    ----------
    row : int
        Counted from 0.
    inputs, expected, got : str
    """

    row: int
    inputs: str
    expected: str
    got: str


@dataclass(frozen=True)
class Passed:
    """What came through one door.

    Attributes
    ----------
    door : str
    rows, equal : int
        How many rows there are, and how many have the answer of the first door.
    largest : float or None
        The largest difference between two numbers.
    dtypes : tuple of str
        Types that changed.
    differing : tuple of Differing
        The first rows with another answer.
    problem : str
        Why there is no answer to compare.
    ms : float
        How long it took, loading included.
    """

    door: str
    rows: int = 0
    equal: int = 0
    largest: float | None = None
    dtypes: tuple[str, ...] = ()
    differing: tuple[Differing, ...] = ()
    problem: str = ""
    ms: float = 0.0

    @property
    def ok(self) -> bool:
        """Whether all rows have the answer of the first door."""
        return not self.problem and self.equal == self.rows

    @property
    def share(self) -> float:
        """The share of rows with the same answer, from 0 to 1."""
        return self.equal / self.rows if self.rows else 0.0


@dataclass(frozen=True)
class Parity:
    """The same rows through every door.

    Attributes
    ----------
    service, api : str
    rows : int
    doors : tuple of Passed
        The first is what the others are compared with.
    tolerance : Tolerance
    """

    service: str
    api: str
    rows: int
    doors: tuple[Passed, ...]
    tolerance: Tolerance

    @property
    def ok(self) -> bool:
        """Whether every door gives the same answers."""
        return all(door.ok for door in self.doors)

    @property
    def said(self) -> str:
        """What differs, in a few words."""
        return "; ".join(f"{door.door}: {_told(door)}" for door in self.doors if not door.ok)

    def card(self) -> Card:
        """Draw it."""
        lines = tuple(_line(door, is_first=place == 0) for place, door in enumerate(self.doors))
        grid = Grid(("door", "equal", "largest difference", "types", "ms"), lines, right=(1, 2, 4))
        state = Piece("the same through every door", "ok") if self.ok else Piece(self.said, "bad")
        differing = [(door.door, each) for door in self.doors for each in door.differing]
        content: tuple[Row | Grid, ...] = (Row("answers", (state,)), grid)
        if differing:
            body = tuple(
                (Piece(name), str(each.row), Piece(each.inputs, "muted", "mono"), each.expected, Piece(each.got, "bad"))
                for name, each in differing
            )
            content = (*content, Grid(("door", "row", "input", "expected", "got"), body, right=(1,)))
        subtitle = f"parity · {self.rows} row{'' if self.rows == 1 else 's'}"
        aside = f"rtol {self.tolerance.rtol:g} · atol {self.tolerance.atol:g}"
        return Card(f"{self.service}.{self.api}", subtitle=subtitle, aside=aside, content=content)

    def __repr__(self) -> str:
        return self.card().to_text()

    def _repr_html_(self) -> str:
        return str(self.card().to_html())

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text("…" if cycle else repr(self))


def _told(door: Passed) -> str:
    if door.problem:
        return door.problem
    far = "" if door.largest is None else f", by up to {_number(door.largest)}"
    return f"{door.rows - door.equal} of {door.rows} rows differ{far}"


def _number(value: float | None) -> str:
    return "none" if value is None else f"{value:.3g}"


def _line(door: Passed, *, is_first: bool) -> Line:
    if door.problem:
        return (Piece(door.door), Piece("no answer", "bad"), "", Piece(door.problem, "bad"), f"{door.ms:.0f}")
    share = Piece("reference", "muted") if is_first else Piece(f"{door.share:.1%}", "ok" if door.ok else "bad")
    types = Piece(", ".join(door.dtypes), "warn") if door.dtypes else ""
    return (Piece(door.door), share, "" if is_first else _number(door.largest), types, f"{door.ms:.0f}")


def of(
    service: Service,
    api: str | None,
    data: Any,
    *,
    against: Any = None,
    tolerance: Tolerance | None = None,
    target: Target | None = None,
) -> Parity:
    """Send the same rows through every door.

    Parameters
    ----------
    service : Service
    api : str or None
        Its name; the only one when left out.
    data : DataFrame, ndarray or list
        The rows, as the API takes them.
    against : object, optional
        The object in memory: a model with a method of the API's name or ``predict``, or a function of rows.
    tolerance : Tolerance, optional
    target : Target, optional
        A server of the same service; one is started in this process when left out.

    Returns
    -------
    Parity
        The first door is the object in memory, else MLflow's pyfunc, else the stored model; the others are compared
        with it.

    Raises
    ------
    InvalidArgument
        When there are no rows, or only one door.
    SchemaMismatch
        When the rows do not fit.
    """
    found = service.find(api or _only_api(service))
    service.load()
    if target is None:
        with parity_doors.served(service) as own:
            return of(service, found.name, data, against=against, tolerance=tolerance, target=own)
    every = list(parity_doors.doors(service, found, data, against, target))
    if len(every) == 1:
        hint = "The service has no model of its own that could be asked too: give the object with --against OBJ."
        raise InvalidArgument("against", None, "something to compare the answers over HTTP with", hint=hint)
    limits = tolerance or Tolerance()
    return Parity(service.name, found.name, len(data), tuple(_passed(every, data, limits)), limits)


def _only_api(service: Service) -> str:
    if len(service.apis) != 1:
        raise InvalidArgument("api", None, f"one of {', '.join(service.apis)}")
    return next(iter(service.apis))


def _passed(doors: Iterable[Door], data: Any, tolerance: Tolerance) -> Iterable[Passed]:
    reference: Table | None = None
    for door in doors:
        began = perf_counter()
        try:
            table = parity_table.table_of(door.ask())
        except Exception as error:  # noqa: BLE001 - what a model raises is what became of this door
            yield Passed(door.name, problem=_reason(error), ms=1e3 * (perf_counter() - began))
            continue
        ms = 1e3 * (perf_counter() - began)
        if reference is None:
            reference = table
            n_rows = _length(table)
            yield Passed(door.name, n_rows, n_rows, ms=ms)
        else:
            yield _beside(door, reference, parity_table.matched(reference, table), (data, tolerance, ms))


def _beside(door: Door, reference: Table, table: Table, rest: tuple[Any, Tolerance, float]) -> Passed:
    data, tolerance, ms = rest
    shapes = [f"{_length(each)} rows of {', '.join(each) or 'one value'}" for each in (reference, table)]
    if reference.keys() != table.keys() or _length(reference) != _length(table):
        return Passed(door.name, problem=one_line(f"{shapes[1]} instead of {shapes[0]}", 300), ms=ms)
    compared = parity_table.compare(reference, table, tolerance)
    places = [place for place, is_equal in enumerate(compared.equal) if not is_equal]
    differing = [
        Differing(place, _input(data, place), _row(reference, place), _row(table, place)) for place in places[:MAX_ROWS]
    ]
    dtypes = parity_table.dtype_changes(reference, table, is_json=door.name == HTTP)
    n_rows = len(compared.equal)
    return Passed(door.name, n_rows, n_rows - len(places), compared.largest, dtypes, tuple(differing), ms=ms)


def _length(table: Table) -> int:
    return len(next(iter(table.values()), ()))


def _row(table: Table, place: int) -> str:
    return one_line(repr(parity_table.row_of(table, place)), MAX_CELL)


def _input(data: Any, place: int) -> str:
    row = data.iloc[place].to_dict() if hasattr(data, "iloc") and hasattr(data, "columns") else None
    if row is None:
        row = data.iloc[place] if hasattr(data, "iloc") else data[place]
    return one_line(repr(row.tolist() if hasattr(row, "tolist") else row), MAX_CELL)


def _reason(error: Exception) -> str:
    own = isinstance(error, BentobookError | NoAnswer)
    return one_line(str(error) if own else f"{type(error).__name__}: {error}", 300)
