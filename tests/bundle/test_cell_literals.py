"""What is written down reads back as the same value, of the same types; all else is refused."""

from __future__ import annotations

import ast
import collections
import enum

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bentobook.bundle.cell_literals import literal
from bentobook.errors import NotALiteral

PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
    | st.binary(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=3) | st.integers(), inner, max_size=3)
        | st.tuples(inner, inner)
        | st.sets(st.integers(), max_size=3)
    ),
    max_leaves=8,
)


@given(PLAIN)
def test_a_plain_value_comes_back(value):
    again = ast.literal_eval(literal("x", value))
    assert (again, repr(type(again))) == (value, repr(type(value)))


class Colour(enum.IntEnum):
    RED = 1


LOOP: list[object] = []
LOOP.append(LOOP)


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (np.float64(0.5), "it is of type numpy.float64"),
        ({"a": [np.arange(2)]}, "it contains of type numpy.ndarray|it contains"),
        (Colour.RED, "Colour"),
        (collections.OrderedDict(a=1), "collections.OrderedDict"),
        (float("nan"), "such as nan or inf"),
        ([float("inf")], "such as nan or inf"),
        (LOOP, "contains itself"),
        ("x" * 200_000, "more than"),
        (print, "builtin_function_or_method"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_a_literal_would_change_is_refused(value, why):
    with pytest.raises(NotALiteral, match=why) as raised:
        literal("limits", value)
    assert raised.value.name == "limits"
