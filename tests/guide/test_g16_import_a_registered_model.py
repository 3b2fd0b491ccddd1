"""G16: a registered model of a tracking server, by version and by stage."""

import mlflow
import pytest
from sklearn.ensemble import RandomForestRegressor
from small_models import CLASSES, FRAME, QUICK

import bentobook as bentoml

model_name = "sk-learn-random-forest-reg-model"


@pytest.fixture
def registered(on_server):
    """Register two versions; the second is in stage Staging."""
    mlflow.set_experiment("forests")
    for trees in (1, 2):
        forest = RandomForestRegressor(trees, random_state=0).fit(FRAME, CLASSES)
        how = {"serialization_format": "cloudpickle", **QUICK}  # skops refuses trees
        mlflow.sklearn.log_model(forest, name="model", registered_model_name=model_name, **how)
    mlflow.MlflowClient().transition_model_version_stage(model_name, "2", "Staging")


def test_the_lines_of_the_guide(registered):
    model_version = 1
    model_uri = f"models:/{model_name}/{model_version}"
    by_version = bentoml.mlflow.import_model("my_mlflow_model", model_uri)
    stage = "Staging"
    model_uri = f"models:/{model_name}/{stage}"
    by_stage = bentoml.mlflow.import_model("my_mlflow_model", model_uri)
    assert by_version.lineage["registry"]["version"] == "1"
    assert by_stage.lineage["registry"] == {"name": model_name, "version": "2", "stage": "Staging"}
    assert len(by_stage.load_model(flavor="native").estimators_) == 2
