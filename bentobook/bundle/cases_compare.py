"""Comparing an answer with the expected one: plain JSON, within a tolerance.

Numbers that both are whole are compared exactly: they count or name things, and ``10000001`` is not nearly
``10000000`` then. As soon as one side has a fraction, both are measurements: ``1`` equals ``1.0``, and the rule is
numpy's, ``|got - expected| <= atol + rtol * |expected|``. NaN equals NaN, an infinity only itself. True is no number.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from bentobook.errors import InvalidArgument
from bentobook.text import one_line

MAX_DIFFERENCES = 20
MAX_SHOWN = 80


@dataclass(frozen=True)
class Tolerance:
    """How far a number may be off.

    Attributes
    ----------
    rtol, atol : float
        Relative to the expected number, and absolute; the defaults are those of ``numpy.allclose``.
    """

    rtol: float = 1e-5
    atol: float = 1e-8

    def __post_init__(self) -> None:
        for name in ("rtol", "atol"):
            value = getattr(self, name)
            if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value < math.inf:
                raise InvalidArgument(name, value, "a number that is at least 0")


@dataclass(frozen=True)
class Difference:
    """One place where two values differ.

    Attributes
    ----------
    where : str
        Such as ``[0].score``; ``""`` is the whole value.
    expected, got : str
        How the sides are shown.
    """

    where: str
    expected: str
    got: str

    def __str__(self) -> str:
        return f"{self.where or 'answer'}: expected {self.expected}, got {self.got}"


def differences(
    expected: Any, got: Any, tolerance: Tolerance, *, most: int = MAX_DIFFERENCES
) -> tuple[Difference, ...]:
    """Return where two values differ, at most ``most`` places.

    Parameters
    ----------
    expected, got : object
        Plain JSON: mappings, lists, texts, numbers, booleans and None.
    tolerance : Tolerance
    """
    return tuple(islice(_walk(expected, got, tolerance, ""), most))


def _walk(expected: Any, got: Any, tolerance: Tolerance, where: str) -> Iterator[Difference]:
    if isinstance(expected, Mapping) and isinstance(got, Mapping):
        for key in [*expected, *(each for each in got if each not in expected)]:
            yield from _member(expected, got, key, tolerance, f"{where}.{key}" if where else str(key))
    elif isinstance(expected, list | tuple) and isinstance(got, list | tuple):
        if len(expected) != len(got):
            yield Difference(where, f"{len(expected)} items", f"{len(got)}")
        for place, (left, right) in enumerate(zip(expected, got, strict=False)):
            yield from _walk(left, right, tolerance, f"{where}[{place}]")
    elif not same(expected, got, tolerance):
        yield Difference(where, shown(expected), shown(got))


def _member(expected: Any, got: Any, key: object, tolerance: Tolerance, where: str) -> Iterator[Difference]:
    if key not in expected:
        yield Difference(where, "nothing", shown(got[key]))
    elif key not in got:
        yield Difference(where, shown(expected[key]), "nothing")
    else:
        yield from _walk(expected[key], got[key], tolerance, where)


def shown(value: Any) -> str:
    """Show a value in a few words."""
    return one_line(repr(value), MAX_SHOWN)


def same(expected: Any, got: Any, tolerance: Tolerance) -> bool:
    """Tell whether two single values are the same."""
    if _is_number(expected) and _is_number(got):
        return _same_number(expected, got, tolerance)
    return type(expected) is type(got) and bool(expected == got)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _same_number(expected: float, got: float, tolerance: Tolerance) -> bool:
    if expected == got or (expected != expected and got != got):  # noqa: PLR0124  # NaN is what differs from itself
        return True
    if isinstance(expected, int) and isinstance(got, int):
        return False
    try:
        left, right = float(expected), float(got)
    except OverflowError:
        return False
    if not (math.isfinite(left) and math.isfinite(right)):
        return False
    return abs(left - right) <= tolerance.atol + tolerance.rtol * abs(left)
