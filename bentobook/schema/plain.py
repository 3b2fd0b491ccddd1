"""Reading plain values, as JSON and YAML give them, into the records of :mod:`bentobook.schema.spec`.

Each function returns what it promises or raises InvalidArgument: a record may come from somebody else's archive.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from bentobook.errors import InvalidArgument

T = TypeVar("T")


def read_mapping(plain: object, what: str) -> Mapping[str, Any]:
    """Return a mapping as it is."""
    if not isinstance(plain, Mapping):
        raise InvalidArgument("signature", plain, f"a mapping that describes {what}")
    return plain


def read_each(plain: object, read: Callable[[object], T]) -> tuple[T, ...]:
    """Read each item of a list; nothing is an empty list."""
    if plain is None:
        return ()
    if not isinstance(plain, Sequence) or isinstance(plain, (str, bytes)):
        raise InvalidArgument("signature", plain, "a list")
    return tuple(read(each) for each in plain)


def read_text(values: Mapping[str, Any], field: str) -> str:
    """Return the text under a key that must be there."""
    text = values.get(field)
    if not isinstance(text, str):
        raise InvalidArgument(f"signature {field}", text, "a text")
    return text


def read_name(values: Mapping[str, Any]) -> str | None:
    """Return a name, or None; MLflow allows numbers, such as the columns of a bare DataFrame."""
    name = values.get("name")
    return None if name is None else str(name)


def read_shape(plain: object) -> tuple[int, ...] | None:
    """Return the lengths of the axes, or None where no shape is given."""
    if plain is None:
        return None
    return read_each(plain, _length)


def _length(plain: object) -> int:
    if not isinstance(plain, int) or isinstance(plain, bool):
        raise InvalidArgument("signature shape", plain, "a list of whole numbers")
    return plain
