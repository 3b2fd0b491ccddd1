from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bentobook.errors import InvalidTag
from bentobook.store.tag import Tag, is_part, new_version, suggest_name

# BentoML's own rule, as it stands in bentoml/_internal/tag.py; it uses match, which lets a trailing newline through.
BENTOML = re.compile(r"^[a-z0-9]([-._a-z0-9]*[a-z0-9])?$")
parts = st.from_regex(r"[a-z0-9]([-._a-z0-9]{0,61}[a-z0-9])?", fullmatch=True)


@given(parts, st.none() | parts)
def test_a_tag_reads_back_from_its_text(name, version):
    tag = Tag(name, version)

    assert Tag.parse(str(tag)) == tag


@given(st.text(max_size=70) | st.from_regex(r"[-._a-z0-9]{1,70}"))
def test_a_part_is_valid_exactly_when_it_is_for_bentoml(text):
    assert is_part(text) == (bool(BENTOML.match(text)) and len(text) <= 63 and not text.endswith("\n"))


@given(st.text(max_size=140))
def test_what_is_parsed_has_no_separator_and_no_control_character(text):
    try:
        tag = Tag.parse(text)
    except InvalidTag:
        return
    assert re.fullmatch(r"[-._a-z0-9]+", tag.name + (tag.version or ""))
    assert tag.path().parts[0] == tag.name


@given(st.text())
def test_a_suggested_name_is_valid(text):
    assert suggest_name(text) == "" or is_part(suggest_name(text))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("iris:", "iris:latest"),
        ("iris:v1:v2", "at most one"),
        ("iris\n", "lowercase letters"),
        ("../etc", "lowercase letters"),
        ("a" * 64, "at most 63"),
        ("", "lowercase letters"),
        (5, "a text such as"),
    ],
)
def test_a_text_that_is_no_tag_is_refused_with_the_reason(text, reason):
    with pytest.raises(InvalidTag, match=reason):
        Tag.parse(text)


def test_upper_case_is_lowered():
    assert Tag.parse("Iris:V1") == Tag("iris", "v1")


@pytest.mark.parametrize("text", ["iris:latest", "con:v1", "iris:nul", "com1.txt:v1"])
def test_names_that_must_not_be_written_are_refused_for_saving(text):
    with pytest.raises(InvalidTag, match=r"latest|Windows"):
        Tag.parse(text).check_for_saving()


def test_a_new_version_has_sixteen_characters_and_is_never_the_same():
    versions = {new_version() for _ in range(100)}

    assert len(versions) == 100
    assert all(re.fullmatch(r"[a-z2-7]{16}", version) for version in versions)
