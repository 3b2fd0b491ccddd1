from pathlib import Path

import pytest
import yaml

from bentobook.errors import ImportFailed, MissingPyfuncFlavor, NotAnMLflowModel
from bentobook.mlflow.mlmodel import advice_for, read

PYFUNC = {"loader_module": "mlflow.sklearn", "model_path": "model.pkl", "env": {"conda": "conda.yaml"}}


def write(folder: Path, **fields: object) -> Path:
    content = {"flavors": {"python_function": PYFUNC, "sklearn": {"pickled_model": "model.pkl"}}, **fields}
    (folder / "MLmodel").write_text(yaml.safe_dump(content))
    return folder


def with_pyfunc(folder: Path, **settings: object) -> Path:
    return write(folder, flavors={"python_function": {**PYFUNC, **settings}})


def test_fields_and_flavors_are_read(tmp_path):
    mlmodel = read(write(tmp_path, run_id="abc", model_id=None), "shown")
    assert list(mlmodel.flavors) == ["python_function", "sklearn"]
    assert mlmodel.pyfunc["loader_module"] == "mlflow.sklearn"
    assert (mlmodel.text("run_id"), mlmodel.text("model_id"), mlmodel.text("nothing")) == ("abc", None, None)


def test_a_folder_without_the_file_is_no_model(tmp_path):
    with pytest.raises(NotAnMLflowModel, match='artifact "shown" is not a MLflow model'):
        read(tmp_path, "shown")


def test_a_model_needs_the_python_function_flavor(tmp_path):
    write(tmp_path, flavors={"sklearn": {}, "onnx": {}})
    with pytest.raises(MissingPyfuncFlavor, match=r"does not support the required python_function flavor.*onnx"):
        read(tmp_path, "shown")


@pytest.mark.parametrize(
    "text",
    ["flavors: [", "a: &a [*a]", "!!python/object/apply:os.system [id]", "\0", "x" * 3_000_000],
    ids=["cut", "loop", "object", "binary", "huge"],
)
def test_a_file_that_is_no_plain_yaml_is_refused(tmp_path, text):
    (tmp_path / "MLmodel").write_text(text)
    with pytest.raises(ImportFailed, match="its MLmodel file is not valid"):
        read(tmp_path, "shown")


@pytest.mark.parametrize("text", ["", "just text", "[1]", "flavors: 3"])
def test_a_file_that_names_no_flavors_is_no_model(tmp_path, text):
    (tmp_path / "MLmodel").write_text(text)
    with pytest.raises(NotAnMLflowModel, match="names no flavors"):
        read(tmp_path, "shown")


OUTSIDE = ["../outside.pkl", "/etc/passwd", "a/../../b", "a\\..\\..\\b", "C:\\x", "C:/x", "link/x", "..", "a\0b"]


@pytest.mark.parametrize("path", OUTSIDE)
@pytest.mark.parametrize("field", ["data", "model_path", "model_data", "code", "python_model", "pickled_model", "env"])
def test_no_path_may_leave_the_folder(tmp_path, field, path):
    (tmp_path / "link").symlink_to("/tmp")
    with pytest.raises(ImportFailed, match=rf"leads out of the model's folder: flavors.python_function.{field} is"):
        read(with_pyfunc(tmp_path, **{field: path}), "shown")


@pytest.mark.parametrize(
    "settings",
    [
        {"env": {"conda": "../conda.yaml"}},
        {"artifacts": {"weights": {"path": "../../w", "uri": "file:///w"}}},
        {"extra_files": [{"path": "/etc/passwd"}]},
        {"unknown": {"deep": ["x", "../../x"]}},
    ],
    ids=["env", "artifact", "extra file", "unknown field"],
)
def test_nor_may_a_nested_one(tmp_path, settings):
    with pytest.raises(ImportFailed, match="leads out of the model's folder"):
        read(with_pyfunc(tmp_path, **settings), "shown")


def test_nor_may_the_example(tmp_path):
    write(tmp_path, saved_input_example_info={"artifact_path": "../../secret.json"})
    with pytest.raises(ImportFailed, match=r"saved_input_example_info.artifact_path is '../../secret.json'"):
        read(tmp_path, "shown")


@pytest.mark.parametrize(
    "settings",
    [
        {"model_code_path": "/home/somebody/project/code.py"},
        {"config": {"data_dir": "../elsewhere"}},
        {"artifacts": {"weights": {"path": "artifacts/w", "uri": "/home/somebody/w"}}},
        {"code": None},
        {"data": "data/./model.pth"},
        {"data": ".."[:1]},
        {"source": "/models/base"},
    ],
    ids=["logging machine", "user's settings", "where it was", "none", "dots", "the folder", "free text"],
)
def test_what_is_no_path_of_the_model_is_left_alone(tmp_path, settings):
    assert read(with_pyfunc(tmp_path, **settings), "shown").pyfunc["loader_module"] == "mlflow.sklearn"


def test_a_project_is_answered_with_the_way_to_its_model():
    assert "mlflow.projects.run" in advice_for({"MLproject", "train.py"})
    assert advice_for({"iris", "other"}, ["iris"]) == "Its folder 'iris' is one."
    assert advice_for({"data.csv"}) == ""
