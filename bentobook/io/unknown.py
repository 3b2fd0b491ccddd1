"""Columns that a model does not know: MLflow drops them silently, an API refuses them with the name that was meant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from bentobook.errors import Problem, SchemaMismatch
from bentobook.schema.loaded import is_a
from bentobook.schema.problems import nearest

MAX_TOLD = 1_000


def find_unknown(value: Any, names: frozenset[str]) -> list[Problem]:
    """Find each column that is not among the names.

    Parameters
    ----------
    value : object
        Records, a dict of columns or of one row, or a DataFrame; anything else names no columns.
    names : frozenset of str
        What the model knows.

    Returns
    -------
    list of Problem
        One for each name and row.

    >>> [each.describe() for each in find_unknown([{"width": 1, "hight": 2}], frozenset({"width", "height"}))]
    ["row 0, 'hight': unknown column, did you mean 'height'"]
    """
    if isinstance(value, list):
        return _in_records(value, names)
    if isinstance(value, Mapping):
        return _in_names(value, names)
    return _in_names(value.columns, names) if is_a(value, "pandas", "DataFrame") else []


def _in_records(records: list[Any], names: frozenset[str]) -> list[Problem]:
    found: list[Problem] = []
    for row, record in enumerate(records):
        if not isinstance(record, Mapping):
            continue
        if not names.issuperset(record):
            found += _in_names(record, names, row)
            if len(found) >= MAX_TOLD:
                break
    return found


def _in_names(given: Iterable[Any], names: frozenset[str], row: int | None = None) -> list[Problem]:
    if names.issuperset(given):
        return []
    unknown = [name for name in map(str, given) if name not in names]
    return [Problem(loc=(name,), msg="unknown column", near=nearest(name, names), row=row) for name in unknown]


def with_unknown(error: SchemaMismatch, names: frozenset[str], value: Any) -> SchemaMismatch:
    """Add the unknown columns to what else is wrong; what is told already is not told twice."""
    told = {(problem.row, problem.loc[:1]) for problem in error.problems}
    more = [each for each in find_unknown(value, names) if (each.row, each.loc) not in told] if names else []
    if not more:
        return error
    problems = sorted([*error.problems, *more], key=lambda problem: -1 if problem.row is None else problem.row)
    return SchemaMismatch(error.where, problems, rows=error.rows, more=error.more)
