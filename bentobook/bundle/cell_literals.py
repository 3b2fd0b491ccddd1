"""Plain values as text: what ``--capture`` writes into a module."""

from __future__ import annotations

import ast

from bentobook import text
from bentobook.errors import NotALiteral

_PLAIN = (type(None), type(...), bool, int, float, complex, str, bytes)
_MANY = (list, tuple, set)
MAX_LENGTH = 100_000


def literal(name: str, value: object) -> str:
    """Write a value as a literal that reads back as the same value, of the same types.

    Parameters
    ----------
    name : str
        Its name, for the error.
    value : object
        None, a boolean, a number, a text, bytes, or a list, tuple, set or dictionary of such.

    Raises
    ------
    NotALiteral
        When it is something else, or so long that a module is no place for it.

    >>> literal("limits", {"low": 0.5, "names": ("a", "b")})
    "{'low': 0.5, 'names': ('a', 'b')}"
    """
    try:
        odd = _not_plain(value)
    except RecursionError:
        raise NotALiteral(name, "it is nested too deeply, or contains itself") from None
    if odd is not None:
        raise NotALiteral(name, f"it {'is' if odd is value else 'contains'} {_of_type(odd)}")
    written = repr(value)
    if len(written) > MAX_LENGTH:
        raise NotALiteral(name, f"it is {text.size(len(written))} long as text, more than {text.size(MAX_LENGTH)}")
    if _read(written) != value:
        raise NotALiteral(name, "it holds a number that has no literal, such as nan or inf")
    return written


def _not_plain(value: object) -> object:
    """Find a part that is of no plain type; subclasses are not plain, since a literal would lose them."""
    kind = type(value)
    if kind in _PLAIN:
        return None
    parts: list[object]
    if kind is dict:
        parts = [part for item in value.items() for part in item]  # type: ignore[attr-defined]
    elif kind in _MANY:
        parts = list(value)  # type: ignore[call-overload]
    else:
        return value
    return next((odd for odd in map(_not_plain, parts) if odd is not None), None)


def _read(written: str) -> object:
    try:
        return ast.literal_eval(written)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return NotImplemented


def _of_type(value: object) -> str:
    kind = type(value)
    name = (
        kind.__qualname__ if kind.__module__ in ("builtins", "__main__") else f"{kind.__module__}.{kind.__qualname__}"
    )
    return f"of type {name}"
