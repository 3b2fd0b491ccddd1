"""Addresses are compared part by part."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bentobook.errors import InvalidArgument
from bentobook.store.sources import Source

part = st.text(st.characters(codec="ascii", categories=("Lu", "Ll", "Nd")), min_size=1, max_size=8)
parts = st.lists(part, min_size=1, max_size=5)


@pytest.mark.parametrize(
    ("wide", "narrow"),
    [
        ("runs:/abc", "runs:/abc/model"),
        ("runs:/abc/", "runs:/abc"),
        ("models:/iris", "models:/iris/3"),
        ("models:/iris", "models:/iris@champion"),
        ("s3://Bucket/models", "s3://bucket/models/iris"),
        ("s3://bucket", "s3://bucket/models"),
        ("https://HOST:443/a", "https://user:secret@host/a/b?sig=1#x"),
        ("file:///data/models", "/data/models/iris"),
        ("/data//models/../models", "/data/models/iris"),
        ("/data/my%20models", "/data/my%20models/iris"),
        ("https://host/a%62c", "https://host/abc"),
    ],
)
def test_a_source_covers_what_lies_below_it(wide, narrow):
    assert Source.parse(wide).covers(Source.parse(narrow))


@pytest.mark.parametrize(
    ("wide", "other"),
    [
        ("runs:/abc", "runs:/abcd"),
        ("runs:/abc/model", "runs:/abc"),
        ("models:/iris", "models:/iris2/1"),
        ("models:/iris@champion", "models:/iris@challenger"),
        ("s3://team", "s3://team.evil.example/x"),
        ("s3://team/models", "s3://team/models-evil/x"),
        ("https://host", "https://host.evil.example/"),
        ("https://host", "https://host@evil.example/"),
        ("https://host", "https://host:8443/"),
        ("https://host/a", "http://host/a"),
        ("/data/models", "/data/models/../other"),
        ("/data/models", "runs:/data/models"),
    ],
)
def test_a_source_does_not_cover_what_only_begins_alike(wide, other):
    assert not Source.parse(wide).covers(Source.parse(other))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "s3://b/a/../c",
        "s3://b/%2e%2e/c",
        "https://h/a%2fb",
        "s3://b/a\\b",
        "https://h:port/",
        "runs:/a\x1b[0m",
        "a\nb",
    ],
)
def test_an_address_that_may_mean_another_place_is_refused(text):
    with pytest.raises(InvalidArgument, match="uri: expected"):
        Source.parse(text)


def test_a_relative_path_is_made_absolute(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert str(Source.parse("./my_model")) == str(Path.cwd() / "my_model")


@pytest.mark.parametrize(
    "text", ["models:/iris@champion", "runs:/abc/model", "s3://b/c", "https://h:8443/x", "/data/m"]
)
def test_the_text_of_a_source_reads_back(text):
    assert str(Source.parse(text)) == text


@given(parts, parts)
def test_covering_is_a_prefix_of_components(first, further):
    below = Source("s3", "bucket", (*first, *further))
    assert Source("s3", "bucket", tuple(first)).covers(Source.parse(str(below)))
    assert not Source("s3", "bucket", (*first[:-1], first[-1] + "x")).covers(below)
