"""G1: a model that ``mlflow.sklearn.save_model`` wrote is imported from its path, each time as a new version."""

from pathlib import Path

import mlflow
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from small_models import CLASSES, FRAME, QUICK

import bentobook as bentoml


@pytest.fixture
def here(tmp_path, monkeypatch):
    """Work in a folder where ``./my_model`` was saved."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    mlflow.sklearn.save_model(LogisticRegression().fit(FRAME, CLASSES), "./my_model", **QUICK)
    return tmp_path


def test_the_line_of_the_guide(here):
    bento_model = bentoml.mlflow.import_model("my_sklearn_model", model_uri="./my_model")
    assert bento_model.tag.name == "my_sklearn_model"
    assert bento_model.load_model().predict(FRAME).tolist() == CLASSES.tolist()


@pytest.mark.parametrize("spelling", ["my_model", "./my_model/", "{here}/my_model", "~/my_model", "file:my_model"])
def test_spellings_of_a_path(here, spelling):
    assert bentoml.mlflow.import_model("m", spelling.format(here=here)).lineage["source_uri"] == f"{here}/my_model"


def test_a_file_uri_and_a_path_object(here):
    place = here / "my_model"
    digests = {bentoml.mlflow.import_model("m", each).digest for each in (place, place.as_uri(), Path("my_model"))}
    assert len(digests) == 1


def test_a_new_version_is_made_each_time(here):
    tags = {str(bentoml.mlflow.import_model("my_sklearn_model", "./my_model").tag) for _ in range(3)}
    assert len(tags) == 3
    assert len(bentoml.models.list("my_sklearn_model")) == 3


def test_the_users_folder_stays_as_it_is(here):
    before = {file: (file.stat().st_mtime_ns, file.stat().st_mode) for file in here.joinpath("my_model").rglob("*")}
    bentoml.mlflow.import_model("m", "./my_model")
    assert before == {file: (file.stat().st_mtime_ns, file.stat().st_mode) for file in before}
    assert sorted(file.name for file in here.iterdir() if file.name != "bentoml") == ["my_model"]


def test_a_model_that_skops_refuses_is_saved_with_cloudpickle(here):
    neighbours = KNeighborsClassifier(1).fit(FRAME, CLASSES)
    with pytest.raises(mlflow.MlflowException, match="untrusted types"):
        mlflow.sklearn.save_model(neighbours, "./neighbours", **QUICK)
    mlflow.sklearn.save_model(neighbours, "./pickled", serialization_format="cloudpickle", **QUICK)
    model = bentoml.mlflow.import_model("neighbours", "./pickled")
    assert model.load_model().predict(FRAME).tolist() == CLASSES.tolist()
