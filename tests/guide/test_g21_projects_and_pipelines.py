"""G21: MLflow projects and pipelines: run a project, import from its run; an import is a step of a shell pipeline."""

import os
import subprocess
import sys
from pathlib import Path

import mlflow
import pytest

import bentobook as bentoml
from bentobook.errors import NotAnMLflowModel

TRAIN = """
import mlflow
import pandas as pd
from sklearn.linear_model import LogisticRegression

with mlflow.start_run():
    model = LogisticRegression().fit(pd.DataFrame({"a": [0.0, 1.0]}), [0, 1])
    mlflow.sklearn.log_model(model, name="model", pip_requirements=["mlflow"])
"""


@pytest.fixture
def project(tmp_path, tracking, monkeypatch):
    """Write a small MLproject; its entry point runs with the Python of the tests."""
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "train.py").write_text(TRAIN)
    main = f"main:\n    command: '{sys.executable} train.py'"
    (folder / "MLproject").write_text(f"name: flowers\nentry_points:\n  {main}\n")
    monkeypatch.setenv("MLFLOW_TRACKING_URI", tracking)
    return folder


def test_a_project_given_as_a_model_is_refused_with_the_advice_to_run_it_first(project):
    with pytest.raises(NotAnMLflowModel, match=r"It is an MLflow project. Run it first, run = mlflow.projects.run\("):
        bentoml.mlflow.import_model("flowers", project)


def step(store_home, *words):
    environment = {**os.environ, "PYTHONPATH": str(Path.cwd()), "BENTOML_HOME": str(store_home)}
    command = [sys.executable, "-m", "bentobook", "mlflow", "import", *words]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_a_project_is_run_and_importing_its_model_is_a_step_of_a_pipeline(project, store_home):
    submitted = mlflow.projects.run(str(project), env_manager="local", experiment_name="test")
    uri = f"runs:/{submitted.run_id}/model"
    assert bentoml.mlflow.import_model("in-python", uri).lineage["run"]["id"] == submitted.run_id
    first = step(store_home, "flowers", uri, "--reuse", "-o", "tag")
    again = step(store_home, "flowers", uri, "--reuse", "-o", "tag")
    assert (first.returncode, again.returncode) == (0, 0)
    assert first.stdout == again.stdout == f"{bentoml.models.get('flowers').tag}\n"


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (["flowers", "/no/such/model"], 1, "Cannot import /no/such/model: there is no folder"),
        (["flowers", "{project}"], 1, "It is an MLflow project. Run it first"),
        (["flowers", "/x", "--no-such-option"], 2, "No such option"),
    ],
    ids=["nothing there", "a project", "usage"],
)
def test_exit_codes_tell_what_went_wrong(project, store_home, words, code, sentence):
    done = step(store_home, *(word.format(project=project) for word in words))
    assert done.returncode == code
    assert sentence in done.stderr
    assert done.stdout == ""
