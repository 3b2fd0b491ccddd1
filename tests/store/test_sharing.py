"""Equal content of different versions is one file with several names."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from bentobook.store import cache_file, copy_file, copying, manifest, sharing
from bentobook.store.layout import MANIFEST, Layout
from bentobook.store.manifest import Manifest
from bentobook.store.sharing import Sharer
from bentobook.store.tag import Tag

FILES = {"f": b"the same", "d/g": b"other", "empty": b""}


@pytest.fixture
def layout(store_home: Path) -> Layout:
    layout = Layout(store_home)
    layout.make_private()
    return layout


@pytest.fixture(params=["small", "large"], autouse=True)
def size_class(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Send every file down the way of the small or of the large ones."""
    monkeypatch.setattr(copy_file, "LARGE", 1 << 40 if request.param == "small" else 0)


def source(folder: Path, files: dict[str, bytes] = FILES) -> Path:
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


def save(layout: Layout, version: str, folder: Path, *, register: bool = True) -> Path:
    """Store a version as a draft does, without the parts that do not matter here."""
    tag = Tag("m", version)
    target = layout.version(tag)
    target.parent.mkdir(exist_ok=True)
    entries = copying.add_tree(folder, target, sharer=Sharer(layout))
    (target / MANIFEST).write_bytes(manifest.dump(Manifest(tuple(entries))))
    if register:
        sharing.register(layout, tag, entries)
    return target


def shared(one: Path, other: Path) -> set[str]:
    """Return the files that both versions have as one."""
    return {name for name in FILES if (one / name).stat().st_ino == (other / name).stat().st_ino}


def contents(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in FILES}


def test_a_second_copy_of_equal_content_takes_no_room(layout: Layout, tmp_path: Path) -> None:
    folder = source(tmp_path / "source")
    one, two, three = (save(layout, f"v{n}", folder) for n in (1, 2, 3))
    assert shared(one, two) == shared(two, three) == {"f", "d/g"}
    assert contents(three) == FILES


def test_the_users_own_files_are_never_linked_to(layout: Layout, tmp_path: Path) -> None:
    folder = source(tmp_path / "source")
    save(layout, "v1", folder)
    save(layout, "v2", folder)
    assert {(folder / name).stat().st_nlink for name in FILES} == {1}


def test_a_stored_version_as_source_is_read_like_any_other(layout: Layout, tmp_path: Path) -> None:
    one = save(layout, "v1", source(tmp_path / "source"))
    (one / MANIFEST).rename(one.parent / "aside")
    two = save(layout, "v2", one)
    assert shared(one, two) == set()


def test_progress_counts_what_is_shared(layout: Layout, tmp_path: Path) -> None:
    folder = source(tmp_path / "source")
    save(layout, "v1", folder)
    seen: list[tuple[int, int]] = []
    copying.add_tree(folder, tmp_path / "copy", sharer=Sharer(layout), progress=lambda *step: seen.append(step))
    assert seen[-1] == (13, 13)


def test_a_download_is_replaced_by_what_is_there(layout: Layout, tmp_path: Path) -> None:
    one = save(layout, "v1", source(tmp_path / "source"))
    download = source(layout.staging / "download")
    entries = copying.adopt_tree(download, sharer=Sharer(layout))
    assert shared(one, download) == {"f", "d/g"}
    assert sorted(entry.path for entry in entries) == sorted(FILES)
    assert sorted(path.name for path in download.rglob("*")) == ["d", "empty", "f", "g"]


def test_only_a_large_file_of_a_size_that_is_stored_is_read_before_it_is_copied(layout: Layout, tmp_path: Path) -> None:
    size = 3 << 20
    assert not Sharer(layout).may_have(size)
    save(layout, "v1", source(tmp_path / "source", {"weights": bytes(size)}))
    assert Sharer(layout).may_have(size)
    assert not Sharer(layout).may_have(size + 1)


def make_writable(one: Path) -> None:
    (one / "f").chmod(0o644)


def touch(one: Path) -> None:
    os.utime(one / "f", ns=(1, 1))


def replace_by_other_content(one: Path) -> None:
    (one / "f").unlink()
    (one / "f").write_bytes(b"DIFFERS!")
    (one / "f").chmod(0o444)


def change_length(one: Path) -> None:
    status = (one / "f").stat()
    (one / "f").chmod(0o644)
    (one / "f").write_bytes(b"longer than before")
    (one / "f").chmod(0o444)
    os.utime(one / "f", ns=(status.st_mtime_ns, status.st_mtime_ns))


def replace_by_link(one: Path) -> None:
    (one / "f").rename(one.parent / "elsewhere")
    (one / "f").symlink_to(one.parent / "elsewhere")


def remove_file(one: Path) -> None:
    (one / "f").unlink()


def make_executable(one: Path) -> None:
    (one / "f").chmod(0o555)


def damage_manifest(one: Path) -> None:
    data = bytearray((one / MANIFEST).read_bytes())
    data[20] ^= 1
    (one / MANIFEST).write_bytes(bytes(data))


def remove_manifest(one: Path) -> None:
    (one / MANIFEST).unlink()


def leave_out_of_manifest(one: Path) -> None:
    (one / MANIFEST).write_bytes(manifest.dump(Manifest(())))


def name_another_digest(one: Path) -> None:
    entry = manifest.entry_of(one / "f", "f", manifest.digest_of(b"something else"))
    (one / MANIFEST).write_bytes(manifest.dump(Manifest((entry,))))


def become_a_link(one: Path) -> None:
    one.rename(one.parent.parent / "moved")
    one.symlink_to(one.parent.parent / "moved")


@pytest.mark.parametrize(
    "change",
    [
        make_writable,
        touch,
        replace_by_other_content,
        change_length,
        replace_by_link,
        remove_file,
        make_executable,
        damage_manifest,
        remove_manifest,
        leave_out_of_manifest,
        name_another_digest,
        become_a_link,
    ],
    ids=lambda change: change.__name__,
)
def test_a_stored_file_that_is_not_as_its_manifest_says_is_not_shared(change, layout: Layout, tmp_path: Path) -> None:
    folder = source(tmp_path / "source")
    one = save(layout, "v1", folder)
    change(one)
    two = save(layout, "v2", folder)
    assert contents(two) == FILES
    assert (two / "f").stat().st_nlink == 1
    assert not (two / "f").is_symlink()


@pytest.mark.parametrize(
    "code", [errno.EPERM, errno.EXDEV, errno.EMLINK, errno.EOPNOTSUPP, errno.ENOENT], ids=errno.errorcode.get
)
def test_where_a_link_is_not_possible_the_file_is_copied(
    code: int, layout: Layout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cannot(*_: object, **__: object) -> None:
        raise OSError(code, os.strerror(code))

    folder = source(tmp_path / "source")
    one = save(layout, "v1", folder)
    monkeypatch.setattr(os, "link", cannot)
    two = save(layout, "v2", folder)
    assert shared(one, two) == set()
    assert contents(two) == FILES


def test_an_input_output_error_is_not_hidden(layout: Layout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    folder = source(tmp_path / "source")
    save(layout, "v1", folder)
    monkeypatch.setattr(os, "link", broken)
    with pytest.raises(OSError, match="Input/output"):
        save(layout, "v2", folder)


def test_a_deleted_version_does_not_stop_others_from_being_shared(layout: Layout, tmp_path: Path) -> None:
    folder = source(tmp_path / "source")
    one, two = save(layout, "v1", folder), save(layout, "v2", folder)
    one.rename(layout.trash / "v1")
    three = save(layout, "v3", folder)
    assert shared(two, three) == {"f", "d/g"}


@pytest.mark.parametrize("damage", ["deleted", "truncated", "garbage", "other tables", "never registered"])
def test_a_lost_cache_is_made_again_from_the_manifests(damage: str, layout: Layout, tmp_path: Path) -> None:
    folder = source(tmp_path / "source")
    one = save(layout, "v1", folder, register=damage != "never registered")
    lose(layout, damage)
    two = save(layout, "v2", folder)
    three = save(layout, "v3", folder)
    assert contents(two) == contents(three) == FILES
    assert {"f", "d/g"} in (shared(one, three), shared(two, three))
    if damage == "deleted":
        assert shared(one, two) == {"f", "d/g"}


def lose(layout: Layout, damage: str) -> None:
    if damage == "deleted":
        layout.index.unlink()
    elif damage == "truncated":
        os.truncate(layout.index, 5000)
    elif damage == "garbage":
        layout.index.write_bytes(b"no database at all" * 500)
    elif damage == "other tables":
        cache_file.write(layout, lambda file: file.execute("DROP TABLE contents_1"))


def test_what_stands_in_the_cache_is_only_a_proposal(layout: Layout, tmp_path: Path) -> None:
    folder = source(tmp_path / "source")
    one = save(layout, "v1", folder)
    other = layout.version(Tag("other", "v1"))
    other.mkdir(parents=True)
    (other / "f").write_bytes(FILES["f"])
    (other / "f").chmod(0o444)

    def lie(file) -> bool:
        file.execute("UPDATE versions_1 SET name = 'other'")
        file.execute("INSERT INTO versions_1 (name, version) VALUES ('../..', 'v1'), (x'00ff', 17), ('m', '..')")
        file.execute("INSERT INTO contents_1 SELECT DISTINCT key, versions_1.id + 1000 FROM contents_1, versions_1")
        file.execute("INSERT OR IGNORE INTO contents_1 SELECT DISTINCT key, versions_1.id FROM contents_1, versions_1")
        return True

    assert cache_file.write(layout, lie)
    two = save(layout, "v2", folder)
    assert contents(two) == FILES
    assert shared(one, two) == set()
    assert (other / "f").stat().st_nlink == 1


def test_a_cache_that_another_process_writes_is_not_waited_for(layout: Layout, tmp_path: Path) -> None:
    folder = source(tmp_path / "source")
    one = save(layout, "v1", folder)
    other = cache_file.connect(layout, "rw")
    other.execute("BEGIN EXCLUSIVE")
    two = save(layout, "v2", folder)
    other.execute("ROLLBACK")
    other.close()
    assert contents(two) == FILES
    assert shared(one, two) == set()


def test_versions_that_are_gone_are_forgotten(layout: Layout, tmp_path: Path) -> None:
    folder = source(tmp_path / "source")
    save(layout, "v1", folder)
    save(layout, "v2", folder).rename(layout.trash / "v2")
    sharing.forget_missing(layout)
    query = "SELECT DISTINCT version FROM contents_1 LEFT JOIN versions_1 USING (id)"
    assert cache_file.read(layout, lambda file: file.execute(query).fetchall()) == [("v1",)]


def test_the_cache_is_as_open_as_the_store(store_home: Path, tmp_path: Path) -> None:
    store_home.mkdir(mode=0o770)
    store_home.chmod(0o770)
    layout = Layout(store_home)
    sharing.register(layout, Tag("m", "v1"), [])
    assert layout.index.stat().st_mode & 0o777 == 0o660
