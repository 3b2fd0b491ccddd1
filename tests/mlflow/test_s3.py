"""Imports from an S3 server: what it takes, what it answers, what it leaves."""

import mlflow
import pytest
from small_models import FRAME

from bentobook.errors import ImportFailed
from bentobook.mlflow import import_model


@pytest.fixture
def s3(s3_server, monkeypatch, tmp_path):
    """Let the AWS client talk to the server of the tests, in an empty working directory."""
    boto3 = pytest.importorskip("boto3")
    for name, value in {
        "AWS_ACCESS_KEY_ID": "key",
        "AWS_SECRET_ACCESS_KEY": "a-very-secret-key",
        "AWS_DEFAULT_REGION": "us-east-1",
        "MLFLOW_S3_ENDPOINT_URL": s3_server,
        "AWS_CONFIG_FILE": str(tmp_path / "none"),
        "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "none"),
        "AWS_EC2_METADATA_DISABLED": "true",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    return boto3.client("s3", endpoint_url=s3_server)


@pytest.fixture
def bucket(s3, saved):
    """Upload a model, and one whose name begins the same."""
    s3.create_bucket(Bucket="models")
    for prefix in ("team/iris", "team/iris-2"):
        for file in saved.rglob("*"):
            s3.upload_file(str(file), "models", f"{prefix}/{file.relative_to(saved)}")
    return "models"


@pytest.mark.parametrize("uri", ["s3://models/team/iris", "s3://models/team/iris/", "s3://models/team/iris//"])
def test_a_model_is_fetched_from_s3(bucket, saved, uri, tmp_path):
    seen = []
    model = import_model("iris", uri, progress=lambda done, total: seen.append((done, total)))
    assert model.digest == import_model("iris", saved).digest
    assert model.lineage["source_uri"] == uri
    assert seen[0] == (0, model.size)
    assert seen[-1] == (model.size, model.size)
    assert model.load_model().predict(FRAME).tolist() == [0, 0, 1, 1]
    assert not (tmp_path / "mlflow.db").exists()


def test_the_run_of_a_model_in_s3_is_not_asked_for_unless_a_server_was_chosen(bucket, caplog):
    caplog.set_level("INFO", "bentobook")
    assert "params" not in import_model("iris", "s3://models/team/iris").lineage
    assert "tracking" not in caplog.text
    assert not mlflow.is_tracking_uri_set()


@pytest.mark.parametrize(
    ("uri", "sentence"),
    [
        ("s3://models/team/nothing", "Cannot import s3://models/team/nothing: nothing is there"),
        ("s3://nobucket/iris", "there is no bucket 'nobucket'"),
        ("s3://models/team", "is not a MLflow model"),
    ],
)
def test_what_is_not_there_is_said(bucket, uri, sentence):
    with pytest.raises(ImportFailed, match=sentence) as caught:
        import_model("iris", uri)
    assert "\n" not in str(caught.value)


def test_missing_credentials_are_said(bucket, s3_server, monkeypatch):
    monkeypatch.setenv("MLFLOW_S3_ENDPOINT_URL", f"{s3_server}/")  # MLflow keeps a client for each address
    monkeypatch.setattr("boto3.DEFAULT_SESSION", None)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    with pytest.raises(ImportFailed, match="there are no AWS credentials"):
        import_model("iris", "s3://models/team/iris")


def test_a_key_in_the_uri_is_never_stored(bucket, store_home):
    model = import_model("iris", "s3://models/team/iris?X-Amz-Signature=hunter2")
    assert model.lineage["source_uri"] == "s3://models/team/iris"
    kept = [file.read_bytes() for file in store_home.rglob("*") if file.is_file()]
    assert not any(b"hunter2" in data for data in kept)


def test_a_download_that_fails_half_way_is_not_masked_and_leaves_nothing(bucket, s3, store_home, saved):
    s3.put_object(Bucket="models", Key="team/half/MLmodel", Body=(saved / "MLmodel").read_bytes())
    for key in ("team/half/x", "team/half/x/y"):  # a file and a folder of one name: no disk takes both
        s3.put_object(Bucket="models", Key=key, Body=b"1")
    with pytest.raises(ImportFailed, match="Cannot import s3://models/team/half: ") as caught:
        import_model("iris", "s3://models/team/half")
    assert caught.value.__cause__ is not None
    assert list(store_home.glob("models/iris/*")) == []
