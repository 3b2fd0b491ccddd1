"""A real JupyterLab server on a free loopback port with folders of its own, and the Chromium that looks at it."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import servers

ROOT = Path(__file__).parents[2]
START_LIMIT = 120
# Without the flags against background work Chromium asks hosts of its maker at every start.
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


@dataclass
class Lab:
    """A running JupyterLab server, which serves Notebook 7 too: its address, its token, the folder that it shows."""

    url: str
    token: str
    folder: Path


def chromium() -> str | None:
    """Return the Chromium of this machine."""
    found = map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))
    return next((path for path in found if path), None)


@contextlib.contextmanager
def lab_server(folder: Path) -> Iterator[Lab]:
    """Run a server in an empty folder; the store is ``bentoml`` in it."""
    work = folder / "work"
    work.mkdir()
    port, token = servers.free_port(), secrets.token_hex(16)
    command = [
        sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1", f"--port={port}",
        "--ServerApp.port_retries=0", f"--IdentityProvider.token={token}", f"--ServerApp.root_dir={work}",
        "--LabApp.expose_app_in_browser=True", "--JupyterNotebookApp.expose_app_in_browser=True",
    ]  # fmt: skip
    with (folder / "server.log").open("wb") as log:
        server = subprocess.Popen(
            command, cwd=work, env=_environment(folder), stdout=log, stderr=log, start_new_session=True
        )
    try:
        _wait_until_ready(f"http://127.0.0.1:{port}/api", server, folder / "server.log")
        yield Lab(f"http://127.0.0.1:{port}", token, work)
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(30)


def _environment(folder: Path) -> dict[str, str]:
    settings = folder / "settings"
    news = settings / "@jupyterlab" / "apputils-extension" / "notification.jupyterlab-settings"
    news.parent.mkdir(parents=True)
    news.write_text(json.dumps({"fetchNews": "false", "checkForUpdates": False}))
    places = {
        "JUPYTER_CONFIG_DIR": "config", "JUPYTER_DATA_DIR": "data", "JUPYTER_RUNTIME_DIR": "runtime",
        "JUPYTERLAB_WORKSPACES_DIR": "workspaces", "IPYTHONDIR": "ipython", "BENTOML_HOME": "bentoml",
    }  # fmt: skip
    own = {name: str(folder / place) for name, place in places.items()}
    path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep)
    own |= _sidebar_of_this_checkout(folder)
    return {**os.environ, **own, "JUPYTERLAB_SETTINGS_DIR": str(settings), "PYTHONPATH": path}


def _sidebar_of_this_checkout(folder: Path) -> dict[str, str]:
    """Show the sidebar as it is here, whatever was built when the environment was made."""
    extensions = folder / "share" / "labextensions" / "@bentobook"
    extensions.mkdir(parents=True)
    extensions.joinpath("labextension").symlink_to(ROOT / "bentobook" / "labextension")
    enabled = folder / "etc" / "jupyter_server_config.d"
    enabled.mkdir(parents=True)
    shutil.copyfile(ROOT / "bentobook" / "lab" / "enable.json", enabled / "bentobook.json")
    return {"JUPYTER_PATH": str(folder / "share"), "JUPYTER_CONFIG_PATH": str(folder / "etc")}


def _wait_until_ready(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_LIMIT
    while time.monotonic() < deadline:
        if server.poll() is not None:
            break
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            # The server gives no event when it listens: ask again, without busy looping.
            with contextlib.suppress(subprocess.TimeoutExpired):
                server.wait(0.3)
    raise RuntimeError(f"JupyterLab did not start:\n{log.read_text()[-2000:]}")
