"""Columns of a table: from Python's values or from a Series to what the model takes."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from bentobook.schema.dtypes import NUMBERS, NUMPY, Step, holds
from bentobook.schema.nested import fit_nested
from bentobook.schema.problems import Note, told
from bentobook.schema.scalars import EXACT, GOOD, Unfit, fit, only_good
from bentobook.schema.spec import ColumnSpec

_DOUBTS = (ValueError, TypeError, OverflowError)


def from_values(spec: ColumnSpec, values: Sequence[Any], note: Note) -> Any:
    """Make a column of Python's values; those that do not fit are noted with their row.

    Parameters
    ----------
    spec : ColumnSpec
        What the column should be.
    values : sequence
        One value a row.
    note : callable
        Takes the fields of each problem.

    Returns
    -------
    ndarray or list
        Something that pandas takes for a column.
    """
    if spec.type not in GOOD:
        return [
            fit_nested(spec, value, required=spec.required, note=partial(note, row=row))
            for row, value in enumerate(values)
        ]
    if only_good(spec.type, values):
        try:
            return block(spec.type, values) if spec.type in NUMBERS else _column(spec.type, values)
        except _DOUBTS:
            pass  # one of them does not fit: find out which
    fitted = []
    for row, value in enumerate(values):
        try:
            fitted.append(fit(spec.type, value))
        except Unfit as error:
            note(row=row, wanted=error.wanted, got=told(value))
    return _column(spec.type, fitted)


def judge(spec: ColumnSpec, value: Any, note: Note) -> None:
    """Note what is wrong with one value of a column."""
    if spec.type not in GOOD:
        fit_nested(spec, value, required=spec.required, note=note)
        return
    try:
        fit(spec.type, value)
    except Unfit as error:
        note(wanted=error.wanted, got=told(value))


def block(type_name: str, values: Sequence[Any]) -> Any:
    """Make an array of numbers, or of rows of numbers, all of one type.

    Raises
    ------
    ValueError, TypeError, OverflowError
        When one of them does not fit, or may not be exact in the type.
    """
    import numpy as np

    target = np.dtype(NUMPY[type_name])
    if target.kind == "i":
        numbers = np.array(values, "int64")
        if not holds(numbers, target):
            raise OverflowError(type_name)
        return numbers.astype(target, copy=False)
    numbers = np.array(values, "float64")
    large = np.abs(numbers) >= EXACT[type_name]
    for place in np.argwhere(large).tolist() if large.any() else ():
        fit(type_name, values[place[0]] if len(place) == 1 else values[place[0]][place[1]])
    return numbers.astype(target, copy=False)


def _column(type_name: str, values: Sequence[Any]) -> Any:
    """Make a column of values that fit."""
    if type_name == "boolean" and None in values:
        return list(values)  # as MLflow gives it: objects
    if type_name == "datetime":
        import pandas as pd

        return pd.Series(list(values), dtype=object).astype("datetime64[ns]").to_numpy()
    if type_name not in NUMPY:
        return list(values)
    import numpy as np

    return np.array(values, NUMPY[type_name])


def from_series(spec: ColumnSpec, step: Step, series: Any, note: Note) -> Any:
    """Make a column of a Series, by the step that its dtype asks for.

    Parameters
    ----------
    spec : ColumnSpec
        What the column should be.
    step : Step
        See :func:`bentobook.schema.dtypes.step_of`.
    series : Series
        The column as it came.
    note : callable
        Takes the fields of each problem.
    """
    if step is Step.KEEP:
        return series
    if step is not Step.VALUES:
        import numpy as np

        target = np.dtype(NUMPY[spec.type])
        try:
            if step is Step.CAST or holds(series.to_numpy(), target):
                return series.astype(target)
        except _DOUBTS:
            pass  # a missing value, or a date that is too far away: find out which
    return from_values(spec, series.tolist(), note)


def nothing(spec: ColumnSpec, rows: int) -> Any:
    """Make a column of nothing, for an optional one that is not there.

    Returns
    -------
    ndarray or None
        None for integers, which cannot be nothing; MLflow leaves such a column out.
    """
    if spec.type in {"integer", "long"}:
        return None
    import numpy as np

    if spec.type in {"float", "double"}:
        return np.full(rows, np.nan, NUMPY[spec.type])
    if spec.type == "datetime":
        return np.full(rows, np.datetime64("NaT"), NUMPY[spec.type])
    return np.full(rows, None, object)
