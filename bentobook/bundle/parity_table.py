"""Answers of any kind as columns of equal length, and where two such tables differ."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bentobook.bundle.cases_compare import Tolerance, same
from bentobook.errors import InvalidArgument

if TYPE_CHECKING:
    import numpy as np

Table = Mapping[str, "np.ndarray[Any, Any]"]
_KINDS = {"i": "integer", "u": "integer", "f": "number", "b": "boolean"}


@dataclass(frozen=True)
class Compared:
    """Two tables beside each other.

    Attributes
    ----------
    equal : list of bool
        A row each.
    largest : float or None
        The largest difference between two numbers; None where no numbers were compared.
    """

    equal: list[bool]
    largest: float | None


def table_of(value: Any) -> Table:
    """Bring an answer into columns, by name.

    Parameters
    ----------
    value : DataFrame, Series, ndarray, tensor, list or dict of columns
        One row of the answer a row of the request. Lists may be what JSON has: of numbers, of lists, of records.

    Raises
    ------
    InvalidArgument
        When it has no rows.
    """
    import numpy as np
    import pandas as pd

    if hasattr(value, "detach"):
        value = value.detach().cpu().numpy()
    if hasattr(value, "toarray"):
        value = value.toarray()
    if isinstance(value, list | tuple):
        value = _of_list(list(value))
    if isinstance(value, Mapping):
        value = pd.DataFrame(dict(value))
    if isinstance(value, pd.DataFrame):
        return {str(name): value.iloc[:, place].to_numpy() for place, name in enumerate(value.columns)}
    if isinstance(value, pd.Series):
        return {"": value.to_numpy()}
    if not isinstance(value, np.ndarray) or value.ndim == 0:
        raise InvalidArgument("answer", type(value).__name__, "a row for each row of the request")
    if value.ndim == 1:
        return {"": value}
    flat = value.reshape(len(value), -1)
    return {str(place): flat[:, place] for place in range(flat.shape[1])}


def _of_list(values: list[Any]) -> Any:
    import numpy as np
    import pandas as pd

    if values and all(isinstance(each, Mapping) for each in values):
        return pd.DataFrame(values)
    if values and all(isinstance(each, list | tuple) for each in values):
        lengths = {len(each) for each in values}
        if len(lengths) == 1 and not any(isinstance(cell, list | tuple) for each in values for cell in each):
            return pd.DataFrame(values)
        return np.asarray(values) if len(lengths) == 1 else pd.Series(values, dtype=object)
    return pd.Series(values)


def matched(reference: Table, other: Table) -> Table:
    """Give the columns of a table the names of the reference where they only have numbers, in their order."""
    if reference.keys() == other.keys() or len(reference) != len(other):
        return other
    if all(name == "" or name.isdecimal() for name in other) or all(n == "" or n.isdecimal() for n in reference):
        return dict(zip(reference, other.values(), strict=True))
    return other


def compare(reference: Table, other: Table, tolerance: Tolerance) -> Compared:
    """Compare two tables of the same columns and length, cell by cell."""
    n_rows = len(next(iter(reference.values()), ()))
    equal, largest = [True] * n_rows, None
    for name, expected in reference.items():
        flags, difference = _columns(expected, other[name], tolerance)
        equal = [one and two for one, two in zip(equal, flags, strict=True)]
        if difference is not None:
            largest = difference if largest is None else max(largest, difference)
    return Compared(equal, largest)


def _columns(expected: Any, got: Any, tolerance: Tolerance) -> tuple[list[bool], float | None]:
    import numpy as np

    kinds = {expected.dtype.kind, got.dtype.kind}
    if not kinds <= set("iuf"):
        pairs = zip(expected.tolist(), got.tolist(), strict=True)
        return [(_is_missing(one) and _is_missing(two)) or same(one, two, tolerance) for one, two in pairs], None
    with np.errstate(invalid="ignore", over="ignore"):
        off = np.abs(got.astype(float) - expected.astype(float))
    finite = off[np.isfinite(off)]
    largest = float(finite.max()) if finite.size else None
    if "f" not in kinds:
        return (expected == got).tolist(), largest
    return np.isclose(got, expected, rtol=tolerance.rtol, atol=tolerance.atol, equal_nan=True).tolist(), largest


def _is_missing(value: Any) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))


def dtype_changes(reference: Table, other: Table, *, is_json: bool) -> tuple[str, ...]:
    """Name the columns whose type changed; JSON knows no more than integers, numbers, texts and booleans."""
    told = _kind if is_json else str
    changes = {
        name: f"{told(expected.dtype)} → {told(other[name].dtype)}"
        for name, expected in reference.items()
        if told(expected.dtype) != told(other[name].dtype)
    }
    if len(set(changes.values())) == 1 and len(changes) == len(reference):
        return (next(iter(changes.values())),)
    return tuple(f"{name}: {change}" if name else change for name, change in changes.items())


def _kind(dtype: Any) -> str:
    return _KINDS.get(dtype.kind, "text")


def row_of(table: Table, place: int) -> Any:
    """Return one row as plain values, for people."""
    values = [column[place] for column in table.values()]
    plain = [value.item() if hasattr(value, "item") else value for value in values]
    return plain[0] if list(table) == [""] else dict(zip(table, plain, strict=True))
