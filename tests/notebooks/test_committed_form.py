"""The tutorials are read on code hosts, in reviews and in diffs: they are committed in one clean form."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))
_TAGS = {"raises-exception", "nbval-ignore-output"}


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def notebook(request: pytest.FixtureRequest) -> nbformat.NotebookNode:
    return nbformat.read(request.param, as_version=4)


def test_a_notebook_has_no_widget_state_and_ran_once_from_top_to_bottom(notebook: nbformat.NotebookNode) -> None:
    counts = [cell.execution_count for cell in notebook.cells if cell.cell_type == "code"]

    assert "widgets" not in notebook.metadata
    assert counts == list(range(1, len(counts) + 1))


def test_a_notebook_starts_with_its_title(notebook: nbformat.NotebookNode) -> None:
    assert notebook.cells[0].cell_type == "markdown"
    assert notebook.cells[0].source.startswith("# ")


def test_the_outputs_are_there_and_are_no_unexpected_errors(notebook: nbformat.NotebookNode) -> None:
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    failed = [
        cell.source
        for cell in cells
        if any(output.output_type == "error" for output in cell.outputs)
        and "raises-exception" not in cell.metadata.get("tags", [])
    ]

    assert any(cell.outputs for cell in cells)
    assert not failed


def test_every_rich_output_has_a_plain_twin(notebook: nbformat.NotebookNode) -> None:
    bundles = [output.data for cell in notebook.cells for output in cell.get("outputs", []) if "data" in output]

    assert all("text/plain" in bundle for bundle in bundles)


def test_cells_are_short_and_the_tags_are_known(notebook: nbformat.NotebookNode) -> None:
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]

    assert all(len(cell.source.splitlines()) <= 20 for cell in code)
    assert {tag for cell in code for tag in cell.metadata.get("tags", [])} <= _TAGS
