"""Exporting models."""

from __future__ import annotations

import errno
import io
import lzma
import os
import tarfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bentobook.errors import DiskFull, InvalidArgument, StoreUnreadable
from bentobook.store import archive_write, archive_xz
from bentobook.store.archive_xz import XzWriter
from bentobook.store.model import Model
from bentobook.store.model_yaml import new_info
from bentobook.store.store import Store

FILES = {"mlflow_model/MLmodel": b"flavors: {}", "mlflow_model/data/model.pkl": bytes(range(256)) * 40, "a.txt": b""}


@pytest.fixture
def model() -> Model:
    with Store().draft("iris:v1") as draft:
        for path, data in FILES.items():
            draft.write(path, data)
        return draft.publish(new_info(draft.tag))


def contents(model: Model) -> dict[str, bytes]:
    return {
        path.relative_to(model.path).as_posix(): path.read_bytes() for path in model.path.rglob("*") if path.is_file()
    }


@pytest.mark.parametrize("extension", [".bentomodel", ".tar", ".tar.gz", ".tgz", ".tar.xz", ".tar.bz2"])
def test_a_tar_archive_holds_the_version_with_its_manifest(extension: str, model: Model, tmp_path: Path) -> None:
    path = model.export(tmp_path / f"out{extension}")
    with tarfile.open(path) as archive:
        infos = archive.getmembers()
        found = {info.name: archive.extractfile(info).read() for info in infos if info.isfile()}
    assert found == {f"./{name}": data for name, data in contents(model).items()}
    assert [info.name for info in infos[:3]] == [".", "./model.yaml", "./.bentobook-manifest.json"]
    assert {(info.uid, info.gid, info.uname, info.gname) for info in infos} == {(0, 0, "", "")}
    assert {info.mode for info in infos} == {0o755, 0o644}


def test_a_zip_archive_holds_the_version_with_its_manifest(model: Model, tmp_path: Path) -> None:
    with zipfile.ZipFile(model.export(tmp_path / "out.zip")) as archive:
        found = {name: archive.read(name) for name in archive.namelist() if not name.endswith("/")}
        assert archive.testzip() is None
    assert found == contents(model)


def test_a_bentomodel_is_compressed_with_xz(model: Model, tmp_path: Path) -> None:
    assert model.export(tmp_path / "out.bentomodel").read_bytes()[:6] == b"\xfd7zXZ\0"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (".", "iris-v1.bentomodel"),
        ("new/", "new/iris-v1.bentomodel"),
        ("plain", "plain.bentomodel"),
        ("iris-1.2", "iris-1.2.bentomodel"),
        ("deep/er/x.zip", "deep/er/x.zip"),
    ],
)
def test_the_archive_is_named_as_bentoml_does(
    path: str, expected: str, model: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert model.export(path) == Path(expected)
    assert (tmp_path / expected).is_file()


def test_without_a_path_the_archive_lands_in_the_current_folder(
    model: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    model.export()
    assert [path.name for path in Path().iterdir()] == ["iris-v1.bentomodel"]


@pytest.mark.parametrize("extension", [".bentomodel", ".tar.gz", ".zip"])
def test_equal_models_give_equal_archives(extension: str, model: Model, tmp_path: Path) -> None:
    one = model.export(tmp_path / f"one{extension}").read_bytes()
    os.utime(model.path / "a.txt", ns=(1, 1))
    assert model.export(tmp_path / f"two{extension}").read_bytes() == one


def test_an_archive_that_was_there_stays_until_the_new_one_is_complete(
    model: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "out" / "x.tar"
    target.parent.mkdir()
    target.write_bytes(b"before")

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt("stop")

    monkeypatch.setattr(archive_write, "_chunks", interrupted)
    with pytest.raises(KeyboardInterrupt, match="stop"):
        model.export(target)
    assert target.read_bytes() == b"before"
    assert list(target.parent.iterdir()) == [target]


def test_a_full_disk_is_said_so(model: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(archive_write, "_header", full)
    with pytest.raises(DiskFull, match="bytes are free"):
        model.export(tmp_path / "x.tar")


def test_a_place_that_cannot_be_written_is_said_so(model: Model, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(InvalidArgument, match=r"path: expected a file that can be written, got .*file/x\.tar"):
        model.export(tmp_path / "file" / "x.tar")


def test_a_link_that_leads_out_of_the_model_is_not_followed(model: Model, tmp_path: Path) -> None:
    (model.path / "link").symlink_to("/etc/passwd")
    with pytest.raises(StoreUnreadable, match="leads out"):
        model.export(tmp_path / "x.tar")
    assert not (tmp_path / "x.tar").exists()


@pytest.mark.parametrize("name", ["line\nend", "e\u0301", "back\\slash", b"\xff".decode("utf-8", "surrogateescape")])
def test_a_name_that_no_archive_can_carry_back_is_refused(name: str, model: Model, tmp_path: Path) -> None:
    (model.path / name).write_bytes(b"")
    with pytest.raises(StoreUnreadable, match="an archive cannot carry"):
        model.export(tmp_path / "x.zip")
    assert not (tmp_path / "x.zip").exists()


def test_a_file_that_changes_during_the_export_is_noticed(
    model: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    header = archive_write._header

    def shrink(*args: object, **options: object) -> int:
        (model.path / "mlflow_model/MLmodel").write_bytes(b"f")
        return header(*args, **options)

    (model.path / "mlflow_model/MLmodel").chmod(0o644)
    monkeypatch.setattr(archive_write, "_header", shrink)
    with pytest.raises(StoreUnreadable, match="it changed while it was exported"):
        model.export(tmp_path / "x.tar")


@given(st.lists(st.binary(max_size=3000), max_size=12))
def test_blocks_packed_on_several_threads_are_one_file(pieces: list[bytes]) -> None:
    out = io.BytesIO()
    block = archive_xz._BLOCK
    archive_xz._BLOCK = 1000
    try:
        with XzWriter(out) as packed:
            for piece in pieces:
                packed.write(piece)
    finally:
        archive_xz._BLOCK = block
    assert lzma.decompress(out.getvalue()) == b"".join(pieces)
