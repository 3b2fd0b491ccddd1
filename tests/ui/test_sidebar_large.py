"""Ten thousand versions in the sidebar."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import many_versions
import pytest
import sidebar_speed

if TYPE_CHECKING:
    from playwright.sync_api import Page

N_VERSIONS = 10_000
# The aim is one second, and benchmarks/sidebar.py says how much is needed; a busy machine gets more.
FIRST_PAINT_MS = 4_000
SET = """home => fetch('/bentobook/api/place', {
  method: 'PUT',
  headers: {'X-XSRFToken': document.cookie.match(/_xsrf=([^;]*)/)[1]},
  body: JSON.stringify({home}),
}).then(answer => answer.status)"""


@pytest.fixture
def large(page: Page, lab: Any) -> Iterator[Page]:
    """A page whose server shows a large store, already read once."""
    with tempfile.TemporaryDirectory() as folder:
        many_versions.write(Path(folder), N_VERSIONS)
        page.goto(f"{lab.url}/lab?token={lab.token}&reset")
        page.wait_for_function("window.jupyterapp", timeout=90_000)
        assert page.evaluate(SET, folder) == 200
        assert page.evaluate("fetch('/bentobook/api/models').then(answer => answer.status)") == 200
        yield page
        assert page.evaluate(SET, "") == 200


def test_the_panel_comes_soon_and_scrolls_without_gaps(large: Page) -> None:
    shown_after = sidebar_speed.open_panel(large)
    sidebar_speed.filter_for(large, "team=tabular")
    scrolled = sidebar_speed.scroll(large, steps=60)

    assert shown_after < FIRST_PAINT_MS
    assert scrolled["missing"] == 0
    assert scrolled["rows"] > N_VERSIONS
    assert scrolled["elements"] < 120
