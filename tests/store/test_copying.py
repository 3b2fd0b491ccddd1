"""Copying a folder into the store."""

from __future__ import annotations

import errno
import os
import socket
import threading
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bentobook.errors import ImportFailed
from bentobook.store import copy_file, copying
from bentobook.store.manifest import FileEntry, digest_of

NAMES = st.text("abc.é- ", min_size=1, max_size=4).filter(lambda name: name not in {".", ".."})
TREES = st.dictionaries(
    st.tuples(st.sampled_from(["", "x/", "x/y/", "z/"]), NAMES), st.binary(max_size=64), max_size=40
)


@pytest.fixture(params=["small", "large"])
def size_class(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Send every file down the way of the small or of the large ones."""
    monkeypatch.setattr(copy_file, "LARGE", 1 << 40 if request.param == "small" else 0)
    monkeypatch.setattr(copy_file, "CHUNK", 1 << 16)
    return str(request.param)


def fill(folder: Path, files: dict[str, bytes]) -> Path:
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def content(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def check_entries(folder: Path, entries: list[FileEntry]) -> None:
    """Every entry says what lies there."""
    assert [entry.path for entry in entries] == sorted(content(folder))
    for entry in entries:
        status = (folder / entry.path).lstat()
        assert entry.digest == digest_of((folder / entry.path).read_bytes())
        assert (entry.size, entry.mtime_ns, entry.mode) == (status.st_size, status.st_mtime_ns, status.st_mode & 0o7777)
        assert not entry.mode & 0o222


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(tree=TREES)
def test_a_copy_has_the_files_of_the_source_and_its_entries_are_true(
    tree: dict[tuple[str, str], bytes], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("tree")
    files = {
        parent + name: data
        for (parent, name), data in tree.items()
        if (parent, name) not in {("", "x"), ("", "z"), ("x/", "y")}
    }
    source = fill(folder / "source", files)
    entries = copying.add_tree(source, folder / "copy")
    assert content(folder / "copy") == files
    check_entries(folder / "copy", entries)


@pytest.mark.parametrize("n_bytes", [0, 1, (1 << 16) - 1, 1 << 16, (1 << 16) + 1, 300_000])
def test_a_file_of_any_length_is_copied(size_class: str, n_bytes: int, tmp_path: Path) -> None:
    data = os.urandom(n_bytes)
    entries = copying.add_tree(fill(tmp_path / "source", {"f": data}), tmp_path / "copy")
    assert content(tmp_path / "copy") == {"f": data}
    check_entries(tmp_path / "copy", entries)


def test_a_file_is_copied_where_the_kernel_cannot_copy_inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def cannot(*_: object) -> int:
        raise OSError(errno.EXDEV, "cross-device")

    monkeypatch.setattr(copy_file, "LARGE", 0)
    monkeypatch.setattr(os, "copy_file_range", cannot)
    data = os.urandom(5_000_000)
    check_entries(tmp_path / "copy", copying.add_tree(fill(tmp_path / "s", {"f": data}), tmp_path / "copy"))
    assert content(tmp_path / "copy") == {"f": data}


def test_a_clone_of_the_file_system_is_digested(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def clone(source: int, target: int) -> bool:
        os.write(target, os.pread(source, 1 << 24, 0))
        return True

    monkeypatch.setattr(copy_file, "LARGE", 0)
    monkeypatch.setattr(copy_file, "_clone", clone)
    data = os.urandom(5_000_000)
    check_entries(tmp_path / "copy", copying.add_tree(fill(tmp_path / "s", {"f": data}), tmp_path / "copy"))


def test_a_full_disk_is_known_before_the_copy_starts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copy_file, "LARGE", 0)
    monkeypatch.setattr(os, "fstatvfs", lambda _: SimpleNamespace(f_bavail=1, f_frsize=4096))
    with pytest.raises(OSError, match="No space left"):
        copying.add_tree(fill(tmp_path / "source", {"f": bytes(5000)}), tmp_path / "copy")
    assert (tmp_path / "copy" / "f").stat().st_size == 0


def test_the_executable_bit_stays_and_writing_goes(size_class: str, tmp_path: Path) -> None:
    source = fill(tmp_path / "source", {"run": b"#!", "data": b"1"})
    (source / "run").chmod(0o750)
    (source / "data").chmod(0o660)
    entries = copying.add_tree(source, tmp_path / "copy")
    assert {entry.path: entry.mode for entry in entries} == {"data": 0o444, "run": 0o555}


@pytest.mark.parametrize("n_files", [3, 200])
def test_progress_ends_at_the_total_and_is_reported_by_the_callers_thread(
    size_class: str, n_files: int, tmp_path: Path
) -> None:
    seen: list[tuple[int, int, int]] = []
    source = fill(tmp_path / "source", {f"{n}": bytes(1000) for n in range(n_files)})
    copying.add_tree(
        source, tmp_path / "copy", progress=lambda done, total: seen.append((done, total, threading.get_ident()))
    )
    done = [each[0] for each in seen]
    assert {each[1:] for each in seen} == {(n_files * 1000, threading.get_ident())}
    assert (done[0], done[-1]) == (0, n_files * 1000)
    assert done == sorted(done)


def test_a_large_file_reports_each_chunk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copy_file, "LARGE", 0)
    monkeypatch.setattr(copy_file, "CHUNK", 1000)
    seen: list[int] = []
    copying.add_tree(
        fill(tmp_path / "s", {"f": bytes(10_000)}), tmp_path / "c", progress=lambda done, _: seen.append(done)
    )
    assert set(range(0, 10_001, 1000)) <= set(seen)


def test_an_empty_folder_is_copied_and_its_progress_ends(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    (tmp_path / "source" / "empty").mkdir(parents=True)
    assert copying.add_tree(tmp_path / "source", tmp_path / "copy", progress=lambda *step: seen.append(step)) == []
    assert (tmp_path / "copy" / "empty").is_dir()
    assert seen[-1] == (0, 0)


def test_a_link_inside_the_source_stands_for_what_it_leads_to(tmp_path: Path) -> None:
    source = fill(tmp_path / "source", {"a/f": b"1"})
    (source / "file").symlink_to("a/f")
    (source / "folder").symlink_to(source / "a")
    entries = copying.add_tree(source, tmp_path / "copy")
    assert content(tmp_path / "copy") == {"a/f": b"1", "file": b"1", "folder/f": b"1"}
    assert not any(path.is_symlink() for path in (tmp_path / "copy").rglob("*"))
    check_entries(tmp_path / "copy", entries)


@pytest.mark.parametrize(
    "target",
    ["/etc/passwd", "../secret", "../source-secret/f", "nowhere", "/etc"],
    ids=["root", "up", "prefix", "broken", "dir"],
)
def test_a_link_that_leads_out_is_refused(target: str, tmp_path: Path) -> None:
    fill(tmp_path, {"secret": b"s", "source-secret/f": b"s", "source/f": b"1"})
    (tmp_path / "source" / "link").symlink_to(target)
    with pytest.raises(ImportFailed, match=r"a link that leads out|No such file"):
        copying.add_tree(tmp_path / "source", tmp_path / "copy")


@pytest.mark.parametrize("target", [".", "..", "../a", "../../source"])
def test_a_link_that_leads_back_is_refused(target: str, tmp_path: Path) -> None:
    source = fill(tmp_path / "source", {"a/f": b"1"})
    (source / "a" / "link").symlink_to(target)
    with pytest.raises(ImportFailed, match="leads back"):
        copying.add_tree(source, tmp_path / "copy")


def test_links_that_multiply_are_refused(tmp_path: Path) -> None:
    source = fill(tmp_path / "source", {"0/f": b"1"})
    for level in range(1, 40):
        (source / str(level)).mkdir()
        for name in "ab":
            (source / str(level) / name).symlink_to(f"../{level - 1}")
    with pytest.raises(ImportFailed, match="too many"):
        copying.add_tree(source, tmp_path / "copy")


@pytest.mark.parametrize("kind", ["fifo", "socket"])
def test_what_is_neither_file_nor_folder_is_refused(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = fill(tmp_path / "s", {"f": b"1"})
    monkeypatch.chdir(source)
    if kind == "fifo":
        os.mkfifo("odd")
    else:
        with socket.socket(socket.AF_UNIX) as odd:
            odd.bind("odd")
    with pytest.raises(ImportFailed, match="neither a file nor a folder"):
        copying.add_tree(source, tmp_path / "copy")
    assert not (tmp_path / "copy").exists()


@pytest.mark.parametrize("missing", ["folder", "is-a-file"])
def test_a_source_that_is_no_folder_is_named(missing: str, tmp_path: Path) -> None:
    if missing == "is-a-file":
        (tmp_path / "source").write_bytes(b"")
    with pytest.raises(ImportFailed, match=r"source: (No such file|Not a directory)"):
        copying.add_tree(tmp_path / "source", tmp_path / "copy")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_named(tmp_path: Path) -> None:
    source = fill(tmp_path / "source", {"f": b"1"})
    (source / "f").chmod(0)
    with pytest.raises(ImportFailed, match="Permission denied"):
        copying.add_tree(source, tmp_path / "copy")


@pytest.mark.parametrize("change", ["grows", "shrinks", "same size", "vanishes"])
def test_a_source_that_changes_meanwhile_is_refused(size_class: str, change: str, tmp_path: Path) -> None:
    source = fill(tmp_path / "source", {"f": bytes(200_000)})

    def disturb(done: int, total: int) -> None:
        if change == "vanishes":
            (source / "f").unlink(missing_ok=True)
        else:
            (source / "f").write_bytes(b"x" * {"grows": 300_000, "shrinks": 100, "same size": 200_000}[change])

    with pytest.raises(ImportFailed, match=r"it changed while it was copied|No such file"):
        copying.add_tree(source, tmp_path / "copy", progress=disturb)


@pytest.mark.parametrize("at", [1, 2, 5, 10])
def test_an_interrupt_passes_through_and_no_thread_stays(size_class: str, at: int, tmp_path: Path) -> None:
    source = fill(tmp_path / "source", {f"{n}": bytes(70_000) for n in range(100)})
    before = threading.active_count()
    calls: list[int] = []

    def interrupt(done: int, total: int) -> None:
        calls.append(done)
        if len(calls) == at:
            raise KeyboardInterrupt("stop")

    with pytest.raises(KeyboardInterrupt, match="stop"):
        copying.add_tree(source, tmp_path / "copy", progress=interrupt)
    assert threading.active_count() == before
    assert len(content(tmp_path / "copy")) < 100


def test_an_error_of_the_second_thread_is_the_error_of_the_call(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = fill(tmp_path / "source", {f"{n:03}": b"1" for n in range(100)})
    write = copy_file.write_small

    def fails_at_the_end(target: str, data: bytes, mode: int) -> os.stat_result:
        if target.endswith("099"):
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(target, data, mode)

    monkeypatch.setattr(copy_file, "write_small", fails_at_the_end)
    with pytest.raises(OSError, match="No space left"):
        copying.add_tree(source, tmp_path / "copy")


def test_the_source_stays_as_it_is(size_class: str, tmp_path: Path) -> None:
    source = fill(tmp_path / "source", {"f": b"1", "d/g": b"2"})
    before = {path: path.stat() for path in source.rglob("*")}
    copying.add_tree(source, tmp_path / "copy")
    now = {path: path.stat() for path in source.rglob("*")}
    assert {p: (s.st_mode, s.st_nlink, s.st_mtime_ns, s.st_ino) for p, s in before.items()} == {
        p: (s.st_mode, s.st_nlink, s.st_mtime_ns, s.st_ino) for p, s in now.items()
    }


def test_adopted_files_become_read_only_where_they_lie(size_class: str, tmp_path: Path) -> None:
    folder = fill(tmp_path / "download", {"f": b"1", "d/g": b"22"})
    check_entries(folder, copying.adopt_tree(folder))
    assert content(folder) == {"f": b"1", "d/g": b"22"}


def test_a_download_that_is_a_second_name_of_a_users_file_parts_from_it(tmp_path: Path) -> None:
    users = tmp_path / "users"
    users.write_bytes(b"mine")
    users.chmod(0o640)
    (tmp_path / "download").mkdir()
    (tmp_path / "download" / "f").hardlink_to(users)
    check_entries(tmp_path / "download", copying.adopt_tree(tmp_path / "download"))
    assert (users.stat().st_mode & 0o777, users.stat().st_nlink) == (0o640, 1)


def test_a_link_in_a_download_is_refused(tmp_path: Path) -> None:
    folder = fill(tmp_path / "download", {"f": b"1"})
    (folder / "link").symlink_to("f")
    with pytest.raises(ImportFailed, match="it is a link"):
        copying.adopt_tree(folder)


def test_memory_does_not_grow_with_a_large_file(tmp_path: Path) -> None:
    resource = pytest.importorskip("resource")
    (tmp_path / "source").mkdir()
    with (tmp_path / "source" / "f").open("wb") as file:
        file.write(os.urandom(1 << 20) * 200)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    copying.add_tree(tmp_path / "source", tmp_path / "copy")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64 << 10
