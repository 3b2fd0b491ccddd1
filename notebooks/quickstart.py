"""Run ``01_quickstart.ipynb`` in a temporary folder and say what it did: ``make quickstart``.

The store and the tracking database lie in that folder, so nothing of yours is touched.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

HERE = Path(__file__).parent
NAME = "01_quickstart.ipynb"


def main() -> int:
    """Execute the notebook, print each step with its result, and name the file that holds it all."""
    folder = Path(tempfile.mkdtemp(prefix="bentobook-quickstart-"))
    os.environ["BENTOML_HOME"] = str(folder / "bentoml")
    os.environ["MLFLOW_TRACKING_URI"] = f"sqlite:///{folder / 'mlflow.db'}"
    executed = folder / NAME
    shutil.copy(HERE / NAME, executed)
    notebook = nbformat.read(executed, as_version=4)
    client = NotebookClient(
        notebook,
        timeout=600,
        kernel_name="python3",
        resources={"metadata": {"path": str(folder)}},
        extra_arguments=["--log-level=40"],  # a kernel on loopback warns that it is not encrypted
    )
    started = time.monotonic()
    try:
        with client.setup_kernel():
            for index, cell in enumerate(notebook.cells):
                _run(client, index, cell)
    except CellExecutionError as error:
        print(error, file=sys.stderr)
        return 1
    finally:
        nbformat.write(notebook, executed)
    print(f"\nDone in {time.monotonic() - started:.0f} s. The executed notebook: {executed}")
    print("`make lab` opens the notebooks in JupyterLab.")
    return 0


def _run(client: NotebookClient, index: int, cell: nbformat.NotebookNode) -> None:
    if cell.cell_type == "markdown":
        title = next((line for line in cell.source.splitlines() if line.startswith("#")), "")
        if title:
            print(f"\n{title.lstrip('# ')}", flush=True)
        return
    client.execute_cell(cell, index)
    for output in cell.outputs:
        text = output.get("data", {}).get("text/plain") or (
            output.get("text") if output.get("name") == "stdout" else ""
        )
        if text:
            print("  " + str(text).rstrip().replace("\n", "\n  "), flush=True)


if __name__ == "__main__":
    sys.exit(main())
