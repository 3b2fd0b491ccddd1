from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from bentobook.errors import DiskFull, StoreNotWritable
from bentobook.store import durable


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT], ids=["disk", "quota"])
def test_a_full_disk_says_how_much_is_needed_and_free(tmp_path, number):
    with pytest.raises(DiskFull, match="needs 5,000 bytes") as caught, durable.writing(tmp_path, "write", 5000):
        raise OSError(number, "full")

    assert caught.value.free > 0


@pytest.mark.parametrize("number", [errno.EROFS, errno.EACCES, errno.EIO], ids=["EROFS", "EACCES", "EIO"])
def test_another_failure_names_the_path_and_the_reason(tmp_path, number):
    with (
        pytest.raises(StoreNotWritable, match=rf"Cannot write a model in /there: {os.strerror(number)}"),
        durable.writing(tmp_path, "write a model"),
    ):
        raise OSError(number, os.strerror(number), "/there")


def test_a_write_that_cannot_fit_is_refused_before_it_begins(tmp_path):
    with pytest.raises(DiskFull, match="needs"):
        durable.check_room(tmp_path / "not/there/yet", 1 << 60)


def test_a_replaced_file_is_never_seen_half(tmp_path):
    target, via = tmp_path / "latest", tmp_path / "via"
    via.mkdir()
    target.write_bytes(b"old")
    with target.open("rb") as reader:
        durable.replace_file(target, b"new", via=via, mode=0o640)
        assert reader.read() == b"old"

    assert target.read_bytes() == b"new"
    assert target.stat().st_mode & 0o777 == 0o640
    assert not list(via.iterdir())


def test_a_failed_replacement_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch):
    target = tmp_path / "latest"
    target.write_bytes(b"old")

    def fail(*_args: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(KeyboardInterrupt):
        durable.replace_file(target, b"new", via=tmp_path, mode=0o640)

    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"latest": b"old"}


def test_every_file_and_folder_of_a_tree_is_flushed_leaves_first(tmp_path, monkeypatch):
    monkeypatch.setenv("BENTOBOOK_FSYNC", "1")
    (tmp_path / "a/b").mkdir(parents=True)
    (tmp_path / "a/b/file").write_bytes(b"x")
    flushed = []
    monkeypatch.setattr(os, "fsync", lambda fd: flushed.append(str(Path(f"/proc/self/fd/{fd}").readlink())))
    durable.flush_tree(tmp_path)

    assert flushed == [str(tmp_path / part) for part in ("a/b/file", "a/b", "a", "")]


def test_many_files_are_flushed_at_once_and_all_before_their_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("BENTOBOOK_FSYNC", "1")
    for n in range(50):
        (tmp_path / f"{n:02}").write_bytes(b"1")
    flushed = []
    monkeypatch.setattr(os, "fsync", lambda fd: flushed.append(Path(f"/proc/self/fd/{fd}").readlink()))
    durable.flush_tree(tmp_path)
    assert set(flushed[:-1]) == set(tmp_path.iterdir())
    assert flushed[-1] == tmp_path


def test_a_flush_that_fails_among_many_is_an_error(tmp_path, monkeypatch):
    monkeypatch.setenv("BENTOBOOK_FSYNC", "1")
    for n in range(50):
        (tmp_path / f"{n:02}").write_bytes(b"1")

    def broken(fd):
        if Path(f"/proc/self/fd/{fd}").readlink().name == "33":
            raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "fsync", broken)
    with pytest.raises(OSError, match="Input/output"):
        durable.flush_tree(tmp_path)


def test_nothing_is_flushed_where_that_is_turned_off(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "fsync", lambda fd: pytest.fail("flushed"))
    durable.flush_tree(tmp_path)
    durable.flush(tmp_path)


def test_a_link_in_place_of_a_folder_is_removed_not_followed(tmp_path):
    (tmp_path / "users").mkdir()
    (tmp_path / "users/file").write_bytes(b"x")
    (tmp_path / "link").symlink_to(tmp_path / "users")

    assert durable.remove_tree(tmp_path / "link")
    assert (tmp_path / "users/file").exists()
