"""Labels and metadata: any value of the user's becomes one that YAML can hold, or is refused with its place.

What is taken is what BentoML takes (``bentoml/_internal/utils``: text, bytes, numbers, dates, lists, mappings, NumPy
and pandas values), less what it takes and then fails to write: complex numbers, times of day and durations. NumPy and
pandas are asked only when the program has loaded them: a value of theirs cannot be there otherwise.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from bentobook.errors import InvalidArgument

_WANTED = "text, bytes, a number, a date, or a list or dict of these"


def check_labels(labels: Mapping[str, object] | None) -> dict[str, str]:
    """Return labels as text to text; values that are no text are written as text.

    Raises
    ------
    InvalidArgument
        When the labels are no mapping, or a key is no text.
    """
    if labels is None:
        return {}
    if not isinstance(labels, Mapping):
        raise InvalidArgument("labels", labels, "a dict of texts")
    for key in labels:
        if not isinstance(key, str):
            raise InvalidArgument("labels", key, "text as the key of every label")
    return {_text(key, "labels"): _text(str(value), f"labels[{key!r}]") for key, value in labels.items()}


def check_metadata(metadata: Mapping[Any, object] | None) -> dict[Any, Any]:
    """Return metadata as plain values.

    Raises
    ------
    InvalidArgument
        Names the entry that cannot be kept: ``None``, a set, a complex number, an object.
    """
    if metadata is None:
        return {}
    if not isinstance(metadata, Mapping):
        raise InvalidArgument("metadata", metadata, "a dict")
    return _mapping(metadata, "metadata", none_allowed=False, around=())


def plain(mapping: Mapping[str, object], where: str) -> dict[str, Any]:
    """Return our own record of a model as plain values; ``None`` may stand in it."""
    return _mapping(mapping, where, none_allowed=True, around=())


def _mapping(
    values: Mapping[Any, object], where: str, *, none_allowed: bool, around: tuple[int, ...]
) -> dict[Any, Any]:
    result = {}
    for key, value in values.items():
        kept = _scalar(key)
        if not isinstance(kept, (str, int, float)):
            raise InvalidArgument(where, key, "text or a number as the key of every entry")
        kept = _text(kept, where) if isinstance(kept, str) else kept
        result[kept] = _value(value, f"{where}[{key!r}]", none_allowed=none_allowed, around=(*around, id(values)))
    return result


def _value(value: object, where: str, *, none_allowed: bool, around: tuple[int, ...]) -> Any:
    value = _foreign(_scalar(value), where)
    if id(value) in around:
        raise InvalidArgument(where, "...", "no value that contains itself")
    if isinstance(value, Mapping):
        return _mapping(value, where, none_allowed=none_allowed, around=around)
    if isinstance(value, (list, tuple)):
        inner = (*around, id(value))
        return [
            _value(item, f"{where}[{at}]", none_allowed=none_allowed, around=inner) for at, item in enumerate(value)
        ]
    if isinstance(value, str):
        return _text(value, where)
    if isinstance(value, (bytes, bool, int, float, date)) or (value is None and none_allowed):
        return value
    raise InvalidArgument(where, value, _WANTED, hint=f"A {type(value).__name__} cannot be kept in model.yaml.")


def _text(text: str, where: str) -> str:
    """Refuse text that is not Unicode: half of a surrogate pair cannot be written."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise InvalidArgument(where, text, "Unicode text") from None
    return text


def _scalar(value: object) -> object:
    """Turn subclasses of the plain types (``numpy.float64``, ``str`` enums) into the types themselves."""
    if type(value) in (str, bytes, bool, int, float, datetime, date):
        return value
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, float):
        return float(value)
    if isinstance(value, int):
        return int(value)
    return value


def _foreign(value: object, where: str) -> object:
    """Turn a value of NumPy or pandas into plain ones; leave any other as it is."""
    numpy, pandas, sparse = (sys.modules.get(name) for name in ("numpy", "pandas", "scipy.sparse"))
    if sparse is not None and sparse.issparse(value):
        raise InvalidArgument(where, type(value).__name__, _WANTED, hint="Use a dict of its entries.")
    if pandas is not None:
        value = _from_pandas(value, pandas)
    if numpy is not None and isinstance(value, numpy.ndarray):
        return value.tolist()
    if numpy is not None and isinstance(value, numpy.generic):
        return value.item()
    return value


def _from_pandas(value: object, pandas: Any) -> object:
    if value is pandas.NaT or value is pandas.NA:
        return None
    for kind, turn in (
        (pandas.Series, lambda series: {"" if series.name is None else series.name: series.to_dict()}),
        (pandas.DataFrame, lambda frame: frame.to_dict()),
        (pandas.Index, lambda index: index.tolist()),
        (pandas.api.extensions.ExtensionArray, lambda array: array.to_numpy().tolist()),
        (pandas.Timestamp, lambda moment: moment.to_pydatetime()),
        (pandas.Period, lambda period: period.to_timestamp().to_pydatetime()),
        (pandas.Interval, lambda interval: [interval.left, interval.right]),
    ):
        if isinstance(value, kind):
            turned: object = turn(value)
            return turned
    return value
