"""Names of members of an archive."""

from __future__ import annotations

import unicodedata
from pathlib import PurePosixPath, PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bentobook.store.archive_names import Limits, Names, Unsafe

PARTS = st.sampled_from(
    ["a", "A", "b", ".", "..", "", "é", "e\u0301", "c:", "x\\y", "\0", "\n", "\u202e", "ß", "ss", "con"]
)
ANY_NAME = st.one_of(st.text(max_size=12), st.lists(PARTS, max_size=4).map("/".join))


def accept(*names: str) -> list[str]:
    """Accept names in order; one that ends with a slash is a folder."""
    seen = Names(Limits())
    return [seen.accept(name, is_folder=name.endswith("/")) for name in names]


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("./", ""),
        ("./model.yaml", "model.yaml"),
        ("model.yaml", "model.yaml"),
        ("./a/b/", "a/b"),
        ("a/é.txt", "a/é.txt"),
    ],
)
def test_names_as_bentoml_writes_them_are_accepted(name: str, path: str) -> None:
    assert accept(name) == [path]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("/etc/passwd", "absolute"),
        ("../up", "empty part"),
        ("a/../../up", "empty part"),
        ("a//b", "empty part"),
        ("a/./b", "empty part"),
        ("././a", "empty part"),
        ("", "empty part"),
        (".", "empty part"),
        ("..", "empty part"),
        ("a\\b", "path of Windows"),
        ("C:secret", "path of Windows"),
        ("a\0b", "control"),
        ("a\nb", "control"),
        ("a\u2028b", "control"),
        ("a\x7fb", "control"),
        ("\udcff", "control"),
        ("e\u0301", "NFC"),
        ("x" * 256, "a part of its name is longer than 255"),
        ("é" * 128, "a part of its name is longer than 255"),
        ("/".join(["x" * 200] * 21), "its name is longer than 4,096"),
    ],
)
def test_names_that_could_mean_another_place_are_refused(name: str, reason: str) -> None:
    with pytest.raises(Unsafe, match=reason):
        accept(name)


@pytest.mark.parametrize(
    ("names", "reason"),
    [
        (["a", "a"], "there twice"),
        (["a/", "a/"], "there twice"),
        (["a/b", "a/b"], "there twice"),
        (["./a", "a"], "there twice"),
        (["a", "A"], "letter case"),
        (["a/x", "A/y"], "letter case"),
        (["straße", "STRASSE"], "letter case"),
        (["a", "a/b"], "a file and a folder"),
        (["a/b", "a"], "a file and a folder"),
        (["a/", "a"], "a file and a folder"),
    ],
    ids="+".join,
)
def test_names_that_collide_are_refused(names: list[str], reason: str) -> None:
    with pytest.raises(Unsafe, match=reason):
        accept(*names)


def test_a_folder_may_be_named_after_what_it_holds() -> None:
    assert accept("a/b", "a/") == ["a/b", "a"]


def test_too_many_members_are_refused() -> None:
    names = Names(Limits(members=2))
    names.accept("a", is_folder=False)
    names.accept("b", is_folder=False)
    with pytest.raises(Unsafe, match="more than 2 members"):
        names.accept("c", is_folder=False)


@given(st.lists(ANY_NAME, max_size=6))
def test_whatever_is_accepted_lies_inside_and_apart(names: list[str]) -> None:
    seen = Names(Limits())
    accepted = []
    for name in names:
        try:
            accepted.append(seen.accept(name, is_folder=False))
        except Unsafe:
            continue
    for path in accepted:
        assert not PurePosixPath(path).is_absolute()
        assert not PureWindowsPath(path).drive
        assert not PureWindowsPath(path).root
        assert path == "/".join(PurePosixPath(path).parts)
        assert not {"..", "."} & set(PureWindowsPath(path).parts)
    folded = [unicodedata.normalize("NFC", path.casefold()) for path in accepted]
    assert len(set(folded)) == len(folded)
    assert not any(one != other and other.startswith(one + "/") for one in folded for other in folded)
