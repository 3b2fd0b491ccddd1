"""What is being written is closed to other users, whatever the umask says (MLflow CVE-2026-4137, CVE-2022-0736)."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from bentobook.store.store import Store


@pytest.fixture(params=[0o000, 0o022, 0o077], ids=oct)
def _umask(request: pytest.FixtureRequest) -> Iterator[None]:
    before = os.umask(request.param)
    yield
    os.umask(before)


@pytest.mark.usefixtures("_umask")
def test_cve_class_1f_staging_of_a_writer_is_closed(store_home: Path) -> None:
    with Store(store_home).draft("iris:v1") as draft:
        (folder,) = (store_home / ".bentobook" / "staging").iterdir()

        assert draft.path.is_relative_to(folder)
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_cve_class_1f_nothing_is_written_to_the_shared_temporary_folder(
    trap: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import tempfile

    import bentobook

    shared = tmp_path / "shared"
    shared.mkdir()
    monkeypatch.setenv("TMPDIR", str(shared))
    monkeypatch.setattr(tempfile, "tempdir", None)
    shared.chmod(0o500)

    bentobook.mlflow.import_model("trap:v1", str(trap))
    archive = bentobook.models.export_model("trap:v1", str(tmp_path / "trap.bentomodel"))
    bentobook.models.delete("trap:v1")
    bentobook.models.import_model(str(archive))

    assert list(shared.iterdir()) == []
