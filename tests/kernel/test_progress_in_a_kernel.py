"""The progress line of an import: in time, to the end, and gone from what is saved."""

from __future__ import annotations

import nbformat
import pytest
from nbclient import NotebookClient

from .conftest import Kernel, environment


def texts(messages):
    kinds = ("display_data", "update_display_data")
    return [m["content"]["data"]["text/plain"] for m in messages if m["msg_type"] in kinds]


def test_a_line_appears_within_half_a_second_while_mlflow_is_still_being_imported(tmp_path, artifact_server):
    kernel = Kernel(tmp_path)
    try:
        kernel.run("%load_ext bentobook")
        started = kernel.start(f"m = %bento_import iris {artifact_server.uri}")
        messages = []
        for message in kernel.messages(started):
            messages.append(message)
            if any(" of " in text for text in texts([message])):
                artifact_server.released.set()
        assert kernel.reply(started)["status"] == "ok"
    finally:
        kernel.close()
    lines = texts(messages)
    first = next(m for m in messages if m["msg_type"] == "display_data")
    assert (first["header"]["date"] - messages[0]["header"]["date"]).total_seconds() < 0.5
    assert lines[0].startswith("iris ← http://127.0.0.1")
    assert "starting" in lines[0]
    assert "100 %" in lines[-1]
    assert [m["msg_type"] for m in messages if m["msg_type"] in ("display_data", "clear_output")] == [
        "display_data",
        "clear_output",
    ]


def test_an_interrupt_while_mlflow_is_being_imported_does_not_break_mlflow(tmp_path, model_folder):
    kernel = Kernel(tmp_path)
    try:
        kernel.run("%load_ext bentobook")
        started = kernel.start("%bento_import iris models:/iris/1")
        for message in kernel.messages(started):
            if message["msg_type"] == "display_data":
                assert "starting" in message["content"]["data"]["text/plain"]
                kernel.interrupt()
        assert kernel.reply(started)["ename"] == "KeyboardInterrupt"
        ran = kernel.run(f"%bento_import -q iris {model_folder}\n%bento_load --flavor native iris")
    finally:
        kernel.close()
    assert not ran.of_type("error")
    assert ran.shown["text/plain"] == "LogisticRegression(max_iter=500)"


class Notebook(NotebookClient):
    """Lets the artifact server go on when the progress line was seen."""

    def process_message(self, msg, cell, cell_index):
        if any(" of " in text for text in texts([msg])):
            self.seen = True
            self.server.released.set()
        return super().process_message(msg, cell, cell_index)


def executed(tmp_path, monkeypatch, artifact_server, source):
    """Run a notebook of one cell as nbval and nbconvert do."""
    for name, value in environment(tmp_path).items():
        monkeypatch.setenv(name, value)
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source.replace("URI", artifact_server.uri))])
    client = Notebook(notebook, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}})
    client.server, client.seen = artifact_server, False
    client.execute()
    return notebook, client.seen


@pytest.mark.parametrize(
    "source",
    ["%load_ext bentobook\n%bento_import iris URI", "%load_ext bentobook\nm = %bento_import iris URI\nm"],
    ids=["a statement", "an assignment"],
)
def test_what_is_saved_is_only_the_card(tmp_path, monkeypatch, artifact_server, source):
    notebook, seen = executed(tmp_path, monkeypatch, artifact_server, source)
    (output,) = notebook.cells[0].outputs
    assert seen
    assert output.output_type == "execute_result"
    assert "iris:" in output.data["text/html"]
    assert "widget" not in nbformat.writes(notebook)


def test_of_an_import_that_is_only_assigned_nothing_is_saved(tmp_path, monkeypatch, artifact_server):
    notebook, seen = executed(tmp_path, monkeypatch, artifact_server, "%load_ext bentobook\nm = %bento_import iris URI")
    assert seen
    assert notebook.cells[0].outputs == []


def test_an_earlier_output_of_the_cell_is_kept(tmp_path, monkeypatch, artifact_server):
    source = "%load_ext bentobook\nprint('accuracy 0.97')\n%bento_import iris URI"
    notebook, seen = executed(tmp_path, monkeypatch, artifact_server, source)
    first, *between, last = notebook.cells[0].outputs
    assert seen
    assert first.text == "accuracy 0.97\n"
    assert "iris:" in last.data["text/html"]
    assert not any(output.get("data", {}).get("text/plain") for output in between)
