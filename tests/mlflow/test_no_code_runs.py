"""Import, list, show, export and verify of a model whose every part writes a file when it is run."""

import pickle
from pathlib import Path

import pytest
import yaml

import bentobook
from bentobook.mlflow import import_model

LEAVE = "import pathlib; pathlib.Path({canary!r}).touch()\n"


class Canary:
    """Write a file when it is unpickled."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def __reduce__(self):
        return exec, (LEAVE.format(canary=str(self.file)),)


@pytest.fixture
def canary(tmp_path):
    return tmp_path / "the code ran"


@pytest.fixture
def hostile(tmp_path, canary):
    """Make a model all of whose parts run code: pickles, modules, its loader."""
    folder = tmp_path / "hostile"
    (folder / "code").mkdir(parents=True)
    for name in ("code/__init__.py", "code/ldr.py", "code/mlflow.py", "code/yaml.py", "sitecustomize.py"):
        (folder / name).write_text(LEAVE.format(canary=str(canary)))
    for name in ("model.pkl", "python_model.pkl", "input_example.json", "model.joblib"):
        (folder / name).write_bytes(pickle.dumps(Canary(canary)))
    pyfunc = {"loader_module": "ldr", "code": "code", "data": "model.pkl", "python_model": "python_model.pkl"}
    flavors = {"python_function": pyfunc, "sklearn": {"pickled_model": "model.joblib"}}
    (folder / "MLmodel").write_text(yaml.safe_dump({"flavors": flavors}))
    return folder


def test_nothing_but_a_load_runs_code_of_a_model(hostile, canary, tmp_path):
    model = import_model("hostile", hostile)
    assert model in bentobook.models.list()
    shown = repr(model) + model._repr_html_() + repr(bentobook.models.list())
    assert str(model.tag) in shown
    archive = model.export(tmp_path / "hostile.bentomodel")
    bentobook.models.delete(model.tag)
    back = bentobook.models.import_model(archive)
    assert back.verify()
    assert (back.digest, back.methods, back.lineage) == (model.digest, model.methods, model.lineage)
    assert not canary.exists()


def test_the_canary_would_sing(hostile, canary):
    pickle.loads((hostile / "model.pkl").read_bytes())
    assert canary.exists()


def test_the_record_says_what_would_run(hostile):
    listed = import_model("hostile", hostile).info.private["loads_with"]
    assert {entry["path"].rpartition("/")[2]: entry["format"] for entry in listed} == {
        "code": "code",
        "MLmodel": "loader_module ldr",
        "model.pkl": "pickle",
        "python_model.pkl": "cloudpickle",
        "model.joblib": "pickle",
    }
    assert all(entry["runs_code"] for entry in listed)
