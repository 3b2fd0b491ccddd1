"""Guide row G20: imported models and their Bentos are managed like any others, and by a real BentoML."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import real_bentoml
from real_bentoml import RealBentoML

pytestmark = [pytest.mark.interop, pytest.mark.xdist_group("interop"), pytest.mark.timeout(900)]


@pytest.fixture
def bentoml(store_home: Path) -> RealBentoML:
    return real_bentoml.running(store_home)


@pytest.fixture(scope="module")
def mlflow_folder(tmp_path_factory: pytest.TempPathFactory) -> str:
    import mlflow.sklearn
    from sklearn.tree import DecisionTreeClassifier

    folder = tmp_path_factory.mktemp("mlflow") / "model"
    tree = DecisionTreeClassifier().fit([[0.0], [1.0]], [0, 1])
    mlflow.sklearn.save_model(tree, str(folder), pip_requirements=["scikit-learn"], serialization_format="cloudpickle")
    return str(folder)


def _bentobook(*arguments: str, cwd: Path) -> str:
    env = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    command = [sys.executable, "-m", "bentobook", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True, cwd=cwd, env=env).stdout


def test_from_our_commands_to_those_of_bentoml_and_back(
    bentoml: RealBentoML, mlflow_folder: str, tmp_path: Path
) -> None:
    tag = _bentobook("mlflow", "import", "iris", mlflow_folder, "-o", "tag", cwd=tmp_path).strip()

    assert bentoml.cli("models", "list")[1].count(tag) == 1
    code, text = bentoml.cli("models", "export", tag, str(tmp_path / "iris.bentomodel"))
    assert code == 0, text
    _bentobook("models", "delete", "-y", tag, cwd=tmp_path)
    assert bentoml.tags() == []
    _bentobook("models", "import", "iris.bentomodel", cwd=tmp_path)
    assert bentoml.tags() == [tag]
    assert bentoml.predict("iris:latest", [[0.0], [1.0]]) == [0, 1]


def test_from_the_commands_of_bentoml_to_ours_and_back(
    bentoml: RealBentoML, mlflow_folder: str, tmp_path: Path
) -> None:
    tag = bentoml.import_mlflow("iris", mlflow_folder)

    assert tag in _bentobook("models", "list", cwd=tmp_path)
    assert tag.replace(":", "/") in _bentobook("models", "get", "iris:latest", "-o", "path", cwd=tmp_path)
    _bentobook("models", "export", tag, "iris.bentomodel", cwd=tmp_path)
    code, text = bentoml.cli("models", "delete", "-y", tag)
    assert code == 0, text
    assert "iris" not in _bentobook("models", "list", cwd=tmp_path)
    code, text = bentoml.cli("models", "import", str(tmp_path / "iris.bentomodel"))
    assert code == 0, text
    assert tag in _bentobook("models", "list", "iris", cwd=tmp_path)


SERVICE = """\
import bentobook

svc = bentobook.Service.from_model(bentobook.models.get("iris:latest"), name="iris_svc")
"""


def test_bentos_go_through_both_command_lines(bentoml: RealBentoML, mlflow_folder: str, tmp_path: Path) -> None:
    _bentobook("mlflow", "import", "iris", mlflow_folder, cwd=tmp_path)
    (tmp_path / "service.py").write_text(SERVICE)
    _bentobook("build", "service.py:svc", "--version", "v1", cwd=tmp_path)

    assert "iris_svc:v1" in _bentobook("list", cwd=tmp_path)
    assert "iris_svc/v1" in _bentobook("get", "iris_svc:latest", "-o", "path", cwd=tmp_path)
    _bentobook("export", "iris_svc:v1", "iris.bento", cwd=tmp_path)
    _bentobook("delete", "-y", "iris_svc:v1", cwd=tmp_path)
    assert "iris_svc" not in bentoml.cli("list")[1]
    assert bentoml.import_bento(str(tmp_path / "iris.bento")) == "iris_svc:v1"
    assert "iris_svc:v1" in _bentobook("list", "iris_svc", cwd=tmp_path)
    code, text = bentoml.cli("delete", "-y", "iris_svc:v1")
    assert code == 0, text
    _bentobook("import", "iris.bento", cwd=tmp_path)
    assert "iris_svc:v1" in bentoml.cli("list")[1]
