"""Imports from a real tracking server, which serves the artifacts too."""

import json
import os
import subprocess
import sys
from pathlib import Path

import mlflow
import pytest
from servers import free_port
from small_models import FRAME

from bentobook.errors import ImportFailed
from bentobook.mlflow import import_model


@pytest.mark.parametrize(
    "uri",
    [
        "models:/{registry.name}/1",
        "models:/{registry.name}/staging",
        "models:/{registry.name}@champion",
        "models:/{registry.name}/latest",
        "models:/{registry.model_id}",
        "{registry.model_id}",
        "runs:/{registry.run_id}/model",
        "runs:/{registry.run_id}",
        "mlflow-artifacts:/{folder}",
        "mlflow-artifacts://{host}/{folder}",
        "http://{host}/api/2.0/mlflow-artifacts/artifacts/{folder}/",
    ],
)
def test_every_kind_of_uri_is_imported(on_server, registry, uri):
    folder = mlflow.get_logged_model(registry.model_id).artifact_location.partition(":/")[2]
    given = uri.format(registry=registry, folder=folder, host=on_server.partition("//")[2])
    seen = []
    model = import_model("iris", given, progress=lambda done, total: seen.append((done, total)))
    assert model.load_model().predict(FRAME).tolist() == [0, 0, 1, 1]
    assert model.lineage["source_uri"] == given
    assert model.lineage["model"]["id"] == registry.model_id
    assert seen[0][0] == 0
    assert seen[-1] == (model.size, model.size)
    assert {total for _, total in seen} == {model.size}


def test_every_object_of_mlflow_is_imported(on_server, registry):
    client = mlflow.MlflowClient()
    places = [
        client.get_model_version(registry.name, "1"),
        client.get_run(registry.run_id),
        mlflow.get_logged_model(registry.model_id),
        mlflow.models.get_model_info(f"models:/{registry.model_id}"),
    ]
    assert len({import_model("iris", place).digest for place in places}) == 1


def test_the_server_adds_the_lineage(on_server, registry):
    lineage = import_model("iris", f"models:/{registry.name}@champion").lineage
    assert lineage["tracking_uri"] == on_server
    assert lineage["registry"] == {"name": registry.name, "version": "2", "aliases": ["champion"]}
    assert lineage["run"]["id"] == registry.run_id
    assert lineage["run"]["name"] == "first try"
    assert lineage["run"]["experiment"] == "flowers"
    assert lineage["run"]["git_commit"] == "abc123"
    assert lineage["params"]["solver"] == "lbfgs"
    assert lineage["metrics"]["accuracy"] == 0.75
    assert lineage["tags"]["team"] == "botany"
    assert "mlflow.source.git.diff" not in lineage["tags"]
    assert lineage["datasets"][0]["name"] == "flowers.csv"
    assert lineage["datasets"][0]["context"] == "training"


def test_lineage_can_be_left_to_the_model_alone(on_server, registry):
    lineage = import_model("iris", f"models:/{registry.name}/1", lineage=False).lineage
    assert "params" not in lineage
    assert lineage["run"] == {"id": registry.run_id}


def test_a_folder_on_this_machine_gets_its_run_from_the_server_that_was_chosen(on_server, registry, tmp_path):
    folder = mlflow.artifacts.download_artifacts(f"models:/{registry.model_id}", dst_path=str(tmp_path))
    assert import_model("iris", folder).lineage["params"]["solver"] == "lbfgs"


def test_labels_and_metadata_hold_what_was_given_and_nothing_else(on_server, registry):
    model = import_model("iris", f"models:/{registry.name}/1", labels={"mine": "1"}, metadata={"x": 1})
    assert (dict(model.info.labels), dict(model.info.metadata)) == ({"mine": "1"}, {"x": 1})


def test_an_interrupt_of_a_download_leaves_nothing(on_server, registry, store_home):
    code = (
        "import _thread, sys, threading, bentobook as bentoml\n"
        "def progress(done, total): _thread.interrupt_main()\n"
        f"bentoml.mlflow.import_model('iris', 'models:/{registry.model_id}', progress=progress)\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path.cwd()), "MLFLOW_TRACKING_URI": on_server}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert "KeyboardInterrupt" in done.stderr
    assert list((store_home / ".bentobook" / "staging").iterdir()) == []
    assert list((store_home / "models").iterdir()) == []


def test_not_found_names_the_server(on_server, registry):
    for uri in ("models:/nothing/1", f"models:/{registry.name}/7", f"runs:/{registry.run_id}/nothing"):
        with pytest.raises(ImportFailed, match=f"{on_server}"):
            import_model("iris", uri)
    with pytest.raises(ImportFailed, match=f"models:/{registry.name}/latest.*versions 2, 1 and the aliases"):
        import_model("iris", f"models:/{registry.name}")
    with pytest.raises(ImportFailed, match="nothing is there"):
        import_model("iris", "mlflow-artifacts:/0/models/m-nothing/artifacts")


def test_the_place_where_mlflow_2_kept_a_model_leads_to_it_on_a_server_too(on_server, registry):
    run = mlflow.get_run(registry.run_id)
    model = import_model("iris", f"{run.info.artifact_uri}/model")
    assert model.lineage["model"]["id"] == registry.model_id
    assert model.lineage["source_uri"] == f"{run.info.artifact_uri}/model"


@pytest.fixture
def dead(monkeypatch):
    """Choose a server that does not answer; its password must never be seen."""
    address = f"127.0.0.1:{free_port()}"
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"http://me:hunter2@{address}")
    return address


def test_a_server_that_is_down_is_named_without_its_password(dead):
    with pytest.raises(ImportFailed, match=f"http://{dead} does not answer. Is it running") as caught:
        import_model("iris", "models:/iris/1")
    assert "hunter2" not in str(caught.value)


def test_a_server_that_is_down_does_not_fail_an_import_from_a_path(on_server, registry, dead, tmp_path, caplog):
    folder = mlflow.artifacts.download_artifacts(
        f"models:/{registry.model_id}", dst_path=str(tmp_path), tracking_uri=on_server
    )
    mlflow.set_tracking_uri(f"http://me:hunter2@{dead}")
    caplog.set_level("INFO", "bentobook")
    model = import_model("iris", folder)
    assert model.lineage["run"] == {"id": registry.run_id}
    assert "The tracking server added no lineage" in caplog.text
    stored = Path(model.path_of("model.yaml")).read_text() + caplog.text
    assert "hunter2" not in stored


def test_what_a_server_says_is_stored_without_secrets(on_server, saved, classifier):
    mlflow.set_experiment("secrets")
    with mlflow.start_run():
        mlflow.set_tag("mlflow.source.git.repoURL", "https://me:hunter2@git.example/x.git")
        mlflow.log_param("endpoint", "https://host/x?token=hunter2")
        mlflow.log_param("long", "x" * 5000)
        mlflow.log_metric("odd", float("nan"))
        info = mlflow.sklearn.log_model(classifier, name="model", pip_requirements=["mlflow"])
    model = import_model("iris", info)
    text = Path(model.path_of("model.yaml")).read_text()
    assert "hunter2" not in text
    assert model.lineage["tags"]["mlflow.source.git.repoURL"] == "https://git.example/x.git"
    assert model.lineage["metrics"]["odd"] == "nan"
    assert len(model.lineage["params"]["long"]) == 1000
    json.dumps(dict(model.lineage), allow_nan=False)
