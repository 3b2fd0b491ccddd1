"""A real JupyterLab and a real Chromium, one of each for all browser tests."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).parents[2]
# Without the flags against background work Chromium asks hosts of its maker at every start.
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


@dataclass
class Lab:
    """A running JupyterLab server, its folder and what its pages complained about."""

    url: str
    token: str
    folder: Path


def _chromium() -> str:
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    pytest.skip("Chromium is not installed: apt-get install chromium")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=_chromium(), args=FLAGS)
        yield chromium
        chromium.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


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
    # The sidebar of this checkout, whatever was built when the environment was made.
    extensions = folder / "share" / "labextensions" / "@bentobook"
    extensions.mkdir(parents=True)
    extensions.joinpath("labextension").symlink_to(ROOT / "bentobook" / "labextension")
    enabled = folder / "etc" / "jupyter_server_config.d"
    enabled.mkdir(parents=True)
    shutil.copyfile(ROOT / "bentobook" / "lab" / "enable.json", enabled / "bentobook.json")
    own |= {"JUPYTER_PATH": str(folder / "share"), "JUPYTER_CONFIG_PATH": str(folder / "etc")}
    path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep)
    return {**os.environ, **own, "JUPYTERLAB_SETTINGS_DIR": str(settings), "PYTHONPATH": path}


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    folder = tmp_path_factory.mktemp("lab")
    work = folder / "work"
    work.mkdir()
    port, token = _free_port(), secrets.token_hex(16)
    command = [
        sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1", f"--port={port}",
        "--ServerApp.port_retries=0", f"--IdentityProvider.token={token}", f"--ServerApp.root_dir={work}",
        "--LabApp.expose_app_in_browser=True",
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


def _wait_until_ready(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 120
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
    pytest.fail(f"JupyterLab did not start:\n{log.read_text()[-2000:]}")


@pytest.fixture
def lab_folder(lab: Lab) -> Path:
    """The folder that the server shows: put notebooks here."""
    return lab.folder


@pytest.fixture
def page(browser: Browser, lab: Lab) -> Iterator[Page]:
    """A page that must end without console errors, failed requests or requests off this machine."""
    context = browser.new_context(viewport={"width": 1280, "height": 1400})
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
    page.on("response", lambda r: complaints.append(f"{r.status} {r.url}") if r.status >= 400 else None)
    page.on("request", lambda r: complaints.append(f"off loopback: {r.url}") if _is_remote(r.url) else None)
    yield page
    context.close()
    assert not complaints


def _is_remote(url: str) -> bool:
    return url.startswith(("http:", "https:", "ws:", "wss:")) and "://127.0.0.1" not in url


@pytest.fixture
def open_notebook(page: Page, lab: Lab) -> Callable[[str], Page]:
    """Open a notebook of the lab's folder in a fresh workspace and wait for its kernel."""

    def open_it(name: str) -> Page:
        page.goto(f"{lab.url}/lab/tree/{name}?token={lab.token}&reset")
        page.get_by_text("Python 3 (ipykernel) | Idle").wait_for(timeout=90_000)
        return page

    return open_it
