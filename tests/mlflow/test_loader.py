"""From the store to the live object, in every flavor."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from pathlib import Path

import lightgbm
import mlflow
import numpy as np
import pandas as pd
import pytest
import torch
import xgboost
from mlflow.pyfunc import PyFuncModel
from sklearn.linear_model import LogisticRegression

import bentobook
from bentobook.errors import DeviceUnavailable, InvalidArgument, NotFound, StoreUnreadable, UntrustedModel, WrongModule
from bentobook.frameworks.device import device_of
from bentobook.mlflow import get, import_model, load_model, methods_of
from bentobook.store import trust
from bentobook.store.model_yaml import new_info
from bentobook.store.store import Store
from bentobook.store.tag import Tag

X = np.random.default_rng(0).random((40, 4)).astype("float32")
Y = (X[:, 0] > 0.5).astype(int)
BARE = {"pip_requirements": ["mlflow"]}
NET = torch.nn.Sequential(torch.nn.Linear(4, 2))


class Doubler(mlflow.pyfunc.PythonModel):
    def load_context(self, context):
        self.net = torch.nn.Linear(1, 1).to((context.model_config or {}).get("device", "cpu"))

    def predict(self, context, model_input, params=None):
        return model_input * 2

    def explain(self, model_input):
        return "because"


def sklearn(path):
    mlflow.sklearn.save_model(LogisticRegression().fit(X, Y), path, **BARE)


def xgboost_booster(path):
    mlflow.xgboost.save_model(xgboost.train({}, xgboost.DMatrix(X, Y), 1), path, **BARE)


def lightgbm_classifier(path):
    mlflow.lightgbm.save_model(lightgbm.LGBMClassifier(n_estimators=1, verbose=-1).fit(X, Y), path, **BARE)


def torch_pickle(path):
    mlflow.pytorch.save_model(NET, path, serialization_format="pickle", **BARE)


def torch_exported(path):
    mlflow.pytorch.save_model(NET, path, input_example=X, **BARE)


def python_model(path):
    mlflow.pyfunc.save_model(path, python_model=Doubler(), model_config={"device": "cpu"}, **BARE)


def function(path):
    mlflow.pyfunc.save_model(path, python_model=lambda model_input: [1] * len(model_input), input_example=["a"], **BARE)


SAVERS = [sklearn, xgboost_booster, lightgbm_classifier, torch_pickle, torch_exported, python_model, function]
NATIVE = [
    "LogisticRegression",
    "Booster",
    "LGBMClassifier",
    "Sequential",
    "GraphModule",
    "Doubler",
    "_FunctionPythonModel",
]


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """Save each kind of model once, as MLflow does."""
    folder = tmp_path_factory.mktemp("saved")
    for saver in SAVERS:
        saver(str(folder / saver.__name__))
    return folder


@pytest.fixture
def imported(saved):
    return lambda saver: import_model(saver.__name__, saved / saver.__name__)


@pytest.mark.parametrize("saver", SAVERS, ids=lambda saver: saver.__name__)
def test_the_generic_load_gives_mlflow_s_pyfunc(imported, saver):
    loaded = load_model(imported(saver).tag)
    assert isinstance(loaded, PyFuncModel)
    assert len(loaded.predict(["a", "b"] if saver is function else X[:2])) == 2


@pytest.mark.parametrize(("saver", "name"), list(zip(SAVERS, NATIVE, strict=True)), ids=NATIVE)
def test_the_native_load_gives_what_was_saved(imported, saver, name):
    assert type(imported(saver).load_model(flavor="native")).__name__ == name


def test_a_flavor_may_be_named_and_a_wrong_name_lists_them(imported):
    model = imported(sklearn)
    assert isinstance(model.load_model(flavor="sklearn"), LogisticRegression)
    assert isinstance(load_model(model, flavor="python_function"), PyFuncModel)
    with pytest.raises(InvalidArgument, match="flavor: expected one that the model has: 'pyfunc', 'native', 'sklearn'"):
        load_model(model, flavor="xgboost")


def test_the_methods_behind_a_pyfunc_can_be_called_on_the_native_object(imported):
    model = imported(sklearn)
    assert "predict_proba" in methods_of(model.load_model())
    assert model.load_model(flavor="native").predict_proba(X[:3]).shape == (3, 2)


def test_get_gives_the_record_and_only_of_mlflow_models(imported, store_home):
    model = imported(sklearn)
    assert get("sklearn:latest") == get(f"sklearn:{model.tag.version}") == model
    with pytest.raises(NotFound, match="nothing"):
        get("nothing:v1")
    with Store().draft("other:v1") as draft:
        draft.publish(
            new_info(Tag.parse("other:v1"), module="bentoml.sklearn", framework_name="sklearn", framework_versions={})
        )
    with pytest.raises(WrongModule, match=r"other:v1 was saved with module bentoml\.sklearn, not loading with"):
        load_model("other:v1")


def test_settings_reach_the_model_and_only_by_the_generic_load(imported):
    model = imported(python_model)
    loaded = load_model(model, model_config={"device": "meta"})
    assert device_of(loaded) == "meta"
    with pytest.raises(InvalidArgument, match="model_config: expected nothing with a native flavor"):
        load_model(model, flavor="native", model_config={"device": "meta"})


@pytest.mark.parametrize("flavor", ["pyfunc", "native"])
@pytest.mark.parametrize("saver", [torch_pickle, python_model], ids=lambda saver: saver.__name__)
def test_a_device_is_applied_verified_and_reported(imported, saver, flavor, caplog):
    with caplog.at_level(logging.INFO, "bentobook"):
        loaded = imported(saver).load_model(flavor=flavor, device="meta")
    assert device_of(loaded) == "meta"
    assert "is loaded on meta" in caplog.text


@pytest.mark.parametrize("saver", SAVERS[:5], ids=lambda saver: saver.__name__)
@pytest.mark.parametrize("flavor", ["pyfunc", "native"])
def test_every_framework_loads_on_the_cpu(imported, saver, flavor):
    assert device_of(imported(saver).load_model(flavor=flavor, device="cpu")) == "cpu"


@pytest.mark.parametrize("flavor", ["pyfunc", "native"])
def test_an_exported_model_stays_where_it_was_exported(imported, flavor):
    with pytest.raises(DeviceUnavailable, match=r"exported by torch\.export \(model\.pt2\), which fixes the device"):
        imported(torch_exported).load_model(flavor=flavor, device="meta")


@pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has a GPU")
@pytest.mark.parametrize("saver", SAVERS[:6], ids=lambda saver: saver.__name__)
def test_a_device_that_is_not_there_is_said_before_anything_is_loaded(imported, saver, monkeypatch):
    monkeypatch.setattr(trust, "check", None)
    with pytest.raises(DeviceUnavailable, match="device: expected one of cpu, got 'cuda'"):
        imported(saver).load_model(device="cuda")


def test_a_torch_model_without_a_place_for_the_device_is_moved(saved, tmp_path):
    """MLflow before 2.10 listed no config, and ignores a device that it does not list."""
    folder = saved / "torch_pickle"
    old = tmp_path / "old"
    subprocess.run(["cp", "-r", folder, old], check=True)
    text = (old / "MLmodel").read_text()
    assert "config:\n      device: null\n" in text
    (old / "MLmodel").write_text(text.replace("    config:\n      device: null\n", ""))
    loaded = import_model("old", old).load_model(device="meta")
    assert device_of(loaded) == "meta"
    assert loaded._model_impl.device == "meta"


def test_weights_that_were_saved_on_a_gpu(tmp_path):
    """Where no GPU is, such a file can be read onto the CPU by its native flavor."""
    if torch.cuda.is_available():
        pytest.skip("this machine has a GPU")
    registry = torch.serialization._package_registry
    torch.serialization.register_package(1, lambda storage: "cuda:0", lambda storage, location: None)
    try:
        torch_pickle(str(tmp_path / "m"))
    finally:
        registry[:] = [entry for entry in registry if entry[0] != 1]
    model = import_model("gpu", tmp_path / "m")
    with pytest.raises(DeviceUnavailable, match="saved on a GPU that is not here: load it with flavor='native'"):
        model.load_model(device="cpu")
    assert device_of(model.load_model(flavor="native", device="cpu")) == "cpu"


def test_a_load_touches_no_tracking_store_and_no_folder(saved, store_home, tmp_path):
    model = import_model("iris", saved / "sklearn")
    before = {path: path.stat().st_mtime_ns for path in model.path.rglob("*")}
    (tmp_path / "empty").mkdir()
    code = "import sys, bentobook; print(bentobook.models.get('iris:latest').load_model().predict([[1, 2, 3, 4]]))"
    environment = {**os.environ, "PYTHONPATH": str(Path(bentobook.__file__).parents[1])}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path / "empty", env=environment, check=True)
    assert list((tmp_path / "empty").iterdir()) == []
    assert {path: path.stat().st_mtime_ns for path in model.path.rglob("*")} == before


def test_a_model_of_a_run_loads_without_its_tracking_server(tracking, tmp_path):
    with mlflow.start_run():
        info = mlflow.sklearn.log_model(LogisticRegression().fit(X, Y), name="model", **BARE)
    model = import_model("iris", info.model_uri)
    mlflow.set_tracking_uri(f"sqlite:///{tmp_path}/other.db")
    assert load_model(model).predict(X[:2]).shape == (2,)
    assert not (tmp_path / "other.db").exists()


def test_nothing_runs_before_consent(saved, monkeypatch):
    monkeypatch.setenv("BENTOBOOK_TRUST", "enforce")
    model = import_model("custom", saved / "python_model")
    with pytest.raises(UntrustedModel, match=r"Loading custom:\w+ runs code from .*cloudpickle"):
        model.load_model()
    bentobook.trust(str(saved))
    assert model.load_model().predict(pd.DataFrame({"a": [1]})).iloc[0, 0] == 2


def test_data_needs_no_consent(saved, monkeypatch):
    monkeypatch.setenv("BENTOBOOK_TRUST", "enforce")
    assert import_model("xgb", saved / "xgboost_booster").load_model().predict(X).shape == (40,)


def test_a_stored_model_whose_description_is_damaged_is_said(imported):
    model = imported(sklearn)
    file = model.path / "mlflow_model" / "MLmodel"
    file.chmod(0o644)
    file.write_text("flavors: [")
    with pytest.raises(StoreUnreadable, match="MLmodel cannot be read: its MLmodel file is not valid"):
        model.load_model()


def test_a_loaded_frame_keeps_its_columns(imported):
    frame = pd.DataFrame(X[:2], columns=list("abcd"))
    assert imported(python_model).load_model().predict(frame).columns.tolist() == list("abcd")
