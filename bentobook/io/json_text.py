"""JSON, read and written by orjson: what is not JSON is refused, what is no number becomes ``null``."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from itertools import chain
from typing import Any, Final

import orjson

from bentobook import settings
from bentobook.errors import AnswerUnfit, BadRequestBody
from bentobook.schema.loaded import is_a, to_array

_OPTIONS: Final = orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_NON_STR_KEYS
_NOT_JSON: Final = (b"NaN", b"Infinity")
_NO_TIME: Final = b"1677-09-21T00:12:43"  # what orjson writes for numpy's NaT


def loads(body: bytes) -> Any:
    """Read JSON.

    Parameters
    ----------
    body : bytes
        UTF-8 text.

    Returns
    -------
    object
        Lists, dicts, texts, numbers, booleans and None.

    Raises
    ------
    BadRequestBody
        When it is none; the sentence says where.
    """
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        if not body.strip():
            raise BadRequestBody("JSON", "it is empty") from None
        written = next((name.decode() for name in _NOT_JSON if name in body), None)
        hint = f"JSON has no {written}: write null where a value is missing." if written else ""
        raise BadRequestBody("JSON", f"{error.msg} at line {error.lineno}, column {error.colno}", hint=hint) from None


def loads_shallow(body: bytes) -> Any:
    """Read JSON that is handed on as it is; a structure that is nested too deep is refused.

    How deep it may be is a setting, ``BENTOBOOK_MAX_JSON_DEPTH``. Where a schema says what comes, it bounds the depth.
    """
    value = loads(body)
    depth = settings.max_json_depth()
    if body.count(b"[") + body.count(b"{") > depth and _is_deeper(value, depth):
        raise BadRequestBody("JSON that this API takes", f"it is nested more than {depth} deep")
    return value


def _is_deeper(value: Any, limit: int) -> bool:
    """Go down level by level, through lists and dicts only."""
    level = [value]
    for _ in range(limit):
        level = [each for each in level if isinstance(each, (list, dict))]
        level = list(chain.from_iterable(each.values() if isinstance(each, dict) else each for each in level))
        if not level:
            return False
    return any(isinstance(each, (list, dict)) for each in level)


def dumps(value: Any, descriptor: str, extra: Callable[[Any], Any] | None = None) -> bytes:
    """Write JSON.

    Parameters
    ----------
    value : object
        Plain values, arrays, tensors, DataFrames, pydantic models, dataclasses, times, bytes (as base64), in any nest.
    descriptor : str
        Whose answer it is, for the error.
    extra : callable, optional
        Asked first for what orjson does not know; a TypeError of its says that it does not either.

    Returns
    -------
    bytes
        NaN and the infinities are ``null``.

    Raises
    ------
    AnswerUnfit
        When something in it has no form in JSON.
    """
    default = plain if extra is None else _first(extra)
    try:
        written = orjson.dumps(value, default, _OPTIONS)
        if _NO_TIME not in written:
            return written
    except TypeError:
        pass  # perhaps an array that orjson takes for its own, and then does not know
    try:
        return orjson.dumps(value, default, orjson.OPT_NON_STR_KEYS)
    except TypeError as error:
        cause = error.__cause__
        raise AnswerUnfit(descriptor, str(cause if isinstance(cause, TypeError) else error)) from error


def _first(extra: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def default(value: Any) -> Any:
        try:
            return extra(value)
        except TypeError:
            return plain(value)

    return default


def plain(value: Any) -> Any:
    """Turn a value that orjson does not know into one that it does.

    Raises
    ------
    TypeError
        When there is none.
    """
    for kind, turn in _TURNS:
        if isinstance(value, kind):
            return turn(value)
    module = type(value).__module__.partition(".")[0]
    if module in _BY_PACKAGE:
        return _BY_PACKAGE[module](value)
    if callable(getattr(value, "model_dump", None)):
        return value.model_dump(mode="json")
    if is_a(value, "torch", "Tensor"):
        return to_array(value)
    raise TypeError(f"a {type(value).__name__} has no form in JSON")


def _text_of_bytes(value: bytes | bytearray | memoryview) -> str:
    return base64.b64encode(value).decode("ascii")


def _of_numpy(value: Any) -> Any:
    """Make Python's values of arrays that orjson does not read, and of other types of numpy."""
    kind = value.dtype.kind
    if kind in "mM":
        return value.astype(f"{kind}8[us]").tolist()
    if kind in "cV":
        raise TypeError(f"an array of {value.dtype} has no form in JSON")
    return value.astype("float64").tolist() if kind == "f" else value.tolist()


def _of_pandas(value: Any) -> Any:
    from bentobook.io.frame_json import column, to_records

    if is_a(value, "pandas", "DataFrame"):
        return to_records(value)
    if hasattr(value, "__array__"):  # a Series, an Index, or an array of pandas' own
        import pandas as pd

        return column(pd.Series(value))
    if type(value).__name__ in {"NAType", "NaTType"}:
        return None
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _of_scipy(value: Any) -> Any:
    if not hasattr(value, "toarray"):
        raise TypeError(f"a {type(value).__name__} has no form in JSON")
    return value.toarray()


_TURNS: Final[tuple[tuple[type | tuple[type, ...], Callable[[Any], Any]], ...]] = (
    ((set, frozenset), list),
    ((bytes, bytearray, memoryview), _text_of_bytes),
    (Decimal, float),
    (timedelta, timedelta.total_seconds),
)
_BY_PACKAGE: Final[dict[str, Callable[[Any], Any]]] = {"numpy": _of_numpy, "pandas": _of_pandas, "scipy": _of_scipy}
