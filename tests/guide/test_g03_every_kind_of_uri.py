"""G3: the URIs of the guide's list, and what MLflow has added since; on a real tracking server and a real S3 server."""

import mlflow
import pytest
from sklearn.linear_model import LogisticRegression
from small_models import CLASSES, FRAME, QUICK

import bentobook as bentoml


@pytest.fixture
def places(on_server, s3_server, tmp_path, monkeypatch):
    """Put one model everywhere and give the places by kind."""
    boto3 = pytest.importorskip("boto3")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    keys = {"AWS_ACCESS_KEY_ID": "guide", "AWS_SECRET_ACCESS_KEY": "guide", "AWS_DEFAULT_REGION": "us-east-1"}
    for name, value in {**keys, "MLFLOW_S3_ENDPOINT_URL": s3_server}.items():
        monkeypatch.setenv(name, value)
    mlflow.set_experiment("guide")
    with mlflow.start_run() as run:
        info = mlflow.sklearn.log_model(LogisticRegression().fit(FRAME, CLASSES), name="model", **QUICK)
    client = mlflow.MlflowClient()
    version = mlflow.register_model(info.model_uri, "guide-model").version
    client.transition_model_version_stage("guide-model", version, "Production")
    client.set_registered_model_alias("guide-model", "champion", version)
    folder = mlflow.artifacts.download_artifacts(info.model_uri, dst_path=str(tmp_path / "copy"))
    (tmp_path / "copy" / "registered_model_meta").unlink()  # MLflow's own downloads add it to the model
    s3 = boto3.client("s3", endpoint_url=s3_server)
    s3.create_bucket(Bucket="guide")
    for file in (tmp_path / "copy").rglob("*"):
        s3.upload_file(str(file), "guide", f"path/to/model/{file.name}")
    artifacts = mlflow.get_logged_model(info.model_id).artifact_location.partition(":/")[2]
    return {
        "local path": folder,
        "relative path": "copy",
        "run": f"runs:/{run.info.run_id}/model",
        "s3": "s3://guide/path/to/model",
        "registered version": f"models:/guide-model/{version}",
        "registered stage": "models:/guide-model/Production",
        "registered alias": "models:/guide-model@champion",
        "latest": "models:/guide-model/latest",
        "logged model": f"models:/{info.model_id}",
        "bare id": info.model_id,
        "mlflow-artifacts": f"mlflow-artifacts:/{artifacts}",
        "http": f"{on_server}/api/2.0/mlflow-artifacts/artifacts/{artifacts}",
    }


def test_each_gives_the_same_model(places):
    digests = {}
    for kind, uri in places.items():
        model = bentoml.mlflow.import_model("iris", uri)
        assert model.load_model().predict(FRAME).tolist() == CLASSES.tolist(), kind
        digests[kind] = model.digest
    assert len(set(digests.values())) == 1, digests
