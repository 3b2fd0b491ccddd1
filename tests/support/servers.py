"""Real servers on free loopback ports: MLflow's tracking server with its registry, and an S3 server."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

START_LIMIT = 150  # seconds; the tracking server imports all of MLflow, three times
STOP_LIMIT = 2


def free_port() -> int:
    """Return a port that was free a moment ago."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@contextmanager
def tracking_server(folder: Path, database: Path) -> Iterator[str]:
    """Run ``mlflow server`` on a database of its own, which serves artifacts too, and give its URI."""
    port = free_port()
    command = [sys.executable, "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", str(port), "--workers", "1"]
    store = ["--backend-store-uri", f"sqlite:///{database}", "--artifacts-destination", str(folder / "artifacts")]
    scripts = str(Path(sys.executable).parent)  # where uvicorn lies, which MLflow looks up on the PATH
    environment = {
        **os.environ,
        "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}",
        "MLFLOW_DISABLE_TELEMETRY": "true",
    }
    for name in ("MLFLOW_TRACKING_URI", "MLFLOW_REGISTRY_URI", "MLFLOW_EXPERIMENT_ID"):
        environment.pop(name, None)
    with _process([*command, *store], folder, environment) as process:
        _wait(process, f"http://127.0.0.1:{port}/health", folder)
        yield f"http://127.0.0.1:{port}"


@contextmanager
def s3_server(folder: Path) -> Iterator[str]:
    """Run moto's S3 server and give its address."""
    port = free_port()
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    with _process(command, folder, dict(os.environ)) as process:
        _wait(process, f"http://127.0.0.1:{port}/moto-api/", folder)
        yield f"http://127.0.0.1:{port}"


@contextmanager
def serving(command: list[str], folder: Path, environment: dict[str, str]) -> Iterator[str]:
    """Run a server of predictions, tell it its port, and give its address once its models are loaded."""
    port = free_port()
    with _process([*command, "--host", "127.0.0.1", "--port", str(port)], folder, environment) as process:
        _wait(process, f"http://127.0.0.1:{port}/readyz", folder)
        yield f"http://127.0.0.1:{port}"


@contextmanager
def _process(command: list[str], folder: Path, environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
        )
        try:
            yield process
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(STOP_LIMIT)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def _wait(process: subprocess.Popen[bytes], url: str, folder: Path) -> None:
    """Wait until a server answers; what it printed is told when it does not."""
    end = time.monotonic() + START_LIMIT
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError((folder / "server.log").read_text("utf-8", "replace")[-3000:])
