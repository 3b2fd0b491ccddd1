"""Guide row G12, its second half: what MLflow's loader gave back is saved with the framework's own module."""

from __future__ import annotations

import lightgbm
import mlflow
import numpy as np
import pytest
import torch
import xgboost
from sklearn.linear_model import LogisticRegression

import bentobook as bentoml

X = np.random.default_rng(0).random((40, 4)).astype("float32")
Y = (X[:, 0] > 0.5).astype(int)


def test_the_guide_s_own_lines():
    clf = LogisticRegression().fit(X, Y)
    bento_model = bentoml.sklearn.save_model("iris_clf", clf)
    loaded = bentoml.sklearn.load_model("iris_clf:latest")
    assert bento_model.tag == bentoml.sklearn.get("iris_clf").tag
    np.testing.assert_array_equal(loaded.predict(X), clf.predict(X))


@pytest.mark.parametrize(
    ("name", "estimator"),
    [
        ("sklearn", LogisticRegression()),
        ("xgboost", xgboost.XGBClassifier(n_estimators=2)),
        ("lightgbm", lightgbm.LGBMRegressor(n_estimators=2, verbose=-1)),
    ],
    ids=["sklearn", "xgboost", "lightgbm"],
)
@pytest.mark.filterwarnings("ignore::bentobook.frameworks.lightgbm.BoosterOnly")
def test_a_model_that_mlflow_reloaded_is_saved_and_loaded(name, estimator, tmp_path):
    flavor, module = getattr(mlflow, name), getattr(bentoml, name)
    fitted = estimator.fit(X, Y)
    flavor.save_model(fitted, tmp_path / "m", pip_requirements=["mlflow"])
    model_uri = str(tmp_path / "m")

    loaded = flavor.load_model(model_uri)
    bento_model = module.save_model("iris_clf", loaded)

    assert bento_model.info.module == f"bentoml.{name}"
    np.testing.assert_allclose(module.load_model(bento_model.tag).predict(X), fitted.predict(X))


def test_a_torch_model_that_mlflow_reloaded_is_saved_and_loaded(tmp_path):
    net = torch.nn.Linear(4, 2)
    mlflow.pytorch.save_model(net, tmp_path / "m", serialization_format="pickle", pip_requirements=["mlflow"])

    loaded = mlflow.pytorch.load_model(str(tmp_path / "m"))
    bento_model = bentoml.pytorch.save_model("net", loaded, signatures={"__call__": {"batchable": True}})

    again = bentoml.pytorch.load_model(bento_model.tag, device_id="cpu")
    assert torch.equal(again(torch.from_numpy(X)), net(torch.from_numpy(X)))
