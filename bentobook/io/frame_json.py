"""DataFrames as JSON: records, split, columns, index and values, written from columns, read without guessing dates."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import chain
from operator import itemgetter
from typing import Any, Final, Literal

from bentobook.errors import Problem, SchemaMismatch
from bentobook.schema.problems import told

Orient = Literal["records", "split", "columns", "index", "values"]
ORIENTS: Final = ("records", "split", "columns", "index", "values")
_SHAPES: Final = {
    "records": 'a list of records, such as [{"a": 1, "b": 2}]',
    "split": 'an object with "columns" and "data"',
    "columns": 'an object of columns, such as {"a": [1, 2]}',
    "index": 'an object of records by row label, such as {"0": {"a": 1}}',
    "values": "a list of rows, such as [[1, 2], [3, 4]]",
}


def column(values: Any) -> list[Any]:
    """Make a list of a Series or an Index; what is missing becomes None or NaN, which JSON writes as ``null``."""
    dtype = values.dtype
    if getattr(dtype, "kind", "O") in "biuf" and hasattr(dtype, "byteorder"):
        made: list[Any] = values.to_numpy().tolist()
        return made
    return values.astype(object).where(values.notna(), None).tolist()  # type: ignore[no-any-return]  # pandas says Any


def _names(frame: Any) -> list[Any]:
    return [each if isinstance(each, (str, int)) else str(each) for each in frame.columns]


def _rows(frame: Any) -> list[Any]:
    """Make tuples of rows, or lists where all columns are one block of numbers."""
    if not frame.shape[1]:
        return [()] * len(frame)
    dtypes = set(frame.dtypes)
    if len(dtypes) == 1 and getattr(next(iter(dtypes)), "kind", "O") in "biuf":
        rows: list[Any] = frame.to_numpy().tolist()
        return rows
    return list(zip(*(column(frame.iloc[:, place]) for place in range(frame.shape[1])), strict=True))


def to_records(frame: Any) -> list[dict[Any, Any]]:
    """Write a DataFrame as a list of records."""
    names = _names(frame)
    return [dict(zip(names, row, strict=True)) for row in _rows(frame)]


def _to_split(frame: Any) -> dict[str, Any]:
    return {"columns": _names(frame), "index": column(frame.index), "data": _rows(frame)}


def _to_columns(frame: Any) -> dict[str, Any]:
    labels = [str(each) for each in frame.index]
    columns = (column(frame.iloc[:, place]) for place in range(frame.shape[1]))
    return {str(name): dict(zip(labels, each, strict=True)) for name, each in zip(_names(frame), columns, strict=True)}


def _to_index(frame: Any) -> dict[str, Any]:
    return {str(label): record for label, record in zip(frame.index, to_records(frame), strict=True)}


WRITERS: Final[dict[str, Callable[[Any], Any]]] = {
    "records": to_records,
    "split": _to_split,
    "columns": _to_columns,
    "index": _to_index,
    "values": _rows,
}


def read(value: Any, orient: str, where: str) -> Any:
    """Make a DataFrame of plain JSON.

    Parameters
    ----------
    value : object
        What was parsed.
    orient : str
        How it is laid out. For ``records``, lists of rows and objects of columns are told apart and taken too.
    where : str
        For the sentence of the error.

    Returns
    -------
    DataFrame
        With the dtypes that the values have; texts stay texts.

    Raises
    ------
    SchemaMismatch
        When it is laid out otherwise, or columns differ in length.
    """
    try:
        frame = _READERS[orient](value)
    except (ValueError, TypeError, KeyError, AttributeError, IndexError):
        frame = None
    if frame is None:
        raise SchemaMismatch(where, [Problem(wanted=_SHAPES[orient], got=told(value))])
    return frame


def _read_records(value: Any) -> Any:
    import pandas as pd

    if not isinstance(value, list):
        return _read_columns(value)
    if not all(isinstance(each, dict) for each in value):
        return _read_values(value)
    made = _numbers(value) if value else pd.DataFrame()
    return pd.DataFrame.from_records(value) if made is None else made


def _numbers(records: list[dict[str, Any]]) -> Any:
    """Make one block of records that hold numbers of one type; it takes a tenth of the time of many columns."""
    import numpy as np
    import pandas as pd

    names = list(records[0])
    if len(names) < 2 or any(len(each) != len(names) for each in records):  # noqa: PLR2004
        return None
    try:
        rows = list(map(itemgetter(*names), records))
    except KeyError:
        return None
    kinds = set(map(type, chain.from_iterable(rows)))
    if kinds not in ({float}, {int}):
        return None
    try:
        return pd.DataFrame(np.array(rows, "float64" if kinds == {float} else "int64"), columns=names, copy=False)
    except OverflowError:
        return None


def _read_values(value: Any) -> Any:
    import pandas as pd

    if not isinstance(value, list) or not all(isinstance(each, list) for each in value):
        return None
    return pd.DataFrame(value) if len({len(each) for each in value}) <= 1 else None


def _read_columns(value: Any) -> Any:
    import pandas as pd

    if not isinstance(value, dict):
        return None
    if all(isinstance(each, dict) for each in value.values()) and value:
        return _numbered(pd.DataFrame.from_dict(value))
    if all(isinstance(each, list) for each in value.values()):
        return pd.DataFrame(value)
    return None if any(isinstance(each, (list, dict)) for each in value.values()) else pd.DataFrame([value])


def _read_index(value: Any) -> Any:
    import pandas as pd

    if not isinstance(value, dict) or not all(isinstance(each, dict) for each in value.values()):
        return None
    return _numbered(pd.DataFrame.from_dict(value, orient="index"))


def _read_split(value: Any) -> Any:
    if not isinstance(value, Mapping) or not {"columns", "data"} <= set(value) <= {"columns", "data", "index"}:
        return None
    frame = _read_values(value["data"])
    if frame is None:
        return None
    if not len(frame):
        frame = frame.reindex(columns=range(len(value["columns"])))
    frame.columns = value["columns"]
    if value.get("index") is not None:
        frame.index = value["index"]
    return frame


def _numbered(frame: Any) -> Any:
    """Turn row labels that are whole numbers, which JSON can only hold as texts, into numbers again."""
    import pandas as pd

    labels = list(map(str, frame.index))
    if all(each.isascii() and each.isdigit() for each in labels):
        frame.index = pd.Index([int(each) for each in labels])
    return frame


_READERS: Final[dict[str, Callable[[Any], Any]]] = {
    "records": _read_records,
    "split": _read_split,
    "columns": _read_columns,
    "index": _read_index,
    "values": _read_values,
}
