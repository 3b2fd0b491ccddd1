from __future__ import annotations

import json
import os
import pty
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Save a real model with MLflow."""
    import mlflow.sklearn
    from mlflow.models import infer_signature
    from sklearn.linear_model import LogisticRegression

    folder = tmp_path_factory.mktemp("saved") / "model"
    mlflow.sklearn.save_model(
        LogisticRegression().fit([[0.0], [1.0]], [0, 1]),
        folder,
        serialization_format="cloudpickle",
        signature=infer_signature([0.5], ["no"]),
        pip_requirements=["scikit-learn"],
    )
    return folder


def test_a_pipeline_gets_the_tag_on_stdout_and_nothing_else(program, saved: Path) -> None:
    outcome = program("mlflow", "import", "iris:v1", saved, "--reuse", "-o", "tag")

    assert (outcome.code, outcome.out, outcome.err) == (0, "iris:v1\n", "")


def test_an_import_needs_no_ipython(saved: Path) -> None:
    code = (
        "import sys\nsys.modules['IPython'] = None\nfrom bentobook.cli.main import run\n"
        f"sys.exit(run(['mlflow', 'import', 'iris:v1', {str(saved)!r}]))"
    )

    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False)

    assert done.returncode == 0


def test_labels_methods_and_batching_are_recorded(cli, saved: Path) -> None:
    line = ["--label", "team=botany", "--label", "stage=a=b", "--methods", "predict, predict_proba", "--batchable"]

    record = json.loads(cli("mlflow", "import", "iris:v1", saved, *line, "-o", "json").out)

    assert record["labels"] == {"team": "botany", "stage": "a=b"}
    assert {name: each["batchable"] for name, each in record["bentobook"]["methods"].items()} == {
        "predict": True,
        "predict_proba": True,
    }
    assert isinstance(record["size"], int)


def test_batchable_alone_means_predict(cli, saved: Path) -> None:
    record = json.loads(cli("mlflow", "import", "iris", saved, "--batchable", "-o", "json").out)

    assert record["signatures"]["predict"]["batchable"] is True


def test_reuse_gives_the_version_that_is_there(cli, saved: Path) -> None:
    first = cli("mlflow", "import", "iris", saved)
    second = cli("mlflow", "import", "iris", saved, "--reuse")
    third = cli("mlflow", "import", "iris", saved, "-o", "tag")

    tag = first.out.removesuffix(" imported.\n")
    assert second.out == f"{tag} is in the store already.\n"
    assert third.out.strip() not in tag


@pytest.mark.parametrize(("form", "part"), [("path", "models/iris/v1"), ("card", "a list of")], ids=["path", "card"])
def test_other_forms_of_the_result(cli, saved: Path, form: str, part: str) -> None:
    outcome = cli("mlflow", "import", "iris:v1", saved, "-o", form)

    assert outcome.code == 0
    assert "%bento" not in outcome.out
    if form == "path":
        assert outcome.out.endswith(f"{part}\n")
    else:
        assert "runs code on load" in outcome.out


def test_what_is_no_model_is_one_line_and_exit_code_1(cli, tmp_path: Path) -> None:
    (tmp_path / "README.md").touch()

    outcome = cli("mlflow", "import", "iris", tmp_path)

    assert (outcome.code, outcome.out, outcome.err.count("\n")) == (1, "", 1)
    assert "is not a MLflow model" in outcome.err


def test_a_version_that_is_there_is_an_error(cli, saved: Path) -> None:
    cli("mlflow", "import", "iris:v1", saved)

    outcome = cli("mlflow", "import", "iris:v1", saved)

    assert outcome.code == 1
    assert "already exists" in outcome.err


@pytest.mark.parametrize(
    "line", [["iris"], ["iris", "x", "--label", "team"], ["iris", "x", "--label", "=x"]], ids=" ".join
)
def test_a_line_that_cannot_be_understood_is_exit_code_2(cli, line: list[str]) -> None:
    assert cli("mlflow", "import", *line).code == 2


@pytest.mark.parametrize(
    ("number", "code", "words"),
    [(signal.SIGINT, 130, "Import cancelled, nothing stored."), (signal.SIGTERM, 143, "")],
    ids=["interrupt", "terminate"],
)
def test_an_import_shows_itself_and_can_be_stopped(store_home: Path, number: int, code: int, words: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        env = {**os.environ, "MLFLOW_TRACKING_URI": f"http://127.0.0.1:{server.getsockname()[1]}"}
        ours, theirs = pty.openpty()
        line = [sys.executable, "-m", "bentobook", "mlflow", "import", "iris", "runs:/f70af3b8/model"]
        with subprocess.Popen(line, stdout=theirs, stderr=theirs, cwd=ROOT, env=env) as process:
            os.close(theirs)
            server.settimeout(60)
            connection, _ = server.accept()  # the import waits for a tracking server that never answers
            process.send_signal(number)
            shown = _read_all(ours)
            process.wait(timeout=60)
        connection.close()

    assert process.returncode == code
    assert "iris ← runs:/f70af3b8/model" in shown
    assert words in shown
    assert not list(store_home.glob("models/iris/*"))
    assert not list(store_home.glob(".bentobook/staging/*"))


def _read_all(descriptor: int) -> str:
    """Read what a terminal was shown until its last writer closed it."""
    shown = b""
    while True:
        try:
            piece = os.read(descriptor, 4096)
        except OSError:  # how Linux says that the other side of a terminal is closed
            piece = b""
        if not piece:
            os.close(descriptor)
            return shown.decode()
        shown += piece
