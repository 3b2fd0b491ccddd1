"""Guide row G17: a bentofile takes the dependency files of an MLflow model through an environment variable."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import yaml

import bentobook
from bentobook.cli.main import run
from bentobook.errors import BentofileRefused

VARIABLE = "BENTOML_MLFLOW_MODEL_PATH"
SERVICE = """\
import bentobook as bentoml

runner = bentoml.mlflow.get("my_mlflow_model:latest").to_runner()
svc = bentoml.Service("mlflow_svc", runners=[runner])


@svc.api(input=bentoml.io.NumpyNdarray(), output=bentoml.io.NumpyNdarray())
def predict(rows):
    return runner.predict.run(rows)
"""


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import mlflow.sklearn
    from sklearn.linear_model import LogisticRegression

    folder = tmp_path_factory.mktemp("mlflow") / "model"
    model = LogisticRegression().fit([[0.0], [1.0]], [0, 1])
    mlflow.sklearn.save_model(model, folder, pip_requirements=["scikit-learn", "six==1.16.0"])
    return folder


@pytest.fixture
def project(tmp_path: Path, saved: Path, monkeypatch: pytest.MonkeyPatch, capsys) -> Path:
    bentobook.mlflow.import_model("my_mlflow_model", str(saved))
    (tmp_path / "service.py").write_text(SERVICE)
    monkeypatch.chdir(tmp_path)
    assert run(["models", "get", "my_mlflow_model:latest", "-o", "path"]) == 0
    monkeypatch.setenv(VARIABLE, capsys.readouterr().out.strip())
    return tmp_path


def _bentofile(text: str) -> None:
    Path("bentofile.yaml").write_text(f"service: service.py:svc\n{text}")


def test_the_requirements_of_the_model_are_passed_through_line_for_line(project: Path, capsys) -> None:
    where = "$BENTOML_MLFLOW_MODEL_PATH/mlflow_model/requirements.txt"
    _bentofile(f"python:\n    requirements_txt: {where}\n    lock_packages: False\n")

    assert run(["build", "-o", "tag"]) == 0

    bento = bentobook.bentos.get(capsys.readouterr().out.strip().removeprefix("__tag__:"))
    written = Path(bento.path_of("env/python/requirements.txt")).read_text().splitlines()
    theirs = Path(os.environ[VARIABLE], "mlflow_model", "requirements.txt").read_text().splitlines()
    assert written[:-1] == theirs


def test_the_conda_file_of_the_model_makes_the_environment(project: Path) -> None:
    _bentofile("conda:\n    environment_yml: $BENTOML_MLFLOW_MODEL_PATH/mlflow_model/conda.yaml\n")

    bento = bentobook.build()

    made = yaml.safe_load(Path(bento.path_of("env/conda/environment.yml")).read_text())
    theirs = yaml.safe_load(Path(os.environ[VARIABLE], "mlflow_model", "conda.yaml").read_text())
    assert made["dependencies"] == theirs["dependencies"]
    assert '"conda", "env", "create"' in Path(bento.path_of("env/docker/Dockerfile")).read_text()


def test_a_variable_that_is_not_set_is_one_sentence_with_the_line_that_sets_it(project: Path, monkeypatch) -> None:
    monkeypatch.delenv(VARIABLE)
    _bentofile("python: {requirements_txt: $BENTOML_MLFLOW_MODEL_PATH/mlflow_model/requirements.txt}\n")

    with pytest.raises(BentofileRefused, match=r"export BENTOML_MLFLOW_MODEL_PATH=\$\(bentobook models get"):
        bentobook.build()


@pytest.mark.parametrize("path", ["/etc/passwd", "../outside.txt", "$BENTOML_MLFLOW_MODEL_PATH/../../../../../../x"])
def test_any_other_place_is_refused(project: Path, path: str) -> None:
    _bentofile(f"python: {{requirements_txt: '{path}'}}\n")

    with pytest.raises(BentofileRefused, match="lies outside of the project and of the store"):
        bentobook.build()
