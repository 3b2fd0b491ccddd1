from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bentobook import html

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' data-commandlinker-command='x",
    "</style><script>",
    "<!-- ",
    "javascript:alert(1)",
    "&lt;b&gt;",
]


def _text_of(markup: str) -> str:
    parts: list[str] = []
    parser = HTMLParser(convert_charrefs=True)
    parser.handle_data = parts.append  # type: ignore[method-assign]
    parser.handle_starttag = lambda tag, _: parts.append(f"!{tag}")  # type: ignore[method-assign]
    parser.feed(markup)
    parser.close()
    return "".join(parts)


@pytest.mark.parametrize("value", HOSTILE)
def test_hostile_text_stays_text(value: str) -> None:
    assert _text_of(html.escape(value)) == value


@given(st.text(alphabet=st.characters(min_codepoint=32, exclude_categories=("C", "Zl", "Zp")), max_size=200))
def test_escaping_loses_nothing_that_is_visible(value: str) -> None:
    assert _text_of(html.escape(value)) == value


@pytest.mark.parametrize("value", ["\x00", "\x1b[31m", "\u202e", "\u200b", "\ud800"], ids=ascii)
def test_what_is_invisible_is_shown(value: str) -> None:
    assert "\ufffd" in html.escape(value)


def test_long_text_is_cut() -> None:
    assert len(html.escape("x" * 10_000)) == html.MAX_TEXT


def test_markup_is_not_escaped_twice() -> None:
    assert html.escape(html.code("<")) == "<code>&lt;</code>"


def test_a_number_is_text_too() -> None:
    assert html.escape(3) == "3"


def test_rows_leave_out_what_is_empty() -> None:
    assert html.rows({"a": 1, "b": "", "c": None}) == "<dl><dt>a</dt><dd>1</dd></dl>"
    assert html.rows({}) == ""


def test_numbers_are_marked_for_alignment() -> None:
    assert '<td class="bb-n">7</td>' in html.table(["a", "n"], [["x", 7]], right=[1])


def test_nothing_is_folded_where_there_is_nothing() -> None:
    assert html.details("more", "") == ""
    assert html.section("more", "") == ""


def test_words_stay_apart_without_style() -> None:
    markup = html.card(
        "iris:v1", subtitle="pyfunc", aside="today", following=["%bento_load iris", "%bento_export iris"]
    )

    assert "iris:v1 pyfunc today" in _text_of(markup).replace("!span", "")


def test_a_card_brings_its_style_without_comments() -> None:
    markup = html.card("x")

    assert markup.startswith("<style>.bb ")
    assert "/*" not in markup
