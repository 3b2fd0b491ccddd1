"""When two answers are the same: numbers within a tolerance, everything else exactly."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bentobook.bundle.cases_compare import Tolerance, differences, same
from bentobook.errors import InvalidArgument

EXACT = Tolerance(0, 0)
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
JSON = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)


def _told(expected, got, tolerance=None):
    return [str(each) for each in differences(expected, got, tolerance or Tolerance())]


@given(JSON)
def test_every_value_is_the_same_as_itself(value):
    assert not differences(value, value, EXACT)
    assert not differences(value, json.loads(json.dumps(value)), EXACT)


@given(JSON, st.integers(0, 3))
def test_one_more_level_is_a_difference(value, depth):
    wrapped = value
    for _ in range(depth):
        wrapped = [wrapped]
    assert bool(differences([value], [wrapped], EXACT)) == (depth > 0)


@given(st.floats(allow_nan=False, allow_infinity=False), st.floats(0, 1), st.floats(0, 1))
def test_the_rule_for_measurements_is_that_of_numpy(number, rtol, atol):
    import numpy as np

    moved = number + 0.5 * atol + 0.5 * rtol * abs(number)
    tolerance = Tolerance(rtol, atol)
    assert same(number, moved, tolerance) == bool(np.isclose(moved, number, rtol=rtol, atol=atol))


@given(st.integers(), st.integers())
def test_whole_numbers_are_compared_exactly(left, right):
    assert same(left, right, Tolerance(1, 1)) == (left == right)


@given(st.integers(-(2**50), 2**50))
def test_a_whole_number_equals_its_float(number):
    assert same(number, float(number), EXACT)
    assert same(float(number), number, EXACT)


@pytest.mark.parametrize(
    ("left", "right", "is_same"),
    [
        (math.nan, math.nan, True),
        (math.nan, 0.0, False),
        (math.inf, math.inf, True),
        (math.inf, -math.inf, False),
        (math.inf, 1e308, False),
        (None, math.nan, False),
        (True, 1, False),
        ("1", 1, False),
        (10**400, 1.5, False),
        (1.0, 1.0 + 1e-9, True),
        (1.0, 1.1, False),
    ],
)
def test_single_values(left, right, is_same):
    assert same(left, right, Tolerance()) is is_same


def test_a_difference_says_where_it_is():
    assert _told([{"a": [1, 2.0]}], [{"a": [1, 2.5]}]) == ["[0].a[1]: expected 2.0, got 2.5"]
    assert _told({"a": 1}, {"b": 1}) == ["a: expected 1, got nothing", "b: expected nothing, got 1"]
    assert _told([1, 2], [1]) == ["answer: expected 2 items, got 1"]
    assert _told([0], {"0": 0}) == ["answer: expected [0], got {'0': 0}"]


def test_of_many_differences_the_first_are_told():
    assert len(differences([0] * 100, [1] * 100, EXACT, most=7)) == 7


@pytest.mark.parametrize("value", [-1, math.nan, math.inf, "1", True])
def test_a_tolerance_is_a_number(value):
    with pytest.raises(InvalidArgument, match="rtol: expected a number that is at least 0"):
        Tolerance(rtol=value)
