"""Values that hold others: arrays, objects and maps, checked part by part against a column's spec.

As in MLflow, an object with unknown or missing properties is refused, a map has texts for keys, and what is optional
may be nothing. Unlike MLflow's, the caller's own lists and dicts are never changed: what is cast stands in new ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bentobook.schema.dtypes import NUMPY, Step, step_of
from bentobook.schema.problems import Note, nearest, told
from bentobook.schema.scalars import Unfit, fit, is_nothing
from bentobook.schema.spec import ColumnSpec

_PARTS = frozenset({"array", "object", "map"})
Loc = tuple[str | int, ...]


def fit_nested(spec: ColumnSpec, value: Any, *, required: bool, note: Note, loc: Loc = ()) -> Any:
    """Return a value that fits, cast where that loses nothing; what does not fit is noted.

    Parameters
    ----------
    spec : ColumnSpec
        What it should be.
    value : object
        What it is.
    required : bool
        Whether it may be nothing.
    note : callable
        Takes the fields of each problem.
    loc : tuple of str or int
        Where in the column it stands.
    """
    if spec.type == "any" or (spec.type in _PARTS and _may_be_empty(spec, required) and _is_empty(value)):
        return value
    if spec.type == "array":
        return _array(spec, value, required, note, loc)
    if spec.type == "object":
        return _object(spec, value, note, loc)
    if spec.type == "map":
        return _map(spec, value, required, note, loc)
    if value is None or (not required and is_nothing(value)):
        if required:
            note(loc=loc, wanted=spec.describe(), got="None")
        return None
    return _numpy_scalar(spec.type, _scalar(spec, value, note, loc))


def _may_be_empty(spec: ColumnSpec, required: bool) -> bool:
    part = spec.items or spec.values
    return not required or (part is not None and part.type == "any")


def _is_empty(value: Any) -> bool:
    return value is None or (isinstance(value, (list, dict)) and not value)


def _scalar(spec: ColumnSpec, value: Any, note: Note, loc: Loc) -> Any:
    try:
        return fit(spec.type, value)
    except Unfit as error:
        note(loc=loc, wanted=error.wanted, got=told(value))
        return None


def _numpy_scalar(type_name: str, value: Any) -> Any:
    """Give a number the dtype that it has in a column, as MLflow does."""
    if value is None or type_name not in NUMPY or type_name == "datetime":
        return value
    import numpy as np

    return np.dtype(NUMPY[type_name]).type(value)


def _array(spec: ColumnSpec, value: Any, required: bool, note: Note, loc: Loc) -> Any:
    is_array = hasattr(value, "dtype") and getattr(value, "ndim", 0) > 0
    if not is_array and not isinstance(value, (list, tuple)):
        note(loc=loc, wanted=spec.describe(), got=told(value))
        return None
    items = spec.items or ColumnSpec(None, "any")
    if items.type in _PARTS or items.type == "any":
        fitted = [
            fit_nested(items, each, required=required, note=note, loc=(*loc, place)) for place, each in enumerate(value)
        ]
        return _like(value, fitted) if is_array else fitted
    return _numbers(items, value, note, loc) if is_array else _list(items, value, note, loc)


def _list(items: ColumnSpec, values: Any, note: Note, loc: Loc) -> list[Any]:
    fitted = [_scalar(items, each, note, (*loc, place)) for place, each in enumerate(values)]
    if items.type == "float":
        return [None if each is None else _numpy_scalar("float", each).item() for each in fitted]
    return fitted


def _numbers(items: ColumnSpec, values: Any, note: Note, loc: Loc) -> Any:
    step = step_of(items.type, values.dtype)
    if values.ndim == 1 and step in {Step.KEEP, Step.CAST}:
        return values if step is Step.KEEP or items.type not in NUMPY else values.astype(NUMPY[items.type])
    fitted = _list(items, values.tolist(), note, loc)
    if None in fitted or items.type not in NUMPY:
        return _like(values, fitted)
    import numpy as np

    return np.array(fitted, NUMPY[items.type])


def _like(values: Any, fitted: list[Any]) -> Any:
    import numpy as np

    try:
        return np.array(fitted, values.dtype if values.dtype.kind == "O" else None)
    except ValueError:
        return fitted


def _object(spec: ColumnSpec, value: Any, note: Note, loc: Loc) -> Any:
    if not isinstance(value, Mapping):
        note(loc=loc, wanted=spec.describe(), got=told(value))
        return None
    parts = {str(part.name): part for part in spec.properties}
    for name in value:
        if name not in parts:
            note(loc=(*loc, str(name)), msg="unknown property", near=nearest(str(name), parts))
    for name, part in parts.items():
        if part.required and name not in value:
            note(loc=(*loc, name), msg="required but missing")
    return {
        name: fit_nested(parts[name], each, required=parts[name].required, note=note, loc=(*loc, name))
        for name, each in value.items()
        if name in parts
    }


def _map(spec: ColumnSpec, value: Any, required: bool, note: Note, loc: Loc) -> Any:
    if not isinstance(value, Mapping):
        note(loc=loc, wanted=spec.describe(), got=told(value))
        return None
    for key in value:
        if not isinstance(key, str):
            note(loc=loc, msg=f"the key {key!r} is no text")
    inner = spec.values or ColumnSpec(None, "any")
    return {
        key: fit_nested(inner, each, required=required, note=note, loc=(*loc, str(key))) for key, each in value.items()
    }
