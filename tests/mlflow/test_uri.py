from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bentobook.errors import ImportFailed, InvalidArgument
from bentobook.mlflow.uri import read, without_credentials, without_secrets

MODEL_ID = "m-" + "0123456789abcdef" * 2


@pytest.mark.parametrize(
    ("given_uri", "uri"),
    [
        ("runs:/abc/model", "runs:/abc/model"),
        ("runs://abc/model/", "runs:/abc/model"),
        ("models:/iris/1", "models:/iris/1"),
        ("models:/iris@champion", "models:/iris@champion"),
        ("MODELS:/iris/latest", "models:/iris/latest"),
        (MODEL_ID, f"models:/{MODEL_ID}"),
        ("s3://bucket/a/b/", "s3://bucket/a/b"),
        ("s3://bucket/a/b///", "s3://bucket/a/b"),
        ("https://host/api/x/?token=1", "https://host/api/x?token=1"),
        ("mlflow-artifacts:/0/models/m-1/artifacts", "mlflow-artifacts:/0/models/m-1/artifacts"),
        ("models://scope:key@databricks/iris/1", "models://scope:key@databricks/iris/1"),
        ("  runs:/abc/model \n", "runs:/abc/model"),
    ],
)
def test_a_uri_is_brought_into_the_spelling_that_mlflow_takes(given_uri, uri):
    assert read(given_uri).uri == uri


@pytest.mark.parametrize("spelling", ["model", "./model", "../here/model", "model/", "sub/../model"])
def test_a_relative_path_is_local_and_becomes_absolute(spelling, tmp_path, monkeypatch):
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    assert read(spelling).path == here / "model"
    assert read(spelling).scheme == ""


def test_a_tilde_is_the_home_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    assert read("~/my model").path == tmp_path / "my model"


@pytest.mark.parametrize(
    "spelling", ["file:///a/my%20model", "file:/a/my%20model", "file://localhost/a/my%20model", "FILE:///a/my%20model"]
)
def test_a_file_uri_is_a_local_path(spelling):
    assert read(spelling).path == Path("/a/my model")


def test_a_relative_file_uri_counts_from_here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert read("file:model").path == tmp_path / "model"


def test_a_file_uri_of_another_machine_is_refused():
    with pytest.raises(ImportFailed, match="names this machine only, not 'nas'"):
        read("file://nas/models/iris")


@pytest.mark.parametrize("uri", ["runs:/", "models:/", "models://", "s3://", "runs:"])
def test_a_scheme_alone_is_answered_with_what_a_uri_looks_like(uri):
    with pytest.raises(ImportFailed, match=r"it ends after its scheme. Give runs:/ID/path, models:/name/version"):
        read(uri)


def test_a_folder_that_is_there_wins_over_a_uri_of_the_same_text(tmp_path, monkeypatch):
    (tmp_path / "run:1").mkdir()
    (tmp_path / MODEL_ID).mkdir()
    monkeypatch.chdir(tmp_path)
    assert read("run:1").path == tmp_path / "run:1"
    assert read(MODEL_ID).path == tmp_path / MODEL_ID


@pytest.mark.parametrize("nothing", ["", "  ", b"bytes"])
def test_what_is_no_text_is_refused(nothing):
    with pytest.raises(InvalidArgument, match="a path, a URI, or an object"):
        read(nothing)


@pytest.mark.parametrize(
    ("uri", "clean"),
    [
        ("https://me:pw@host:5000/a?token=1#x", "https://host:5000/a"),
        ("https://me:p@w@host/a", "https://host/a"),
        ("postgresql+psycopg2://u:p@db/mlflow?sslmode=on", "postgresql+psycopg2://db/mlflow"),
        ("s3://KEY:SECRET@bucket/a", "s3://bucket/a"),
        ("https://b.s3.amazonaws.com/k?X-Amz-Credential=A&X-Amz-Signature=S", "https://b.s3.amazonaws.com/k"),
        ("/a/b?c#d", "/a/b?c#d"),
        ("models:/iris@champion", "models:/iris@champion"),
    ],
)
def test_credentials_are_taken_out_of_a_uri(uri, clean):
    assert without_credentials(uri) == clean
    assert read(uri).shown == clean


def test_secrets_are_taken_out_of_any_text(monkeypatch):
    monkeypatch.setenv("MLFLOW_TRACKING_TOKEN", "t0psecret")
    text = without_secrets("GET http://u:p@h/x?X-Amz-Signature=ab 403: Bearer t0psecret, api_key=hunter2 password='pw'")
    assert text == "GET http://h/x 403: Bearer ***, api_key=*** password='pw'"


@given(st.text(st.characters(blacklist_categories=["Cs", "Cc", "Z"], blacklist_characters="/@?#:"), min_size=1))
def test_no_password_survives(password):
    uri = f"https://user:{password}@host/path?sig={password}"
    assert without_credentials(uri) == "https://host/path"
