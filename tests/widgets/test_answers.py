"""How answers are shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bentobook.widgets import answers


def test_probabilities_are_shown_as_bars_with_names() -> None:
    shown = answers.value_of([{"setosa": 0.75, "<i>": 0.25}])
    assert shown.count("<meter") == 2
    assert 'aria-label="&lt;i&gt;"' in shown
    assert "0.750" in shown


@pytest.mark.parametrize("value", [[0.5, 0.6], [1], [True, False], ["0.5", "0.5"], [[0.5, 0.5], [1, 0]]], ids=str)
def test_other_numbers_are_not_taken_for_probabilities(value: object) -> None:
    assert "<meter" not in answers.value_of(value)


def test_records_are_a_table_that_ends_somewhere() -> None:
    shown = answers.value_of([{"a": at, "b": "x"} for at in range(60)])
    assert shown.count("<tr>") == 51
    assert "and 10 more rows" in shown


JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


@given(JSON)
def test_every_json_value_can_be_shown_and_brings_no_markup(value: object) -> None:
    assert "<script" not in answers.value_of({"x": value, "y": "<script>"})
    assert isinstance(answers.value_of(value), str)
