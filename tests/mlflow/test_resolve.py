"""Places that a local tracking store knows: runs, logged models, registered versions, MLflow's own objects."""

import os
import shutil
from pathlib import Path

import mlflow
import pytest
from small_models import FRAME, QUICK

from bentobook.errors import ImportFailed, MissingDependency
from bentobook.mlflow import import_model


def log(model, name="model"):
    return mlflow.sklearn.log_model(model, name=name, input_example=FRAME.head(2), **QUICK)


@pytest.fixture
def logged(tracking, classifier):
    """Log one model in a run of its own."""
    with mlflow.start_run() as run:
        info = log(classifier)
    return run, info


@pytest.fixture
def registered(logged):
    """Register the logged model twice."""
    _, info = logged
    client = mlflow.MlflowClient()
    for _ in range(2):
        version = mlflow.register_model(info.model_uri, "iris")
    client.set_registered_model_alias("iris", "champion", "1")
    client.transition_model_version_stage("iris", "2", "Production")
    return version


def test_every_object_of_mlflow_is_a_place(logged, registered):
    run, info = logged
    model = mlflow.get_logged_model(info.model_id)
    for place in (info, model, registered, run, mlflow.get_run(run.info.run_id)):
        assert import_model("iris", place).lineage["run"]["id"] == run.info.run_id


@pytest.mark.parametrize(
    ("uri", "version"),
    [
        ("models:/iris/1", "1"),
        ("models:/iris@champion", "1"),
        ("models:/iris/Production", "2"),
        ("models:/iris/production", "2"),
        ("models:/iris/latest", "2"),
        ("models:/iris/Latest", "2"),
    ],
)
def test_a_registered_model_is_found(registered, uri, version):
    lineage = import_model("iris", uri).lineage
    assert lineage["source_uri"] == uri
    assert lineage["registry"]["version"] == version
    assert lineage["resolved_uri"].startswith("models:/m-")


def test_versions_keep_their_aliases_and_stages(registered):
    assert import_model("iris", "models:/iris/1").lineage["registry"] == {
        "name": "iris",
        "version": "1",
        "aliases": ["champion"],
    }
    assert import_model("iris", "models:/iris/2").lineage["registry"]["stage"] == "Production"


def test_a_logged_model_is_found_by_its_id(logged):
    _, info = logged
    for uri in (info.model_uri, f"models:/{info.model_id}", info.model_id):
        assert import_model("iris", uri).lineage["model"]["id"] == info.model_id


@pytest.mark.parametrize("form", ["runs:/{}/model", "runs://{}/model", "runs:/{}/model/", "runs:/{}"])
def test_a_run_is_found(logged, form):
    run, info = logged
    lineage = import_model("iris", form.format(run.info.run_id)).lineage
    assert lineage["model"]["id"] == info.model_id
    assert lineage["run"]["experiment"] == "test"


def test_files_on_this_machine_are_copied_once_and_left_alone(logged, store_home, monkeypatch):
    _, info = logged
    folder = Path(mlflow.get_logged_model(info.model_id).artifact_location.removeprefix("file://"))
    before = {file: file.stat().st_mtime_ns for file in folder.rglob("*")}
    model = import_model("iris", info.model_uri)
    assert {file: file.stat().st_mtime_ns for file in folder.rglob("*")} == before
    names = {file.name for file in Path(model.path_of("mlflow_model")).iterdir()}
    assert names == {file.name for file in folder.iterdir()}


def test_the_place_where_mlflow_2_kept_a_model_leads_to_it(tracking, classifier, caplog):
    caplog.set_level("INFO", "bentobook")
    with mlflow.start_run() as run:
        info = log(classifier, "flower-model")
        uri = mlflow.get_artifact_uri("flower-model")
        model = import_model("iris", uri)
    assert model.lineage["model"]["id"] == info.model_id
    assert model.lineage["run"]["id"] == run.info.run_id
    assert "the model was found through its run" in caplog.text


def test_an_artifact_that_is_really_below_its_run_is_taken_from_there(tracking, saved):
    with mlflow.start_run() as run:
        mlflow.log_artifacts(str(saved), "by-hand")
    for uri in (f"{run.info.artifact_uri}/by-hand", f"runs:/{run.info.run_id}/by-hand"):
        assert import_model("iris", uri).info.private["signature"]


def test_of_several_models_with_one_name_the_last_step_is_taken(tracking, classifier):
    with mlflow.start_run() as run:
        mlflow.sklearn.log_model(classifier, name="model", step=5, **QUICK)
        mlflow.sklearn.log_model(classifier, name="model", step=1, **QUICK)
    outputs = mlflow.get_run(run.info.run_id).outputs.model_outputs
    last = next(output.model_id for output in outputs if output.step == 5)
    assert import_model("iris", f"runs:/{run.info.run_id}/model").lineage["model"]["id"] == last


def test_of_several_models_with_one_name_and_step_the_newest_is_taken(tracking, classifier):
    with mlflow.start_run() as run:
        infos = [log(classifier), log(classifier)]
    assert import_model("m", f"runs:/{run.info.run_id}/model").lineage["model"]["id"] == infos[1].model_id


def test_a_deleted_model_of_a_run_does_not_hide_the_others(tracking, classifier):
    with mlflow.start_run() as run:
        gone, kept = log(classifier, "gone"), log(classifier, "kept")
    mlflow.MlflowClient().delete_logged_model(gone.model_id)
    for uri in (f"runs:/{run.info.run_id}/kept", f"runs:/{run.info.run_id}"):
        assert import_model("m", uri).lineage["model"]["id"] == kept.model_id
    with pytest.raises(ImportFailed, match="there is no folder"):
        import_model("m", f"runs:/{run.info.run_id}/gone")


def test_a_run_with_several_models_lists_them_line_by_line(tracking, classifier):
    with mlflow.start_run() as run:
        uris = {log(classifier, name).model_uri for name in ("one", "two")}
    with pytest.raises(ImportFailed, match=r"this run logged 2 models\. Give one of them:") as caught:
        import_model("iris", run)
    lines = str(caught.value).splitlines()[1:]
    assert {line.split()[0] for line in lines} == uris
    assert {line.split()[1] for line in lines} == {"one", "two"}


def test_a_run_without_a_model_says_so(tracking):
    with mlflow.start_run() as run:
        pass
    with pytest.raises(ImportFailed, match="this run logged no model"):
        import_model("iris", run)


def test_a_model_without_a_version_is_answered_with_those_there_are(registered):
    with pytest.raises(ImportFailed, match=r"Give models:/iris/latest .* versions 2, 1 and the aliases iris@champion"):
        import_model("iris", "models:/iris")


def test_an_empty_stage_is_answered_with_the_versions(registered):
    with pytest.raises(ImportFailed, match=r"no version of it is in stage 'Staging'.*versions 2, 1"):
        import_model("iris", "models:/iris/Staging")


@pytest.mark.parametrize(
    "uri",
    [
        "models:/nothing",
        "models:/nothing/1",
        "models:/iris/9",
        "models:/iris@nobody",
        "models:/m-" + "0" * 32,
        "runs:/" + "0" * 32 + "/model",
        "runs:/{run}/nothing",
    ],
)
def test_not_found_names_the_server_that_was_asked(logged, registered, tracking, uri):
    run, _ = logged
    with pytest.raises(ImportFailed) as caught:
        import_model("iris", uri.format(run=run.info.run_id))
    assert tracking in str(caught.value)
    assert str(caught.value).startswith(f"Cannot import {uri.format(run=run.info.run_id)}: ")
    assert "\n" not in str(caught.value)


def test_the_servers_own_error_is_chained(tracking):
    with pytest.raises(ImportFailed, match="nothing is there") as caught:
        import_model("iris", "models:/nothing/1")
    assert type(caught.value.__cause__).__name__ in {"MlflowException", "RestException"}


def test_no_database_is_made_where_there_is_none(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ImportFailed, match=r"there is no tracking store at sqlite:///.*mlflow.db. Name yours with"):
        import_model("iris", "models:/iris/1")
    assert not (tmp_path / "mlflow.db").exists()


def test_a_model_of_mlflow_3_is_imported_where_nobody_knows_it(tmp_path, logged, empty_tracking_database):
    _, info = logged
    folder = mlflow.get_logged_model(info.model_id).artifact_location
    shutil.copyfile(empty_tracking_database, tmp_path / "empty.db")
    mlflow.set_tracking_uri(f"sqlite:///{tmp_path}/empty.db")
    model = import_model("iris", folder)
    assert model.lineage["model"]["id"] == info.model_id
    assert "params" not in model.lineage
    assert model.load_model().predict(FRAME).tolist() == [0, 0, 1, 1]


def test_an_old_file_store_is_answered_with_the_way_to_move_it(tmp_path, monkeypatch):
    monkeypatch.delenv("MLFLOW_ALLOW_FILE_STORE", raising=False)
    (tmp_path / "mlruns").mkdir()
    mlflow.set_tracking_uri((tmp_path / "mlruns").as_uri())
    try:
        with pytest.raises(ImportFailed, match="MLFLOW_ALLOW_FILE_STORE=true, or move it once with"):
            import_model("iris", "models:/iris/1")
    finally:
        mlflow.set_tracking_uri(None)


def test_what_only_the_full_mlflow_can_read_is_said(tmp_path):
    """Run where SQLAlchemy cannot be imported, as with mlflow-skinny alone."""
    import subprocess
    import sys

    (tmp_path / "mlflow.db").touch()
    code = (
        "import sys; sys.modules['sqlalchemy'] = None\n"
        "import bentobook as bentoml\n"
        "from bentobook.errors import MissingDependency\n"
        "try: bentoml.mlflow.import_model('iris', 'models:/iris/1')\n"
        "except MissingDependency as error: print(error)\n"
    )
    environment = {
        **os.environ,
        "PYTHONPATH": str(Path.cwd()),
        "MLFLOW_TRACKING_URI": f"sqlite:///{tmp_path}/mlflow.db",
    }
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert "beyond mlflow-skinny, needs mlflow, which is not installed: pip install mlflow" in done.stdout


def test_a_storage_of_a_run_that_does_not_answer_is_named_not_the_server(tracking, monkeypatch):
    monkeypatch.setenv("MLFLOW_S3_ENDPOINT_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    client = mlflow.MlflowClient()
    run = client.create_run(client.create_experiment("far", artifact_location="s3://bucket/far"))
    with pytest.raises(ImportFailed, match=r": bucket does not answer\. Is it running"):
        import_model("m", f"runs:/{run.info.run_id}/model")


@pytest.mark.parametrize(
    ("uri", "error", "sentence"),
    [
        ("foo://x/y", ImportFailed, "MLflow knows no storage for foo: URIs"),
        ("gs://bucket/iris", MissingDependency, 'pip install "google-cloud-storage>=1.30"'),
        ("abfss://c@a.dfs.core.windows.net/x", MissingDependency, "pip install .*azure"),
        ("wasbs://c@a.blob.core.windows.net/x", MissingDependency, "pip install .*azure"),
        ("sftp://host/x", MissingDependency, "pip install pysftp"),
        ("http://127.0.0.1:1/model.zip", ImportFailed, "/api/2.0/mlflow-artifacts/artifacts/"),
        ("http://127.0.0.1:1/api/2.0/mlflow-artifacts/artifacts/1/x", ImportFailed, "127.0.0.1:1 does not answer"),
        ("mlflow-artifacts:/0/x/artifacts", ImportFailed, "needs a tracking server"),
        ("https://github.com/mlflow/mlflow-example", ImportFailed, "/api/2.0/mlflow-artifacts/artifacts/"),
    ],
)
def test_a_storage_that_cannot_be_read_is_one_sentence(tmp_path, monkeypatch, uri, error, sentence):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(error, match=sentence) as caught:
        import_model("iris", uri)
    assert "\n" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []
