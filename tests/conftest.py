"""Fixtures that many tests share: a fresh store, a quick and silent MLflow."""

from __future__ import annotations

import os
import shutil
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import mlflow_state
import pytest
import servers

from bentobook.store import trust

# A shell that starts a job in the background lets it ignore Ctrl-C, and a child inherits that; the tests that interrupt
# a child need the usual answer.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN and threading.current_thread() is threading.main_thread():
    signal.signal(signal.SIGINT, signal.default_int_handler)

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


@pytest.fixture(autouse=True)
def a_process_that_noticed_nothing_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let each test be told of code that runs, as a fresh process is: the notice comes once per content and process."""
    monkeypatch.setattr(trust, "_noticed", set())
    monkeypatch.setattr(trust, "_own", set())


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
    with mlflow_state.tracking_at(f"sqlite:///{tmp_path}/mlflow.db") as uri:
        artifacts = (tmp_path / "artifacts").as_uri()
        mlflow.set_experiment(experiment_id=mlflow.create_experiment("test", artifact_location=artifacts))
        yield uri


@pytest.fixture(scope="session")
def tracking_server(tmp_path_factory: pytest.TempPathFactory, empty_tracking_database: Path) -> Iterator[str]:
    """Run one tracking server, with registry and artifacts, for all tests that want one."""
    folder = tmp_path_factory.mktemp("server")
    shutil.copyfile(empty_tracking_database, folder / "mlflow.db")
    with servers.tracking_server(folder, folder / "mlflow.db") as uri:
        yield uri


@pytest.fixture
def on_server(tracking_server: str) -> Iterator[str]:
    """Point MLflow at the tracking server for one test and give its URI."""
    with mlflow_state.tracking_at(tracking_server):
        yield tracking_server


@pytest.fixture(scope="session")
def s3_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run one S3 server for all tests that want one."""
    with servers.s3_server(tmp_path_factory.mktemp("s3")) as address:
        yield address
