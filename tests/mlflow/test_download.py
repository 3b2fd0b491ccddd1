"""What a storage client of MLflow hands over; the clients here are plugins in MLflow's own sense."""

import errno
import os
import shutil
import threading
from pathlib import Path

import pytest
from mlflow.store.artifact.artifact_repository_registry import _artifact_repository_registry as clients
from mlflow.store.artifact.local_artifact_repo import LocalArtifactRepository

from bentobook.errors import DiskFull, ImportFailed
from bentobook.mlflow import import_model


class Nested(LocalArtifactRepository):
    """Put the folder into the folder, as a client may."""

    def __init__(self, uri, **others):
        super().__init__(uri.partition("://")[2], **others)

    def download_artifacts(self, artifact_path, dst_path=None):
        inner = Path(dst_path) / "inner"
        shutil.copytree(self.artifact_dir, inner)
        return str(inner)


class Full(Nested):
    """Run into a full disk."""

    def download_artifacts(self, artifact_path, dst_path=None):
        (Path(dst_path) / "half").write_bytes(b"x")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


class Slow(Nested):
    """Fetch a file at a time, each when the last one was seen by the progress."""

    arrived = threading.Event()

    def download_artifacts(self, artifact_path, dst_path=None):
        for file in sorted(Path(self.artifact_dir).iterdir()):
            shutil.copy(file, dst_path)
            self.arrived.wait(10)
            self.arrived.clear()
        return dst_path


@pytest.fixture
def storage(monkeypatch):
    """Register the clients for the test."""
    for scheme, client in {"nested": Nested, "full": Full, "slow": Slow}.items():
        monkeypatch.setitem(clients._registry, scheme, client)


def test_a_folder_in_the_folder_is_taken_out(storage, saved):
    model = import_model("iris", f"nested://{saved}")
    assert model.digest == import_model("iris", saved).digest
    assert sorted(path.name for path in model.path.iterdir()) == [
        ".bentobook-manifest.json",
        "mlflow_model",
        "model.yaml",
    ]


def test_a_full_disk_is_told_with_what_is_needed(storage, saved, store_home):
    size = sum(file.stat().st_size for file in saved.rglob("*"))
    with pytest.raises(DiskFull, match=f"needs {size:,} bytes"):
        import_model("iris", f"full://{saved}")
    assert list((store_home / "models").iterdir()) == []


def test_progress_counts_the_bytes_that_have_arrived(storage, saved):
    seen = []

    def progress(done, total):
        seen.append(done)
        Slow.arrived.set()

    model = import_model("iris", f"slow://{saved}", progress=progress)
    assert seen == sorted(seen)
    assert len(set(seen)) > 3
    assert (seen[0], seen[-1]) == (0, model.size)


def test_an_error_of_the_progress_stops_the_download(storage, saved, store_home):
    def progress(done, total):
        raise RuntimeError("the widget is gone")

    with pytest.raises(ImportFailed, match="the widget is gone"):
        import_model("iris", f"slow://{saved}", progress=progress)
    assert list((store_home / ".bentobook" / "staging").iterdir()) == []


def test_a_storage_without_a_model_is_not_fetched(storage, tmp_path):
    (tmp_path / "data.csv").write_text("a\n1\n")
    with pytest.raises(ImportFailed, match="is not a MLflow model"):
        import_model("iris", f"full://{tmp_path}")


def test_what_cannot_be_read_here_is_said(saved, tmp_path):
    shutil.copytree(saved, tmp_path / "model")
    (tmp_path / "model" / "pipe").symlink_to(tmp_path / "gone")
    with pytest.raises(ImportFailed, match="Cannot import"):
        import_model("iris", tmp_path / "model")
