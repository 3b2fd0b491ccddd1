"""The layouts of DataFrames and Series as JSON Schema."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

_TYPES = {"b": "boolean", "i": "integer", "u": "integer", "f": "number"}


def of_frame(orient: str, columns: Sequence[str] | None, dtype: Any, *, required: bool) -> dict[str, Any]:
    """Describe a DataFrame in one of its layouts.

    Parameters
    ----------
    orient : str
        See :class:`bentobook.io.pandas.PandasDataFrame`.
    columns : sequence of str or None
        What it must hold.
    dtype : dtype, dict of dtype or None
        What is declared.
    required : bool
        Whether columns are known by name.
    """
    record = _record(columns if required else None, dtype)
    rows = {"type": "array", "items": {"type": "array", "items": {}}}
    if orient == "records":
        return {"type": "array", "items": record}
    if orient == "values":
        return rows
    if orient == "split":
        labels = {"type": "array", "items": {"type": ["string", "integer"]}}
        parts = {"columns": labels, "index": {"type": "array", "items": {}}, "data": rows}
        return {"type": "object", "properties": parts, "required": ["columns", "data"]}
    if orient == "index":
        return {"type": "object", "additionalProperties": record}
    named = {name: {"type": ["array", "object"]} for name in columns or () if required}
    return {"type": "object", "properties": named, "required": list(named), "additionalProperties": not named}


def _record(columns: Sequence[str] | None, dtype: Any) -> dict[str, Any]:
    dtypes = dtype if isinstance(dtype, dict) else {}
    names = list(columns) if columns is not None else list(dtypes)
    if not names:
        return {"type": "object"}
    parts = {name: of_value(dtypes.get(name, None if isinstance(dtype, dict) else dtype)) for name in names}
    return {"type": "object", "properties": parts, "required": names, "additionalProperties": columns is None}


def of_value(dtype: Any) -> dict[str, Any]:
    """Describe one value of a column; a float may be missing."""
    if dtype is None:
        return {}
    name = _TYPES.get(getattr(dtype, "kind", "O"))
    if name is None:
        return {"type": ["string", "null"]} if "str" in str(dtype) else {}
    return {"type": [name, "null"] if name == "number" or str(dtype)[0].isupper() else name}
