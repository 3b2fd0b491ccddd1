"""Fixtures that many tests share: a fresh store, a quick and silent MLflow."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

# Set before anything imports MLflow: it reads some of them once.
os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
os.environ.setdefault("MLFLOW_SKIP_PIP_REQUIREMENTS_CHECK", "true")
os.environ.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")
os.environ.setdefault("OMP_NUM_THREADS", "1")


@pytest.fixture(autouse=True)
def store_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give each test its own store and its own settings; nothing of the person who runs the tests is touched."""
    home = tmp_path / "bentoml"
    monkeypatch.setenv("BENTOML_HOME", str(home))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("BENTOBOOK_FSYNC", "0")
    for name in ("BENTOBOOK_TRUST", "MLFLOW_TRACKING_URI", "MLFLOW_REGISTRY_URI"):
        monkeypatch.delenv(name, raising=False)
    return home


@pytest.fixture(scope="session")
def empty_tracking_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make an empty tracking database once: MLflow needs seconds for its migrations, and a copy needs none."""
    import mlflow

    file = tmp_path_factory.mktemp("tracking") / "mlflow.db"
    mlflow.MlflowClient(f"sqlite:///{file}").search_experiments()
    return file


@pytest.fixture
def tracking(tmp_path: Path, empty_tracking_database: Path) -> Iterator[str]:
    """Point MLflow at an empty tracking store of its own and give its URI."""
    import mlflow

    shutil.copyfile(empty_tracking_database, tmp_path / "mlflow.db")
    uri = f"sqlite:///{tmp_path}/mlflow.db"
    mlflow.set_tracking_uri(uri)
    mlflow.set_registry_uri(uri)
    artifacts = (tmp_path / "artifacts").as_uri()
    mlflow.set_experiment(experiment_id=mlflow.create_experiment("test", artifact_location=artifacts))
    yield uri
    while mlflow.active_run():
        mlflow.end_run()
    forget_tracking()


def forget_tracking() -> None:
    """Take back what a test told MLflow, so that the next one finds it as a fresh kernel does."""
    import mlflow
    from mlflow.tracking import fluent

    mlflow.set_tracking_uri(None)
    mlflow.set_registry_uri(None)
    fluent._active_experiment_id = None
    os.environ.pop("MLFLOW_EXPERIMENT_ID", None)
