"""Guide row G12, its first half: MLflow's own loaders open what lies in the store."""

from __future__ import annotations

import lightgbm
import mlflow
import numpy as np
import pytest
import xgboost
from sklearn.linear_model import LogisticRegression

import bentobook as bentoml

X = np.random.default_rng(0).random((40, 4))
Y = (X[:, 0] > 0.5).astype(int)


@pytest.mark.parametrize(
    ("flavor", "estimator"),
    [
        (mlflow.sklearn, LogisticRegression()),
        (mlflow.xgboost, xgboost.XGBClassifier(n_estimators=2)),
        (mlflow.lightgbm, lightgbm.LGBMClassifier(n_estimators=2, verbose=-1)),
    ],
    ids=["sklearn", "xgboost", "lightgbm"],
)
def test_mlflow_reloads_the_framework_s_object(flavor, estimator, tmp_path):
    fitted = estimator.fit(X, Y)
    flavor.save_model(fitted, tmp_path / "m", pip_requirements=["mlflow"])
    model = bentoml.mlflow.import_model("iris_clf", tmp_path / "m")

    loaded = flavor.load_model(model.path_of("mlflow_model"))

    assert type(loaded) is type(fitted)
    np.testing.assert_allclose(loaded.predict_proba(X), fitted.predict_proba(X))
