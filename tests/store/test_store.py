from __future__ import annotations

import errno
import os

import pytest

from bentobook.errors import AmbiguousVersion, InvalidTag, NotFound, StoreUnreadable, UnknownName
from bentobook.store.store import Store


@pytest.fixture
def filled(store, save):
    for tag in ("iris:v10", "iris:v11", "iris:w1", "wine:v1"):
        save(tag)
    return store


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("iris", "iris:w1"),
        ("iris:latest", "iris:w1"),
        ("iris:v10", "iris:v10"),
        ("iris:w", "iris:w1"),
        ("IRIS:V11", "iris:v11"),
    ],
)
def test_a_tag_is_resolved(filled, asked, found):
    assert str(filled.resolve(asked)) == found
    assert str(filled.get(asked).tag) == found


def test_an_ambiguous_beginning_lists_the_candidates(filled):
    with pytest.raises(AmbiguousVersion, match=r"Multiple iris versions found: v10, v11\."):
        filled.get("iris:v1")


def test_a_whole_version_is_not_ambiguous_with_a_longer_one(filled, save):
    save("iris:v1")

    assert str(filled.get("iris:v1").tag) == "iris:v1"


@pytest.mark.parametrize(
    ("asked", "hint"),
    [
        ("irs", "Did you mean 'iris'"),
        ("iris:v12", "Did you mean 'iris:v11' or 'iris:v10'"),
        ("zebra", "bentobook models list"),
        ("iris:x", "bentobook models list"),
    ],
)
def test_what_is_not_there_is_not_found_and_something_similar_proposed(filled, asked, hint):
    with pytest.raises(NotFound, match=rf"Model '{asked}' is not found in the store at .*{hint}"):
        filled.get(asked)


def test_a_version_that_is_not_whole_says_so(filled):
    (filled.layout.name("iris") / "half").mkdir()

    with pytest.raises(StoreUnreadable, match="iris:half is incomplete"):
        filled.get("iris:half")


def test_a_tag_that_is_none_is_refused(filled):
    with pytest.raises(InvalidTag, match="lowercase letters"):
        filled.get("iris/../wine")


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (None, ["iris:w1", "iris:v11", "iris:v10", "wine:v1"]),
        ("iris", ["iris:w1", "iris:v11", "iris:v10"]),
        ("iris:v10", ["iris:v10"]),
        ("iris:latest", ["iris:w1"]),
        ("iris:v99", []),
    ],
)
def test_models_are_listed_newest_first_within_a_name(filled, asked, found):
    assert [str(model.tag) for model in filled.list(asked)] == found


def test_an_unknown_name_is_said_as_bentoml_says_it(filled):
    with pytest.raises(UnknownName, match=r"no Models with name 'irs' found .* Did you mean 'iris'\?"):
        filled.list("irs")


def test_an_empty_store_lists_nothing_and_is_not_made(store):
    assert store.list() == []
    assert not store.home.exists()


def test_a_list_shows_what_cannot_be_read_and_never_fails(filled):
    (filled.layout.name("iris") / "v11/model.yaml").chmod(0o644)
    (filled.layout.name("iris") / "v11/model.yaml").write_bytes(b"[")
    models = filled.list()

    assert [str(model.tag) for model in models] == ["iris:w1", "iris:v10", "wine:v1"]
    assert [problem.tag_or_path for problem in models.problems] == ["iris:v11"]
    assert [problem.tag_or_path for problem in filled.list("iris:v11").problems] == ["iris:v11"]
    assert filled.list("iris:v10").problems == ()


def test_a_list_is_made_without_reading_records_again(filled, monkeypatch):
    models = filled.list()
    for model in models:
        os.unlink(model.path / "model.yaml")  # noqa: PTH108

    assert {model.summary.module for model in models} == {"bentoml.mlflow"}


def test_reading_a_read_only_store_writes_nothing(filled, monkeypatch):
    filled.layout.latest_file("iris").unlink()

    def refuse(*args: object, **kwargs: object) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr(os, "access", lambda *args, **kwargs: False)
    for name in ("rename", "replace", "mkdir", "unlink", "chmod", "utime", "rmdir"):
        monkeypatch.setattr(os, name, refuse)

    assert len(filled.list()) == 4
    assert str(filled.get("iris").tag) == "iris:w1"
    assert filled.get("wine").info.module == "bentoml.mlflow"


def test_a_store_is_named_by_the_setting_or_by_its_folder(tmp_path, store_home, monkeypatch):
    assert Store().home == store_home
    monkeypatch.chdir(tmp_path)
    assert Store("here").home == tmp_path / "here"
    assert repr(Store(tmp_path)) == f"Store({str(tmp_path)!r})"
