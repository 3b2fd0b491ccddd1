"""Single values of the types of a signature, each judged by itself, never by its neighbours.

MLflow hands values to pandas and judges the dtype that pandas finds for the whole column. So ``5`` is refused for a
``double`` where ``5`` and ``0.5`` together are not. Here a value is taken when MLflow takes it alone, or when it can be
cast without loss: whole numbers into any type of number that represents them exactly, Python's floats into ``float``
(they have no dtype of their own), nothing into what can hold nothing, texts that are dates into ``datetime``. Text is
never taken for a number, and a float never for an integer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

EXACT: Final = {"float": 2**24, "double": 2**53}
"""The whole numbers up to this are exact in the type."""
LARGEST_FLOAT: Final = 3.4028235677973366e38
BOUNDS: Final = {"integer": 2**31, "long": 2**63}

_nothing = type(None)
GOOD: Final[dict[str, frozenset[type]]] = {
    "boolean": frozenset({bool, _nothing}),
    "integer": frozenset({int}),
    "long": frozenset({int}),
    "float": frozenset({float, int, _nothing}),
    "double": frozenset({float, int, _nothing}),
    "string": frozenset({str, _nothing}),
    "binary": frozenset({bytes, bytearray, str, _nothing}),
    "datetime": frozenset({str, datetime, date, _nothing}),
}
"""Python's types that fit; whether a number is too large, or a text a date, is seen when the array is made."""


class Unfit(ValueError):
    """A value that does not fit; ``wanted`` says what would."""

    def __init__(self, wanted: str) -> None:
        self.wanted = wanted
        super().__init__(wanted)


def is_nothing(value: object) -> bool:
    """Whether a value stands for no value: None, NaN, NaT or NA."""
    if value is None:
        return True
    if isinstance(value, float):
        return value != value  # noqa: PLR0124  # only NaN is
    return type(value).__name__ in {"NAType", "NaTType"}


def fit(type_name: str, value: Any) -> Any:
    """Return the value, cast where that loses nothing.

    Raises
    ------
    Unfit
        When it does not fit.
    """
    return _FITS[type_name](value) if type_name in _FITS else value


def _whole(value: Any) -> int | None:
    if isinstance(value, int):
        return None if isinstance(value, bool) else value
    return int(value) if _kind(value) in {"i", "u"} else None


def _kind(value: Any) -> str:
    """Tell the kind of the dtype of one of numpy's scalars."""
    dtype = getattr(value, "dtype", None)
    return getattr(dtype, "kind", "") if getattr(value, "shape", None) == () else ""


def _boolean(value: Any) -> Any:
    if is_nothing(value):
        return None
    if isinstance(value, bool) or _kind(value) == "b":
        return bool(value)
    raise Unfit("boolean")


def _integer(type_name: str) -> Callable[[Any], int]:
    bound = BOUNDS[type_name]

    def convert(value: Any) -> int:
        whole = _whole(value)
        if whole is None:
            raise Unfit(type_name)
        if not -bound <= whole < bound:
            raise Unfit(f"{type_name}, of at most {bound.bit_length()} bits")
        return whole

    return convert


def _double(value: Any) -> float:
    if is_nothing(value):
        return float("nan")
    if isinstance(value, (float, Decimal)) or (_kind(value) == "f" and value.dtype.itemsize <= 8):  # noqa: PLR2004
        return float(value)
    whole = _whole(value)
    if whole is None:
        raise Unfit("double")
    try:
        exact = int(float(whole)) == whole
    except OverflowError:
        exact = False
    if not exact:
        raise Unfit("double, which holds whole numbers exactly up to 2**53")
    return float(whole)


def _float(value: Any) -> float:
    try:
        number = _double(value)
    except Unfit:
        raise Unfit("float") from None
    if abs(number) >= LARGEST_FLOAT and abs(number) != float("inf"):
        raise Unfit("float, which ends at 3.4e38")
    if _whole(value) is not None and abs(number) > EXACT["float"]:
        import numpy as np

        if float(np.float32(number)) != number:
            raise Unfit("float, which holds whole numbers exactly up to 2**24")
    return number


def _string(value: Any) -> Any:
    if isinstance(value, str) or is_nothing(value):
        return value
    raise Unfit("string")


def _binary(value: Any) -> Any:
    if isinstance(value, (bytes, bytearray, str)) or is_nothing(value):
        return value
    raise Unfit("binary")


def _datetime(value: Any) -> Any:
    import pandas as pd

    if is_nothing(value):
        return pd.NaT
    if not isinstance(value, (str, date)) and _kind(value) != "M":
        raise Unfit("datetime")
    try:
        moment: Any = pd.Timestamp(value)
        if moment is pd.NaT or moment.tz is None:
            return moment if moment is pd.NaT else moment.as_unit("ns")
    except (ValueError, TypeError, OverflowError):
        raise Unfit("datetime, such as '2024-12-31T23:59:00'") from None
    raise Unfit("datetime without a time zone")


_FITS: Final[dict[str, Callable[[Any], Any]]] = {
    "boolean": _boolean,
    "integer": _integer("integer"),
    "long": _integer("long"),
    "float": _float,
    "double": _double,
    "string": _string,
    "binary": _binary,
    "datetime": _datetime,
}


def only_good(type_name: str, values: Sequence[Any]) -> bool:
    """Whether all values have types that are known to fit."""
    good = GOOD.get(type_name)
    return good is None or good.issuperset(map(type, values))
