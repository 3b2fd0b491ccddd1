from __future__ import annotations

import doctest
import unicodedata
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bentobook import text

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def test_its_examples_are_true() -> None:
    assert doctest.testmod(text).failed == 0


@pytest.mark.parametrize(
    ("n_bytes", "words"),
    [
        (0, "0 B"),
        (1023, "1023 B"),
        (1024, "1.00 KB"),
        (10342, "10.1 KB"),
        (5 * 1024**4, "5.00 TB"),
        (1024**6, "1024.0 PB"),
    ],
    ids=str,
)
def test_sizes_are_in_units_of_1024(n_bytes: int, words: str) -> None:
    assert text.size(n_bytes) == words


@pytest.mark.parametrize(
    ("passed", "words"),
    [
        (timedelta(seconds=3), "now"),
        (timedelta(minutes=59), "59 min"),
        (timedelta(hours=23), "23 h"),
        (timedelta(days=400), "400 d"),
    ],
    ids=str,
)
def test_the_past_is_told_in_one_unit(passed: timedelta, words: str) -> None:
    assert text.ago(NOW - passed, NOW) == words


@given(st.text())
def test_visible_text_holds_nothing_that_commands_a_terminal(value: str) -> None:
    shown = text.visible(value)

    assert len(shown) == len(value)
    assert not {unicodedata.category(each) for each in shown if each not in "\n\t"} & {
        "Cc",
        "Cf",
        "Cs",
        "Co",
        "Zl",
        "Zp",
    }


@given(st.text(), st.integers(1, 50))
def test_one_line_is_one_line_and_not_too_long(value: str, limit: int) -> None:
    line = text.one_line(value, limit)

    assert len(line) <= limit
    assert len(line.splitlines()) <= 1


def test_columns_stand_under_their_heads() -> None:
    lines = text.table(["tag", "size"], [["iris:v1", "3 B"], ["a:v2", "10.1 KB"]], right=[1]).splitlines()

    assert lines == ["tag         size", "iris:v1      3 B", "a:v2     10.1 KB"]
