"""A real JupyterLab and a real Chromium, one of each for all browser tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import jupyter_lab
import pytest
from jupyter_lab import Lab

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    path = jupyter_lab.chromium()
    if path is None:
        pytest.skip("Chromium is not installed: apt-get install chromium")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=jupyter_lab.FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    with jupyter_lab.lab_server(tmp_path_factory.mktemp("lab")) as running:
        yield running


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
