"""A real kernel in a process of its own, with a store of its own; and an artifact server that waits."""

from __future__ import annotations

import json
import os
import signal
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from jupyter_client import BlockingKernelClient, KernelManager

ROOT = Path(__file__).parents[2]
PATIENCE = 90


@dataclass
class Ran:
    """What a cell wrote, and how it ended."""

    reply: dict[str, Any]
    messages: list[dict[str, Any]] = field(default_factory=list)

    def of_type(self, kind: str) -> list[dict[str, Any]]:
        return [message["content"] for message in self.messages if message["msg_type"] == kind]

    @property
    def printed(self) -> str:
        return "".join(content["text"] for content in self.of_type("stream"))

    @property
    def shown(self) -> dict[str, str]:
        (content,) = self.of_type("execute_result")
        return content["data"]


class Kernel:
    """A kernel and its client."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.home = folder / "bentoml"
        self.manager = KernelManager(kernel_name="python3")
        self.manager.start_kernel(cwd=str(folder), env=environment(folder))
        self.client: BlockingKernelClient = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=PATIENCE)

    def start(self, cell: str, *, stdin: bool = False) -> str:
        return self.client.execute(cell, allow_stdin=stdin)

    def messages(self, of: str) -> Iterator[dict[str, Any]]:
        """Yield what a cell writes, until it is idle."""
        while True:
            message = self.client.get_iopub_msg(timeout=PATIENCE)
            if message["parent_header"].get("msg_id") != of:
                continue
            yield message
            if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
                return

    def reply(self, of: str) -> dict[str, Any]:
        while True:
            message = self.client.get_shell_msg(timeout=PATIENCE)
            if message["parent_header"].get("msg_id") == of:
                return message["content"]

    def run(self, cell: str) -> Ran:
        started = self.start(cell)
        messages = list(self.messages(started))
        return Ran(self.reply(started), messages)

    def interrupt(self) -> None:
        os.kill(self.manager.provisioner.pid, signal.SIGINT)

    def restart(self) -> None:
        self.manager.restart_kernel(now=True)
        self.client.wait_for_ready(timeout=PATIENCE)
        self.run("%load_ext bentobook")

    def close(self) -> None:
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)


def environment(folder: Path) -> dict[str, str]:
    """Give a kernel its own store, settings and history."""
    return {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "BENTOML_HOME": str(folder / "bentoml"),
        "XDG_CONFIG_HOME": str(folder / "config"),
        "IPYTHONDIR": str(folder / "ipython"),
        "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
        "BENTOBOOK_FSYNC": "0",
    }


@pytest.fixture(scope="module")
def kernel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kernel]:
    kernel = Kernel(tmp_path_factory.mktemp("kernel"))
    assert kernel.run("%load_ext bentobook").reply["status"] == "ok"
    yield kernel
    kernel.close()


@pytest.fixture
def own_kernel(tmp_path: Path) -> Iterator[Kernel]:
    """Start a kernel for one test, which may restart or kill it."""
    kernel = Kernel(tmp_path)
    assert kernel.run("%load_ext bentobook").reply["status"] == "ok"
    yield kernel
    kernel.close()


@pytest.fixture(scope="session")
def model_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Save a small scikit-learn model."""
    import mlflow
    from sklearn.datasets import load_iris
    from sklearn.linear_model import LogisticRegression

    table, y = load_iris(return_X_y=True, as_frame=True)
    folder = tmp_path_factory.mktemp("saved") / "my_model"
    mlflow.sklearn.save_model(
        LogisticRegression(max_iter=500).fit(table, y),
        folder,
        input_example=table.head(2),
        pip_requirements=["scikit-learn"],
    )
    return folder


class ArtifactServer:
    """MLflow's artifact server for one model: it lists at once, but holds back the end of each file until told."""

    def __init__(self, model: Path) -> None:
        self.released = threading.Event()
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                if parts.path.endswith("/artifacts"):
                    self.send(json.dumps({"files": server.listing(parse_qs(parts.query))}).encode())
                else:
                    self.send((model / parts.path.partition("/artifacts/model/")[2]).read_bytes(), slow=True)

            def send(self, body: bytes, *, slow: bool = False) -> None:
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                half = len(body) // 2 if slow else len(body)
                self.wfile.write(body[:half])
                self.wfile.flush()
                if slow:
                    server.released.wait(PATIENCE)
                self.wfile.write(body[half:])

            def log_message(self, *_: object) -> None:
                pass

        self.model = model
        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        threading.Thread(target=self.http.serve_forever, daemon=True).start()
        self.uri = f"http://127.0.0.1:{self.http.server_port}/api/2.0/mlflow-artifacts/artifacts/model"

    def listing(self, query: dict[str, list[str]]) -> list[dict[str, object]]:
        below = query.get("path", [""])[0].removeprefix("model").strip("/")
        return [
            {"path": entry.name, "is_dir": entry.is_dir(), "file_size": entry.stat().st_size}
            for entry in sorted((self.model / below).iterdir())
        ]

    def close(self) -> None:
        self.released.set()
        self.http.shutdown()
        self.http.server_close()


@pytest.fixture
def artifact_server(model_folder: Path) -> Iterator[ArtifactServer]:
    server = ArtifactServer(model_folder)
    yield server
    server.close()
