"""The form and the monitor in a real JupyterLab: clicked, and moving while a cell keeps the kernel busy."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat
import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Page

SETUP = """
%load_ext bentobook
import pathlib, threading, time
import pandas as pd
import bentobook
from bentobook import io

class Iris(bentobook.Runnable):
    @bentobook.Runnable.method(batchable=True)
    def score(self, rows):
        time.sleep(0.01)
        return [{"setosa": 0.9, "versicolor": 0.1} for _ in rows]

X = pd.DataFrame({"sepal length": [5.1, 6.2], "petal width": [0.2, 1.8]})
runner = bentobook.Runner(Iris, name="iris")
svc = bentobook.Service("flowers", runners=[runner])

@svc.api(input=io.PandasDataFrame.from_sample(X[:1]), output=io.JSON())
def classify(df):
    return runner.score.run(df.values.tolist())

@svc.api(input=io.Text(), output=io.Text())
def shout(said):
    return said.upper()

svc.start()
"""
# Eight callers keep the runner busy and this cell the kernel, until the test lets go.
BLOCK = """
go_on = pathlib.Path("go-on")
def ask():
    while not go_on.exists():
        runner.score.run([[1.0, 2.0]])
callers = [threading.Thread(target=ask) for _ in range(8)]
for each in callers: each.start()
for each in callers: each.join()
"""
CELLS = [
    SETUP,
    "%bento_try svc",
    "%bento_monitor svc",
    BLOCK,
    "%bento_loadtest svc.classify X[:1] --rps 20,40,80 --for 500ms",
    "bentobook.widgets.StoreBrowser()",
]
FORM, MONITOR, BLOCKING = 1, 2, 3
MOVED = "before => document.querySelector('.bentobook-monitor .bb-body').textContent !== before"
CELL_DONE = """at => {
  const cell = window.jupyterapp.shell.currentWidget.content.widgets[at];
  return cell.model.executionCount !== null && cell.model.executionState !== 'running';
}"""
OUTPUT = "at => window.jupyterapp.shell.currentWidget.content.widgets[at].model.outputs.get(0).toJSON().data"


@pytest.fixture
def shots() -> Path:
    """Where screenshots go, for a person to look at."""
    folder = Path(os.environ.get("BENTOBOOK_SHOTS", Path(__file__).parent / "shots"))
    folder.mkdir(exist_ok=True, parents=True)
    return folder


@pytest.fixture
def notebook(lab_folder: Path, open_notebook: Callable[[str], Page]) -> Page:
    cells = [nbformat.v4.new_code_cell(source.strip()) for source in CELLS]
    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel}), lab_folder / "live.ipynb")
    page = open_notebook("live.ipynb")
    for at in range(BLOCKING):
        _run(page, at)
        page.wait_for_function(CELL_DONE, arg=at, timeout=60_000)
    return page


def _run(page: Page, at: int) -> None:
    """Run a cell without waiting for it; a click into an output has chosen that cell, so the one meant is chosen."""
    page.evaluate(
        """at => {
          window.jupyterapp.shell.currentWidget.content.activeCellIndex = at;
          window.jupyterapp.commands.execute('notebook:run-cell-and-select-next');
        }""",
        at,
    )


def _theme(page: Page, name: str, light: str) -> None:
    page.evaluate("theme => window.jupyterapp.commands.execute('apputils:change-theme', {theme})", f"JupyterLab {name}")
    page.wait_for_function("light => document.body.dataset.jpThemeLight === light", arg=light)
    page.locator("#jupyterlab-splash").wait_for(state="detached")


def test_the_form_answers_clicks_and_the_monitor_moves_while_a_cell_blocks(
    notebook: Page, lab_folder: Path, shots: Path
) -> None:
    page = notebook
    form, monitor = page.locator(".bentobook-tester"), page.locator(".bentobook-monitor")

    expect(form.locator("meter")).to_have_count(2)
    form.get_by_label("sepal length").fill("7.5")
    form.get_by_role("button", name="Send").click()
    form.get_by_role("tab", name="history (2)").click()
    expect(form.locator("td", has_text="7.5")).to_be_visible()
    form.get_by_role("tab", name="curl").click()
    expect(form.locator("pre", has_text="curl -X POST").first).to_be_visible()
    form.get_by_role("tab", name="answer").click()

    _run(page, BLOCKING)
    page.wait_for_function("document.querySelectorAll('.bentobook-monitor svg g').length > 20")
    form.get_by_role("button", name="Send").click()
    form.get_by_role("button", name="Send").click()
    for _ in range(3):
        page.wait_for_function(MOVED, arg=monitor.locator(".bb-body").text_content())
    assert not page.evaluate(CELL_DONE, BLOCKING)
    expect(monitor).to_contain_text("iris.score")
    expect(monitor.locator("svg title").last).to_contain_text("requests; the first waited")
    page.screenshot(path=shots / "monitor-light.png")
    _theme(page, "Dark", "false")
    page.screenshot(path=shots / "monitor-dark.png")

    (lab_folder / "go-on").touch()
    page.wait_for_function(CELL_DONE, arg=BLOCKING, timeout=60_000)
    expect(form.get_by_role("tab", name="history (4)")).to_be_visible()
    monitor.get_by_role("button", name="Stop").click()
    still = page.get_by_role("img", name="Rows of the last 60 batches of iris.score")
    expect(still).to_be_visible()
    expect(monitor).to_have_count(0)
    left = page.evaluate(OUTPUT, MONITOR)
    assert sorted(left) == ["text/html", "text/plain"]

    for at in (4, 5):
        _run(page, at)
        page.wait_for_function(CELL_DONE, arg=at, timeout=60_000)
    expect(page.get_by_role("img", name="99th percentile of latency")).to_be_visible()
    expect(page.locator(".bentobook-store")).to_be_visible()
    page.screenshot(path=shots / "loadtest-dark.png")
    _theme(page, "Light", "true")
    page.screenshot(path=shots / "loadtest-light.png")
