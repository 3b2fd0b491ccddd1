from pathlib import Path

import pytest

from bentobook.mlflow import requirements
from bentobook.mlflow.mlmodel import MLmodel

CONDA = """
name: mlflow-env
channels: [defaults]
dependencies:
- python=3.11.7
- scikit-learn=1.3.2
- conda-forge::numpy=1.26.4=py311_0
- pip<=23
- pip:
  - cloudpickle==3.0.0
  - mlflow
"""


def read(folder: Path, env: object = "conda.yaml", **files: str) -> list[str]:
    for name, text in files.items():
        (folder / name.replace("_", ".")).write_text(text)
    return requirements.read(MLmodel({}, {"python_function": {"env": env}}), folder)


def test_requirements_come_without_comments_and_options(tmp_path):
    text = "mlflow==3.1  # why\n\n# comment\n-r other.txt\n--hash=sha256:ab\nnumpy>=1 ; python_version > '3' \\\n"
    assert read(tmp_path, requirements_txt=text) == ["mlflow==3.1", "numpy>=1 ; python_version > '3'"]


def test_credentials_are_taken_out(tmp_path):
    text = "--extra-index-url https://me:pw@host/simple\npkg @ git+https://me:pw@host/x.git?token=1\n"
    assert read(tmp_path, requirements_txt=text) == ["pkg @ git+https://host/x.git"]


@pytest.mark.parametrize("env", ["conda.yaml", {"conda": "conda.yaml", "virtualenv": "python_env.yaml"}, None, 3])
def test_an_old_model_has_a_conda_file_only(tmp_path, env):
    expected = ["scikit-learn==1.3.2", "numpy==1.26.4", "cloudpickle==3.0.0", "mlflow"]
    assert read(tmp_path, env, conda_yaml=CONDA) == expected


@pytest.mark.parametrize("text", ["", "[]", "dependencies: 3", "{", "dependencies: [3, {pip: x}, '!!']"])
def test_an_odd_conda_file_gives_nothing(tmp_path, text):
    assert read(tmp_path, conda_yaml=text) == []


def test_no_file_gives_nothing(tmp_path):
    assert read(tmp_path) == []


def test_a_very_long_file_is_cut(tmp_path):
    assert len(read(tmp_path, requirements_txt="pkg\n" * 10_000)) == 400
