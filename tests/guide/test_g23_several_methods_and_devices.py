"""Guide row G23: the framework's own save is the way to several methods and to a device, also from a cell."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from IPython.core.interactiveshell import InteractiveShell
from sklearn.linear_model import LogisticRegression

import bentobook as bentoml
from bentobook.frameworks.device import device_of

X = np.random.default_rng(0).random((40, 4))
Y = (X[:, 0] > 0.5).astype(int)


def test_several_methods_are_recorded_and_loaded():
    clf = LogisticRegression().fit(X, Y)
    model = bentoml.sklearn.save_model(
        "iris_clf", clf, signatures={"predict": {"batchable": True}, "predict_proba": {"batchable": True}}
    )
    assert {name: each.batchable for name, each in model.methods.items()} == {
        "predict": True,
        "predict_proba": True,
    }
    np.testing.assert_array_equal(model.load_model().predict_proba(X), clf.predict_proba(X))


def test_the_runner_offers_all_of_them():
    clf = LogisticRegression().fit(X, Y)
    bentoml.sklearn.save_model(
        "iris_clf", clf, signatures={"predict": {"batchable": True}, "predict_proba": {"batchable": True}}
    )
    with bentoml.sklearn.get("iris_clf:latest").to_runner() as runner:
        np.testing.assert_array_equal(runner.predict.run(X), clf.predict(X))
        np.testing.assert_array_equal(runner.predict_proba.run(X), clf.predict_proba(X))


@pytest.mark.parametrize("device", ["cpu", "auto"])
def test_the_runner_computes_where_it_was_wanted(device):
    bentoml.pytorch.save_model("net", torch.nn.Linear(4, 2), signatures={"__call__": {"batchable": True}})
    with bentoml.pytorch.get("net").to_runner(device=device) as runner:
        assert runner.run(X.astype("float32")).shape == (40, 2)
        assert runner.device == ("cuda:0" if device == "auto" and torch.cuda.is_available() else "cpu")


@pytest.mark.parametrize("device", ["cpu", "meta"])
def test_the_device_is_chosen_at_the_load(device):
    bentoml.pytorch.save_model("net", torch.nn.Linear(4, 2))
    assert device_of(bentoml.pytorch.load_model("net", device=device)) == device


@pytest.mark.skipif(not torch.cuda.is_available(), reason="this machine has no GPU")
def test_a_gpu_is_really_used():
    bentoml.pytorch.save_model("net", torch.nn.Linear(4, 2))
    assert device_of(bentoml.pytorch.load_model("net", device="cuda")) == "cuda:0"


def test_the_same_from_a_cell(tmp_path, monkeypatch):
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    shell = InteractiveShell()
    shell.run_line_magic("load_ext", "bentobook")
    shell.user_ns["clf"] = LogisticRegression().fit(X, Y)
    shell.run_cell("model = %bento_save iris_clf clf --methods predict,predict_proba --batchable").raise_error()
    assert list(shell.user_ns["model"].methods) == ["predict", "predict_proba"]
    assert bentoml.models.get("iris_clf").load_model().predict_proba(X).shape == (40, 2)
