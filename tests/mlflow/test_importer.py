import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import yaml
from small_models import CLASSES, FRAME, QUICK

import bentobook
from bentobook.errors import (
    AlreadyExists,
    ImportFailed,
    InvalidArgument,
    InvalidTag,
    NotAnMLflowModel,
    Refused,
    UnsupportedSignature,
)
from bentobook.mlflow import MLFLOW_MODEL_FOLDER, import_model


def files_of(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_a_model_is_copied_byte_by_byte(saved):
    model = import_model("iris", saved)
    assert files_of(Path(model.path_of(MLFLOW_MODEL_FOLDER))) == files_of(saved)
    assert model.verify()


def test_the_record_is_bentomls_with_ours_below(saved):
    import mlflow

    model = import_model("iris:v1", str(saved), labels={"team": "botany"}, metadata={"score": 0.5})
    record = yaml.safe_load(Path(model.path_of("model.yaml")).read_text())
    assert list(record)[-1] == "bentobook"
    assert record["module"] == "bentoml.mlflow"
    assert record["labels"] == {"team": "botany"}
    assert record["metadata"] == {"score": 0.5}
    assert record["context"]["framework_name"] == "mlflow"
    assert record["context"]["framework_versions"] == {"mlflow": mlflow.__version__}
    assert record["signatures"] == {"predict": {"batchable": False}}
    assert record["bentobook"]["digest"] == model.digest


def test_what_the_model_says_of_itself_is_kept(saved):
    private = import_model("iris", saved).info.private
    assert private["lineage"]["source_uri"] == str(saved)
    assert private["lineage"]["flavors"]["python_function"] is None
    assert private["lineage"]["flavors"]["sklearn"]
    assert private["requirements"] == ["mlflow"]
    assert private["example"] == [{"a": 0.0, "b": 1.0}, {"a": 1.0, "b": 0.0}]
    assert private["signature"]["inputs"]["columns"][0] == {"name": "a", "type": "double", "required": True}
    assert private["signature"]["source"] == "model"
    assert private["loads_with"] == [{"path": "mlflow_model/model.skops", "format": "skops", "runs_code": False}]


def test_methods_are_recorded_and_bentoml_sees_predict_alone(saved):
    model = import_model("iris", saved, signatures={"predict": {"batchable": True}}, methods=["predict_proba"])
    assert list(model.info.signatures) == ["predict"]
    assert model.methods["predict"].batchable
    assert not model.methods["predict_proba"].batchable


def test_each_import_makes_a_version(saved):
    one, two = import_model("iris", saved), import_model("iris", saved)
    assert one.tag != two.tag
    assert bentobook.mlflow.get("iris").tag == two.tag


def test_custom_objects_come_along_with_the_code_of_external_modules(saved, tmp_path, monkeypatch):
    (tmp_path / "my_helper.py").write_text("def double(x):\n    return 2 * x\n")
    monkeypatch.syspath_prepend(tmp_path)
    import my_helper  # type: ignore[import-not-found]

    objects = {"double": my_helper.double}
    model = import_model("iris", saved, custom_objects=objects, external_modules=[my_helper])
    monkeypatch.delitem(sys.modules, "my_helper")
    (tmp_path / "my_helper.py").unlink()
    assert bentobook.models.get(model.tag).custom_objects["double"](21) == 42


def test_reuse_gives_the_version_that_is_there(saved, caplog):
    caplog.set_level("INFO", "bentobook")
    one = import_model("iris", saved, labels={"a": "b"}, methods=["predict"], reuse=True)
    two = import_model("iris", saved, labels={"a": "b"}, methods=["predict"], reuse=True)
    assert two.tag == one.tag
    assert f"{one.tag} has the same content, labels and methods" in caplog.text
    assert len(bentobook.models.list("iris")) == 1


@pytest.mark.parametrize(
    "other",
    [
        {"labels": {"a": "c"}},
        {"metadata": {"x": 1}},
        {"methods": ["predict", "apply"]},
        {"custom_objects": {"a": 1}},
        {"signatures": {"predict": {"batchable": True}}},
    ],
    ids=["labels", "metadata", "methods", "objects", "batchable"],
)
def test_reuse_makes_a_version_when_anything_differs(saved, other):
    one = import_model("iris", saved, labels={"a": "b"}, reuse=True)
    two = import_model("iris", saved, **{"labels": {"a": "b"}, **other}, reuse=True)
    assert two.tag != one.tag


def test_reuse_of_other_content_makes_a_version(saved, tmp_path):
    one = import_model("iris", saved, reuse=True)
    changed = tmp_path / "changed"
    changed.mkdir()
    for name, content in files_of(saved).items():
        (changed / name).write_bytes(content)
    (changed / "README").write_text("more")
    assert import_model("iris", changed, reuse=True).tag != one.tag


def test_a_given_version_is_reused_or_an_error(saved):
    one = import_model("iris:v1", saved)
    assert import_model("iris:v1", saved, reuse=True) == one
    with pytest.raises(AlreadyExists, match="iris:v1 already exists"):
        import_model("iris:v1", saved, reuse=True, labels={"other": "label"})
    with pytest.raises(AlreadyExists, match="iris:v1 already exists"):
        import_model("iris:v1", saved)


def test_a_model_without_a_signature_gets_one_from_an_example(classifier, tmp_path):
    import mlflow

    mlflow.sklearn.save_model(classifier, str(tmp_path / "bare"), **QUICK)
    bare = import_model("iris", tmp_path / "bare", reuse=True)
    assert "signature" not in bare.info.private
    shown = import_model("iris", tmp_path / "bare", example=FRAME.head(1), reuse=True)
    assert shown.info.private["signature"]["inputs"]["columns"][1]["name"] == "b"
    assert shown.info.private["signature"]["source"] == "example"
    assert shown.info.private["example"] == [{"a": 0.0, "b": 1.0}]
    assert import_model("iris", tmp_path / "bare", example=FRAME.head(1), reuse=True) == shown


def test_progress_ends_at_the_total(saved):
    seen = []
    import_model("iris", saved, progress=lambda done, total: seen.append((done, total)))
    total = sum(len(content) for content in files_of(saved).values())
    assert seen[-1] == (total, total)
    assert seen == sorted(seen)


def test_an_interrupt_leaves_nothing(saved, store_home):
    def interrupt(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_model("iris", saved, progress=interrupt)
    assert list((store_home / ".bentobook" / "staging").iterdir()) == []
    assert bentobook.models.list() == []


@pytest.mark.parametrize(
    ("arguments", "error", "sentence"),
    [
        ({"name": "iris:latest"}, InvalidTag, "a version other than 'latest'"),
        ({"name": "My Model"}, InvalidTag, "Try 'my-model'"),
        ({"signatures": {"predict_proba": {}}}, UnsupportedSignature, "support only the `predict` method"),
        ({"methods": ["_x"]}, InvalidArgument, "the name of a public method"),
        ({"labels": {3: "x"}}, InvalidArgument, "labels"),
        ({"metadata": {"x": {1, 2}}}, InvalidArgument, "metadata"),
        ({"model_uri": 3}, InvalidArgument, "a path, a URI"),
        ({"model_uri": "/no/such/folder"}, ImportFailed, "Cannot import /no/such/folder: there is no folder"),
    ],
)
def test_a_mistake_is_told_before_anything_is_written(saved, store_home, arguments, error, sentence):
    with pytest.raises(error, match=sentence):
        import_model(**{"name": "iris", "model_uri": saved, **arguments})
    assert not store_home.exists()


def test_what_lies_there_instead_of_a_model_is_told(saved, tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(ImportFailed, match="empty is empty"):
        import_model("iris", tmp_path / "empty")
    with pytest.raises(NotAnMLflowModel, match=r"is not a MLflow model\. Its folder 'iris' is one"):
        import_model("iris", saved.parent)
    with pytest.raises(ImportFailed, match=r"it is a file, and a model is a folder\. Give the folder"):
        import_model("iris", saved / "MLmodel")
    with pytest.raises(ImportFailed, match=r"models\.import_model"):
        import_model("iris", saved / "model.skops")


def test_an_administrator_may_close_kinds_of_uris(saved, tmp_path, monkeypatch):
    (tmp_path / "bentobook.toml").write_text('uri_schemes = ["models", ""]')
    monkeypatch.setattr("bentobook.settings.ADMIN_FILE", tmp_path / "bentobook.toml")
    assert import_model("iris", saved)
    with pytest.raises(Refused, match="Importing from s3: URIs is not allowed here: uri_schemes is set in"):
        import_model("iris", "s3://bucket/iris")


def test_a_path_that_leaves_the_folder_is_refused_and_nothing_is_stored(saved, tmp_path, store_home):
    outside = tmp_path / "evil"
    outside.mkdir()
    for name, content in files_of(saved).items():
        (outside / name).write_bytes(content)
    text = (outside / "MLmodel").read_text().replace("model_path: model.skops", "model_path: ../../secret.pkl")
    (outside / "MLmodel").write_text(text)
    with pytest.raises(ImportFailed, match=r"leads out of the model's folder: flavors\.python_function\.model_path"):
        import_model("iris", outside)
    assert not store_home.exists()


def test_a_local_import_needs_neither_mlflow_nor_pandas_and_writes_nothing_here(saved, tmp_path):
    code = (
        "import sys, bentobook as bentoml\n"
        f"model = bentoml.mlflow.import_model('iris', {str(saved)!r}, labels={{'a': 'b'}}, reuse=True)\n"
        "heavy = {'mlflow', 'pandas', 'numpy', 'sklearn'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
        "assert model.info.private['signature']\n"
    )
    here = tmp_path / "here"
    here.mkdir()
    environment = {**os.environ, "PYTHONPATH": str(Path.cwd())}
    environment.pop("MLFLOW_TRACKING_URI", None)
    subprocess.run([sys.executable, "-c", code], check=True, cwd=here, env=environment)
    assert list(here.iterdir()) == []


def test_the_model_predicts_as_before(saved, classifier):
    model = import_model("iris", saved)
    np.testing.assert_array_equal(model.load_model().predict(FRAME), CLASSES)
