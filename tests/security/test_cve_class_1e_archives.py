"""Archives hold regular files and folders that stay inside; anything else is refused before anything is stored.

CPython CVE-2007-4559, CVE-2025-4330, CVE-2025-4517, CVE-2026-11940; BentoML CVE-2026-27905; MLflow CVE-2025-15031.
"""

from __future__ import annotations

import shutil
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

import bentobook
from bentobook.errors import ArchiveRefused
from bentobook.store import archive_read
from bentobook.store.archive_names import Limits
from bentobook.store.store import Store

NAMES = ["../outside", "/outside", "a/../../outside", "..\\outside", "C:\\outside", "a\0b", "./x/../../../outside"]


def _refused(path: Path, store_home: Path) -> None:
    before = sorted(path.parent.rglob("*"))

    with pytest.raises(ArchiveRefused, match="refused"):
        bentobook.models.import_model(str(path))

    outside = [found for found in sorted(path.parent.rglob("*")) if not found.is_relative_to(store_home)]
    assert outside == [found for found in before if not found.is_relative_to(store_home)]
    assert not bentobook.models.list()
    assert not list((store_home / ".bentobook" / "staging").glob("*"))


@pytest.mark.parametrize("name", [name for name in NAMES if "\0" not in name])  # a tar's names end at the first NUL
def test_cve_class_1e_a_member_of_a_tar_stays_inside(archive: Callable[..., Path], store_home: Path, name: str) -> None:
    _refused(archive((name, b"x")), store_home)


@pytest.mark.parametrize("name", NAMES)
def test_cve_class_1e_a_member_of_a_zip_stays_inside(tmp_path: Path, store_home: Path, name: str) -> None:
    path = tmp_path / "hostile.zip"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("model.yaml", b"name: x\n")
        info = zipfile.ZipInfo("x")
        info.filename = name
        file.writestr(info, b"x")

    _refused(path, store_home)


@pytest.mark.parametrize(
    "kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, b"S"],
    ids=["symlink", "hard link", "fifo", "character device", "block device", "sparse"],
)  # fmt: skip
@pytest.mark.parametrize("target", ["../../outside", "model.yaml"], ids=["outside", "inside"])
def test_cve_class_1e_only_files_and_folders_are_taken(
    archive: Callable[..., Path], link: Callable[..., tarfile.TarInfo], store_home: Path, kind: bytes, target: str
) -> None:
    _refused(archive(link("./mlflow_model", target, kind)), store_home)


def test_cve_class_1e_a_file_through_a_link_is_refused(
    archive: Callable[..., Path], link: Callable[..., tarfile.TarInfo], store_home: Path, tmp_path: Path
) -> None:
    _refused(archive(link("./door", str(tmp_path)), ("./door/outside", b"x")), store_home)


@pytest.mark.parametrize("second", ["./model.yaml", "./MODEL.YAML", "model.yaml", "./a/../model.yaml"])
def test_cve_class_1e_a_name_comes_once(archive: Callable[..., Path], store_home: Path, second: str) -> None:
    _refused(archive((second, b"name: other\n")), store_home)


@pytest.mark.parametrize("kind", ["zip", "tar.gz", "tar.xz"])
def test_cve_class_1e_a_bomb_is_refused_before_it_fills_the_disk(tmp_path: Path, store_home: Path, kind: str) -> None:
    zeroes = tmp_path / "folder" / "zeroes"
    zeroes.parent.mkdir()
    zeroes.write_bytes(bytes(32 << 20))
    formats = {"zip": "zip", "tar.gz": "gztar", "tar.xz": "xztar"}
    path = Path(shutil.make_archive(str(tmp_path / "bomb"), formats[kind], zeroes.parent))

    with pytest.raises(ArchiveRefused, match="more than 200 times its size"):
        archive_read.import_model(Store(store_home), path, limits=Limits(ratio_from=1 << 20))

    assert not list((store_home / ".bentobook" / "staging").glob("*"))


def test_cve_class_1e_a_flipped_byte_is_noticed(trap: Path, tmp_path: Path) -> None:
    bentobook.mlflow.import_model("trap:v1", str(trap))
    path = Path(bentobook.models.export_model("trap:v1", str(tmp_path / "trap.tar")))
    bentobook.models.delete("trap:v1")
    data = path.read_bytes()
    where = data.index(b"scikit-learn")
    path.write_bytes(data[:where] + b"S" + data[where + 1 :])

    with pytest.raises(ArchiveRefused, match="not what the manifest says"):
        bentobook.models.import_model(str(path))
