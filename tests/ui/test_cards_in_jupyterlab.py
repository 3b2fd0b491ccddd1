"""The cards in a real JupyterLab, in both themes."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat
import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

CELLS = [
    """
import logging, os
os.environ["MLFLOW_SKIP_PIP_REQUIREMENTS_CHECK"] = "true"
import mlflow
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
logging.getLogger("alembic").setLevel(logging.WARNING)
logging.getLogger("mlflow").setLevel(logging.ERROR)
X, y = load_iris(return_X_y=True, as_frame=True)
with mlflow.start_run(run_name="first-try") as run:
    clf = LogisticRegression(max_iter=500).fit(X, y)
    mlflow.log_metric("accuracy", clf.score(X, y))
    info = mlflow.sklearn.log_model(
        clf, name="model", input_example=X.head(2), pip_requirements=["scikit-learn", "not-a-package-here"],
        serialization_format="cloudpickle",
    )
""",
    "%load_ext bentobook",
    "%bento_import iris {info.model_uri} --methods predict,predict_proba",
    "%bento_models",
    "%bento_import nobody models:/nobody@champion",
    "%bento_doctor",
    "runner = %bento_runner iris --batchable --methods predict\nrunner",
    """
alone = %bento_runner iris --name alone --methods predict_proba
_ = [runner.run(X.head(n)) for n in range(1, 30)], [alone.run(X.head(1)) for _ in range(9)]
runner.stats()
""",
    "runner.stats().plot(alone.stats())",
    "%bento_ps",
]


@pytest.fixture
def shots() -> Path:
    """Where screenshots go, for a person to look at."""
    folder = Path(os.environ.get("BENTOBOOK_SHOTS", Path(__file__).parent / "shots"))
    folder.mkdir(exist_ok=True, parents=True)
    return folder


def _notebook(folder: Path) -> str:
    cells = [nbformat.v4.new_code_cell(source.strip()) for source in CELLS]
    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel}), folder / "cards.ipynb")
    return "cards.ipynb"


def test_the_cards_show_in_both_themes(lab_folder: Path, open_notebook: Callable[[str], Page], shots: Path) -> None:
    page = open_notebook(_notebook(lab_folder))

    # An error must not keep the later cells from running: each is run by itself.
    for at in range(len(CELLS)):
        page.evaluate("window.jupyterapp.commands.execute('notebook:run-cell-and-select-next')")
        page.wait_for_function(_CELL_DONE, arg=at, timeout=120_000)

    card = page.locator(".bb").first
    card.scroll_into_view_if_needed()
    assert card.get_by_text("sepal length (cm)").first.is_visible()
    assert "runs code" in card.inner_text()
    assert card.locator("td").first.evaluate("cell => getComputedStyle(cell).textAlign") in ("left", "start")
    assert page.locator(".bb").count() >= 2
    page.screenshot(path=shots / "cards-light.png")
    runner = page.locator(".bb", has_text="runner of iris:")
    assert "batches of any size" in runner.inner_text()
    picture = page.locator(".jp-OutputArea-output img")
    picture.scroll_into_view_if_needed()
    assert picture.evaluate("image => image.naturalWidth") > 500
    page.screenshot(path=shots / "runner-light.png")
    page.evaluate("window.jupyterapp.commands.execute('apputils:change-theme', {theme: 'JupyterLab Dark'})")
    page.wait_for_function("document.body.dataset.jpThemeLight === 'false'")
    page.locator("#jupyterlab-splash").wait_for(state="detached")
    page.screenshot(path=shots / "runner-dark.png")
    card.scroll_into_view_if_needed()
    page.screenshot(path=shots / "cards-dark.png")
    background = card.evaluate("element => getComputedStyle(element).backgroundColor")
    assert background != "rgb(255, 255, 255)"


# A cell is done when it has its execution count, which the kernel gives at the end.
_CELL_DONE = """at => {
  const panel = window.jupyterapp.shell.currentWidget;
  const cell = panel.content.widgets[at];
  return cell.model.executionCount !== null && cell.model.executionState !== 'running';
}"""
