"""Plain text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bentobook import io
from bentobook.errors import AnswerUnfit, BadRequestBody, SchemaMismatch, UnsupportedContentType


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_what_was_written_is_read_again(text: str) -> None:
    encoded = io.Text().encode(text)

    assert encoded.content_type == "text/plain; charset=utf-8"
    assert io.Text().decode(encoded.body, encoded.content_type) == text


@pytest.mark.parametrize("charset", ["latin-1", "ISO-8859-1", '"latin1"'])
def test_another_charset_may_be_named(charset: str) -> None:
    assert io.Text().decode(b"gr\xfcn", f"text/plain; charset={charset}") == "grün"


@pytest.mark.parametrize(
    "sent", ["text/plain; charset=utf-7", "text/plain; charset=nope", "text/html", "", "application/json"]
)
def test_other_types_and_charsets_are_refused(sent: str) -> None:
    with pytest.raises(UnsupportedContentType, match="text/plain"):
        io.Text().decode(b"x", sent)


def test_broken_text_is_a_bad_request() -> None:
    with pytest.raises(BadRequestBody, match="invalid start byte at byte 2"):
        io.Text().decode(b"ab\xff", "text/plain")


@pytest.mark.parametrize("value", [5, None, b"bytes"])
def test_only_texts_are_texts(value: object) -> None:
    with pytest.raises(SchemaMismatch, match="expected a text"):
        io.Text().check(value)
    with pytest.raises(AnswerUnfit, match="not a text"):
        io.Text().encode(value)


def test_half_a_character_is_an_error_of_the_function() -> None:
    with pytest.raises(AnswerUnfit, match="half of a character"):
        io.Text().encode("\ud800")


def test_a_sample_is_the_example() -> None:
    assert io.Text.from_sample("hello").openapi_request()["content"]["text/plain"] == {"schema": {"type": "string"}}
    assert io.Text.from_sample("hello").example() == "hello"
