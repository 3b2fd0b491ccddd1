"""Readers of option values: each turns a text into a value, or raises ``ValueError`` with what was wanted."""

from __future__ import annotations

import re

_SECONDS = {"us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0}
_NUMBER = re.compile(r"\d+(?:\.\d*)?(?:[eE][+-]?\d+)?")
_RATE = re.compile(r"\d+(?:\.\d+)?")
_DURATION = re.compile(rf"(\d+(?:\.\d+)?)\s*({'|'.join(_SECONDS)})")


def seconds(text: str) -> float:
    """Read a time with its unit, in seconds.

    >>> seconds("50ms"), seconds("5s"), seconds("2m")
    (0.05, 5.0, 120.0)
    """
    if text in ("0", "0.0"):
        return 0.0
    match = _DURATION.fullmatch(text)
    if match is None:
        raise ValueError("a time with its unit, such as 50ms or 5s")
    return float(match[1]) * _SECONDS[match[2]]


def count(text: str) -> int:
    """Read a number of things, at least one.

    >>> count("64")
    64
    """
    if not (text.isascii() and text.isdigit() and int(text)):
        raise ValueError("a whole number that is at least 1")
    return int(text)


def names(text: str) -> list[str]:
    """Read names with commas between them.

    >>> names("predict, predict_proba")
    ['predict', 'predict_proba']
    """
    found = [name.strip() for name in text.split(",")]
    if not all(name.isidentifier() for name in found):
        raise ValueError("names with commas between them, such as predict,predict_proba")
    return list(dict.fromkeys(found))


def rates(text: str) -> list[float]:
    """Read rates with commas between them.

    >>> rates("50,100,2.5")
    [50.0, 100.0, 2.5]
    """
    found = [_RATE.fullmatch(each.strip()) for each in text.split(",")]
    numbers = [float(match[0]) for match in found if match is not None]
    if len(numbers) < len(found) or not all(numbers):
        raise ValueError("numbers above 0 with commas between them, such as 50,100,200")
    return numbers


def pair(text: str) -> tuple[str, str]:
    """Read ``key=value``; the value may be empty and may hold further equal signs.

    >>> pair("owner=ada")
    ('owner', 'ada')
    """
    key, equals, value = text.partition("=")
    if not equals or not key:
        raise ValueError("KEY=VALUE")
    return key, value


def variable(text: str) -> str:
    """Read the name of a variable."""
    if not text.isidentifier():
        raise ValueError("the name of a variable")
    return text


def variable_and_tag(text: str) -> tuple[str, str]:
    """Read ``VAR=TAG`` or ``TAG``.

    >>> variable_and_tag("clf=iris:latest"), variable_and_tag("iris")
    (('clf', 'iris:latest'), ('', 'iris'))
    """
    variable, equals, tag = text.rpartition("=")
    if not tag or (equals and not variable.isidentifier()):
        raise ValueError("TAG, or VAR=TAG such as clf=iris:latest")
    return variable, tag


def port(text: str) -> int:
    """Read the number of a port; 0 takes one that is free.

    >>> port("3000")
    3000
    """
    if not text.isdecimal() or not 0 <= int(text) < 1 << 16:
        raise ValueError("a number from 0 to 65535")
    return int(text)


def number(text: str) -> float:
    """Read a number that is at least 0.

    >>> number("1e-6")
    1e-06
    """
    value = float(text) if _NUMBER.fullmatch(text) else -1.0
    if value < 0 or value == float("inf"):
        raise ValueError("a number that is at least 0")
    return value
