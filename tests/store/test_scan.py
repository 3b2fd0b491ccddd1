from __future__ import annotations

import os
import shutil

import pytest

from bentobook.errors import StoreUnreadable
from bentobook.store import scan


def problems(store) -> dict[str, str]:
    return {problem.tag_or_path: problem.reason for problem in scan.scan(store.layout)[1]}


def test_the_versions_of_a_name_are_listed_newest_first(store, save):
    for tag in ("b:v1", "a:v1", "b:v2"):
        save(tag)
    entries, bad = scan.scan(store.layout)

    assert [str(entry.tag) for entry in entries] == ["a:v1", "b:v2", "b:v1"]
    assert bad == []


def test_an_entry_holds_what_a_list_shows(store, save):
    model = save("iris:v1", labels={"team": "a"})
    (entry,), _ = scan.scan(store.layout)

    assert (entry.module, entry.size, entry.digest) == ("bentoml.mlflow", 5, model.info.private["digest"])
    assert entry.labels == {"team": "a"}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "incomplete: it has no model.yaml"),
        (b"", "unreadable: it is no mapping"),
        (b"\xff", "unreadable: it is not valid YAML"),
        (b"name: iris\n", "unreadable: it has no field"),
        (b"[" * 100_000, "unreadable: it is nested"),
    ],
)
def test_one_bad_version_is_one_problem_and_the_others_are_listed(store, save, content, reason):
    save("iris:v1")
    bad = store.layout.name("iris") / "bad"
    bad.mkdir()
    if content is not None:
        (bad / "model.yaml").write_bytes(content)

    assert problems(store)["iris:bad"].startswith(reason)
    assert [str(entry.tag) for entry in scan.scan(store.layout)[0]] == ["iris:v1"]


def test_a_copy_by_hand_under_another_version_is_a_problem(store, save):
    model = save("iris:v1")
    shutil.copytree(model.path, model.path.with_name("v2"))

    assert problems(store) == {"iris:v2": "unreadable: it is the record of iris:v1"}


def test_a_folder_in_place_of_the_record_is_a_problem(store, save):
    (save("iris:v1").path.with_name("v2") / "model.yaml").mkdir(parents=True)

    assert "Is a directory" in problems(store)["iris:v2"]


@pytest.mark.parametrize("name", [".ipynb_checkpoints", "Upper", "a b", "x" * 64, "end-"])
def test_names_that_are_no_tags_are_passed_over(store, save, name):
    save("iris:v1")
    (store.layout.models / name / "v1").mkdir(parents=True)
    (store.layout.name("iris") / name).mkdir()

    assert problems(store) == {}


def test_files_among_the_folders_are_passed_over(store, save):
    save("iris:v1")
    (store.layout.models / "notes").write_text("x")
    (store.layout.name("iris") / "notes").write_text("x")

    assert len(scan.scan(store.layout)[0]) == 1
    assert problems(store) == {}


def test_a_store_that_is_not_there_is_empty(store):
    assert scan.scan(store.layout) == ([], [])


def test_a_name_that_cannot_be_looked_into_is_a_problem(store, save, monkeypatch):
    save("good:v1")
    save("iris:v1")
    scandir = os.scandir

    def refuse(path):
        if str(path).endswith("iris"):
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    assert problems(store) == {"iris": "unreadable: Permission denied"}


def test_a_version_that_goes_while_it_is_read_is_nothing(store, save):
    model = save("iris:v1")
    store.delete("iris:v1")

    assert scan.try_entry(model.layout, model.tag) is None


def test_models_that_cannot_be_looked_into_are_one_typed_error(store, save, monkeypatch):
    save("iris:v1")

    def refuse(path):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(os, "scandir", refuse)
    with pytest.raises(StoreUnreadable, match="models cannot be read: Permission denied"):
        scan.scan(store.layout)
