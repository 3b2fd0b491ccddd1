"""Content types: which is meant, and which is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bentobook.errors import UnsupportedContentType
from bentobook.io import content


@pytest.mark.parametrize("sent", ["application/json", "Application/JSON", " application/json ; charset=utf-8"])
def test_a_type_is_found_whatever_its_case_and_parameters(sent: str) -> None:
    assert content.choose(sent, ("application/json", "text/csv")) == "application/json"


@pytest.mark.parametrize("sent", ["", "text/plain", "application/x-www-form-urlencoded", "json"])
def test_another_type_is_refused_with_the_list(sent: str) -> None:
    with pytest.raises(UnsupportedContentType, match=r"Send one of: application/json, text/csv\.") as caught:
        content.choose(sent, ("application/json", "text/csv"))

    assert caught.value.http_status == 415


def test_a_family_of_types_may_be_accepted() -> None:
    assert content.choose("image/png", ("image/*",)) == "image/png"


@pytest.mark.parametrize(
    ("accept", "answer"),
    [
        (None, "application/json"),
        ("", "application/json"),
        ("*/*", "application/json"),
        ("text/csv", "text/csv"),
        ("text/html, application/xml;q=0.9, */*;q=0.8", "application/json"),
        ("application/json;q=0.2, text/csv;q=0.9", "text/csv"),
        ("text/csv;q=0", "application/json"),
        ("text/csv;q=high", "application/json"),
        ("image/png", "application/json"),
    ],
)
def test_the_answer_has_the_type_that_is_liked_best(accept: str | None, answer: str) -> None:
    assert content.negotiate(accept, ("application/json", "text/csv")) == answer


@given(st.text())
def test_no_header_breaks_the_choice(header: str) -> None:
    assert content.negotiate(header, ("application/json", "text/csv")) in {"application/json", "text/csv"}
    assert isinstance(content.parameter(header, "charset"), str)
