"""G18: the run's params, metrics and tags become metadata and labels."""

import mlflow
import pytest
from sklearn.linear_model import LogisticRegression
from small_models import CLASSES, FRAME, QUICK

import bentobook as bentoml


@pytest.fixture
def run_id(tracking):
    with mlflow.start_run() as run:
        mlflow.log_params({"C": 0.5, "solver": "lbfgs"})
        mlflow.log_metrics({"accuracy": 0.75})
        mlflow.set_tag("team", "botany")
        mlflow.sklearn.log_model(LogisticRegression().fit(FRAME, CLASSES), name="model", **QUICK)
    return run.info.run_id


def test_the_lines_of_the_guide(run_id):
    run = mlflow.get_run(run_id)
    model_uri = f"{run.info.artifact_uri}/model"
    bento_model = bentoml.mlflow.import_model(
        "my_mlflow_model",
        model_uri,
        labels=run.data.tags,
        metadata={"metrics": run.data.metrics, "params": run.data.params},
    )
    info = bentoml.models.get(bento_model.tag).info
    assert dict(info.labels) == run.data.tags
    assert info.metadata == {"metrics": {"accuracy": 0.75}, "params": {"C": "0.5", "solver": "lbfgs"}}
    assert bento_model.lineage["run"]["id"] == run_id


def test_all_of_it_by_one_argument(run_id):
    info = bentoml.mlflow.import_model("my_mlflow_model", f"runs:/{run_id}/model", run_facts=True).info
    assert dict(info.labels) == {"team": "botany"}
    assert info.metadata == {"metrics": {"accuracy": 0.75}, "params": {"C": "0.5", "solver": "lbfgs"}}
