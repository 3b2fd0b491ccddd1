"""G15: a model that autologging logged, found by the last active run."""

import mlflow
import numpy as np
import pytest
from sklearn.linear_model import LinearRegression

import bentobook as bentoml

X = np.array([[1, 1], [1, 2], [2, 2], [2, 3]])
y = np.dot(X, np.array([1, 2])) + 3


@pytest.fixture
def autolog(tracking):
    mlflow.sklearn.autolog()
    yield
    mlflow.sklearn.autolog(disable=True)


def test_the_lines_of_the_guide(autolog):
    model = LinearRegression()
    model.fit(X, y)
    run_id = mlflow.last_active_run().info.run_id
    artifact_path = "model"
    model_uri = f"runs:/{run_id}/{artifact_path}"
    bento_model = bentoml.mlflow.import_model("logistic_regression_model", model_uri)
    assert bento_model.lineage["run"]["id"] == run_id
    assert bento_model.lineage["metrics"]["training_r2_score"] == pytest.approx(1.0)
    assert bento_model.lineage["params"]["fit_intercept"] == "True"
    np.testing.assert_allclose(bento_model.load_model().predict(X), y)
