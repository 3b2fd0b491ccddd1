from __future__ import annotations

import os
import stat
from datetime import UTC, datetime, timedelta

import pytest

from bentobook.errors import AlreadyExists, DiskFull, ImportFailed, InvalidArgument, StoreNotWritable
from bentobook.store import draft as drafts
from bentobook.store import manifest
from bentobook.store.model_yaml import new_info


@pytest.fixture
def source(tmp_path):
    """Make a folder of the user's."""
    folder = tmp_path / "source"
    (folder / "deep").mkdir(parents=True)
    (folder / "MLmodel").write_bytes(b"flavors: {}")
    (folder / "deep/weights.bin").write_bytes(b"w" * 1000)
    return folder


def test_a_copied_tree_is_published_with_a_manifest_of_all_its_files(store, source):
    with store.draft("iris:v1") as draft:
        draft.add_tree(source, "mlflow_model")
        model = draft.publish(new_info(draft.tag), origin={"kind": "test"})

    found = manifest.read(model.path)
    assert found is not None
    assert [entry.path for entry in found.files] == [
        "mlflow_model/MLmodel",
        "mlflow_model/deep/weights.bin",
        "model.yaml",
    ]
    assert found.origin["kind"] == "test"
    assert list(found.files) == manifest.describe(model.path)


def test_digest_and_size_are_known_before_and_stand_in_the_record_after(store, source):
    with store.draft("iris:v1") as draft:
        draft.add_tree(source, "mlflow_model")
        known = {"digest": draft.content_digest, "size": draft.size, "files": draft.n_files}
        model = draft.publish(new_info(draft.tag, private={"digest": "b3:claimed", "lineage": {"a": 1}}))

    assert model.info.private == {"format": 1, **known, "lineage": {"a": 1}}
    assert known["size"] == 1011


def test_files_that_were_written_into_the_draft_are_adopted(store):
    with store.draft("iris:v1") as draft:
        (draft.path / "download").mkdir()
        (draft.path / "download/file").write_bytes(b"x")
        draft.adopt("download")
        model = draft.publish(new_info(draft.tag))

    assert model.path.joinpath("download/file").read_bytes() == b"x"
    assert model.size == 1


def test_published_files_are_read_only_and_folders_are_not(store, source):
    with store.draft("iris:v1") as draft:
        draft.add_tree(source, "mlflow_model")
        model = draft.publish(new_info(draft.tag))

    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in [model.path, *model.path.rglob("*")]}
    assert {mode for path, mode in modes.items() if path.is_file()} == {0o444}
    assert all(mode & stat.S_IWUSR for path, mode in modes.items() if path.is_dir())


def test_a_draft_is_closed_to_other_users(store):
    with store.draft("iris:v1") as draft:
        assert stat.S_IMODE(draft.path.parent.stat().st_mode) & 0o777 == 0o700


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, ValueError], ids=lambda error: error.__name__)
def test_whatever_ends_a_draft_leaves_nothing(store, save, snapshot, error):
    save("iris:v0")
    before = snapshot()
    with pytest.raises(error), store.draft("iris:v1") as draft:  # noqa: PT012 (the draft is what is tested)
        draft.write("a/b.bin", b"x")
        raise error

    assert snapshot() == before


def test_a_draft_that_was_not_published_leaves_nothing(store, snapshot):
    before = snapshot()
    with store.draft("iris:v1") as draft:
        draft.write("a", b"x")

    assert snapshot().keys() - before.keys() == set()
    assert not store.layout.name("iris").exists()


def test_a_child_process_leaves_the_draft_to_its_parent(store):
    with store.draft("iris:v1") as draft:
        child = os.fork()
        if child == 0:
            draft.discard()
            os._exit(0)
        os.waitpid(child, 0)

        assert draft.path.is_dir()


def test_a_tag_that_is_taken_is_refused_before_anything_is_written(store, save, snapshot):
    save("iris:v1")
    before = snapshot()

    with pytest.raises(AlreadyExists, match=r"iris:v1 already exists .* \(created 20"):
        store.draft("iris:v1")
    assert snapshot() == before


def test_a_tag_without_version_gets_a_new_one(store):
    with store.draft("iris") as draft:
        assert len(draft.tag.version or "") == 16


@pytest.mark.parametrize("path", ["../out", "a/../../out", "/etc/passwd", "a\0b"])
def test_a_path_that_leads_out_of_the_version_is_refused(store, path):
    with store.draft("iris:v1") as draft, pytest.raises(InvalidArgument, match="a path inside the model"):
        draft.write(path, b"x")


def test_a_link_that_leads_out_of_the_source_is_refused(store, source, tmp_path):
    (source / "link").symlink_to(tmp_path)
    with store.draft("iris:v1") as draft, pytest.raises(ImportFailed, match="link"):
        draft.add_tree(source, "mlflow_model")


def test_a_clock_that_was_set_back_does_not_make_a_new_version_an_old_one(store, save):
    ahead = datetime.now(UTC) + timedelta(days=365)
    first = save("iris:v1", created=ahead)
    second = save("iris:v2")

    assert second.info.creation_time == first.info.creation_time + timedelta(microseconds=1)
    assert str(store.get("iris").tag) == "iris:v2"


def test_a_write_of_known_size_that_cannot_fit_is_refused_at_once(store):
    with pytest.raises(DiskFull, match=f"needs {1 << 60:,} bytes"):
        store.draft("iris:v1", needed=1 << 60)
    assert list(store.layout.staging.iterdir()) == []


def test_a_record_that_would_be_too_large_to_read_is_not_written(store, save):
    with pytest.raises(InvalidArgument, match="at most 1,048,576 bytes"):
        save("iris:v1", metadata={"text": "x" * (1 << 20)})
    assert store.list() == []


def test_parts_of_a_store_on_two_file_systems_are_refused(store, tmp_path):
    other = next((path for path in ("/dev/shm", "/run") if os.path.isdir(path) and os.access(path, os.W_OK)), None)  # noqa: PTH112
    if other is None or os.stat(other).st_dev == tmp_path.stat().st_dev:  # noqa: PTH116
        pytest.skip("there is no second file system to write to")
    store.home.mkdir()
    store.layout.models.symlink_to(other)

    with pytest.raises(StoreNotWritable, match="another file system"):
        store.draft("iris:v1")


def test_an_empty_folder_that_a_killed_bentoml_left_is_healed(store, save):
    (store.layout.name("iris") / "v1").mkdir(parents=True)

    assert str(save("iris:v1").tag) == "iris:v1"
    assert str(store.get("iris").tag) == "iris:v1"


def test_custom_objects_are_a_file_only_when_there_are_any(store):
    with store.draft("iris:v1") as draft:
        draft.write_custom_objects({})
        assert list(draft.path.iterdir()) == []
        draft.write_custom_objects({"a": 1})
        assert [path.name for path in draft.path.iterdir()] == [drafts.CUSTOM_OBJECTS]
