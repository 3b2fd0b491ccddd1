from __future__ import annotations

import errno
import os
import shutil

import pytest

from bentobook import settings
from bentobook.errors import InvalidArgument, ModelInUse, NotFound, Refused, StoreNotWritable, StoreUnreadable


def test_a_deleted_version_is_gone_and_the_pointer_moves(store, save):
    save("iris:v1")
    save("iris:v2")

    assert str(store.delete("iris:v2")) == "iris:v2"
    assert store.layout.latest_file("iris").read_bytes() == b"v1"
    assert list(store.layout.trash.iterdir()) == []


def test_a_store_that_is_closed_to_the_user_is_one_typed_error(store, monkeypatch):
    asked = os.stat

    def refuse(path, **how):
        if str(path).endswith("v1"):
            raise PermissionError(13, "Permission denied", str(path))
        return asked(path, **how)

    monkeypatch.setattr(os, "stat", refuse)
    with pytest.raises(StoreUnreadable, match="v1 cannot be read: Permission denied"):
        store.delete("iris:v1")


def test_the_newest_can_be_deleted_by_that_word(store, save):
    save("iris:v1")
    save("iris:v2")

    assert str(store.delete("iris:latest")) == "iris:v2"


def test_a_name_alone_is_refused(store, save):
    save("iris:v1")

    with pytest.raises(InvalidArgument, match="Delete the newest with 'iris:latest'"):
        store.delete("iris")


def test_the_beginning_of_a_version_is_not_enough(store, save):
    save("iris:v11")

    with pytest.raises(NotFound, match="Did you mean 'iris:v11'"):
        store.delete("iris:v1")


def test_an_incomplete_version_can_be_deleted(store):
    (store.layout.name("iris") / "half").mkdir(parents=True)
    store.delete("iris:half")

    assert not store.layout.name("iris").exists()


def test_a_model_that_a_bento_uses_is_kept(store, save):
    save("iris:v1")
    bento = store.layout.bentos / "svc/v1/bento.yaml"
    bento.parent.mkdir(parents=True)
    bento.write_text("models:\n- tag: iris:v1\n")

    with pytest.raises(ModelInUse, match=r"iris:v1 is being used by the following bentos .*: svc:v1"):
        store.delete("iris:v1")
    assert store.get("iris:v1").path.is_dir()


def test_an_administrator_can_forbid_deleting(store, save, tmp_path, monkeypatch):
    save("iris:v1")
    (tmp_path / "admin.toml").write_text("allow_delete = false\n")
    monkeypatch.setattr(settings, "ADMIN_FILE", tmp_path / "admin.toml")

    with pytest.raises(Refused, match="allow_delete = false"):
        store.delete("iris:v1")
    assert store.get("iris:v1").path.is_dir()


@pytest.mark.parametrize("number", [errno.EROFS, errno.EACCES, errno.EIO], ids=["EROFS", "EACCES", "EIO"])
def test_a_version_that_cannot_be_moved_is_untouched(store, save, snapshot, monkeypatch, number):
    save("iris:v1")
    before = snapshot()

    def fail(*_args: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "rename", fail)
    with pytest.raises(StoreNotWritable, match=f"Cannot delete a model .*{os.strerror(number)}"):
        store.delete("iris:v1")
    assert snapshot() == before


def test_what_cannot_be_removed_stays_in_the_trash(store, save, monkeypatch):
    save("iris:v1")
    monkeypatch.setattr(shutil, "rmtree", lambda *args, **kwargs: None)
    store.delete("iris:v1")

    assert store.list() == []
    assert len(list(store.layout.trash.iterdir())) == 1


def test_a_reader_keeps_the_files_that_it_has_open(store, save):
    model = save("iris:v1", b"weights")
    with (model.path / "data/weights.bin").open("rb") as reader:
        store.delete("iris:v1")
        assert reader.read() == b"weights"


def test_an_interrupt_while_the_pointer_moves_heals_at_the_next_read(store, save, monkeypatch):
    save("iris:v1")
    save("iris:v2")

    def interrupt(*_args: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", interrupt)
        with pytest.raises(KeyboardInterrupt):
            store.delete("iris:v2")

    assert str(store.get("iris").tag) == "iris:v1"
