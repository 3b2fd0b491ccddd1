import pickle
from pathlib import Path

import pytest

from bentobook.mlflow.loads import loads_with
from bentobook.mlflow.mlmodel import MLmodel

UBJ = b"{L\0\0\0"
PICKLE = pickle.dumps({"a": 1})


def listed(folder: Path, flavors: dict, **files: bytes) -> list[tuple[str, str, bool]]:
    for name, content in files.items():
        path = folder / name.replace("__", "/").replace("_dot_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    entries = loads_with(MLmodel({}, flavors), folder, "mlflow_model")
    return [(entry["path"], entry["format"], entry["runs_code"]) for entry in entries]


def test_a_booster_is_data(tmp_path):
    flavors = {
        "python_function": {"loader_module": "mlflow.xgboost", "data": "model.ubj"},
        "xgboost": {"data": "model.ubj", "model_class": "xgboost.core.Booster"},
    }
    assert listed(tmp_path, flavors, model_dot_ubj=UBJ) == [("mlflow_model/model.ubj", "ubj", False)]


def test_a_class_that_is_not_the_frameworks_own_runs_code(tmp_path):
    flavors = {
        "python_function": {"loader_module": "mlflow.xgboost", "data": "model.ubj"},
        "xgboost": {"data": "model.ubj", "model_class": "os.abort"},
    }
    entries = listed(tmp_path, flavors, model_dot_ubj=UBJ)
    assert entries[0] == ("mlflow_model/MLmodel", "model_class os.abort", True)


def test_a_data_format_is_data_only_for_its_own_loader(tmp_path):
    flavors = {
        "python_function": {"loader_module": "mlflow.sklearn", "model_path": "model.pkl"},
        "sklearn": {"pickled_model": "model.pkl", "serialization_format": "pickle"},
    }
    assert listed(tmp_path, flavors, model_dot_pkl=UBJ) == [("mlflow_model/model.pkl", "ubj", True)]


def test_cloudpickle_is_known_by_what_mlmodel_says(tmp_path):
    flavors = {
        "python_function": {"loader_module": "mlflow.sklearn", "model_path": "model.pkl"},
        "sklearn": {"pickled_model": "model.pkl", "serialization_format": "cloudpickle"},
    }
    assert listed(tmp_path, flavors, model_dot_pkl=PICKLE) == [("mlflow_model/model.pkl", "cloudpickle", True)]


@pytest.mark.parametrize(
    ("trusted", "runs_code"),
    [(None, False), (["lightgbm.basic.Booster"], False), (["os.system"], True), ("all", True)],
)
def test_skops_runs_code_when_the_model_itself_widens_what_it_may_build(tmp_path, trusted, runs_code):
    import skops.io
    from sklearn.linear_model import LogisticRegression

    skops.io.dump(LogisticRegression(), tmp_path / "model.skops")
    flavors = {
        "python_function": {"loader_module": "mlflow.sklearn", "model_path": "model.skops"},
        "sklearn": {"pickled_model": "model.skops", "skops_trusted_types": trusted},
    }
    assert listed(tmp_path, flavors) == [("mlflow_model/model.skops", "skops", runs_code)]


def test_the_parts_of_a_python_model_are_listed(tmp_path):
    flavors = {
        "python_function": {
            "loader_module": "mlflow.pyfunc.model",
            "python_model": "python_model.pkl",
            "code": "code",
            "artifacts": {"table": {"path": "artifacts/t.csv", "uri": "/somewhere/t.csv"}},
        }
    }
    entries = listed(tmp_path, flavors, python_model_dot_pkl=PICKLE, artifacts__t_dot_csv=b"a,b\n1,2\n")
    assert entries == [
        ("mlflow_model/code", "code", True),
        ("mlflow_model/python_model.pkl", "cloudpickle", True),
        ("mlflow_model/artifacts/t.csv", "csv", False),
    ]


def test_a_model_from_code_names_only_its_file(tmp_path):
    flavors = {
        "python_function": {
            "loader_module": "mlflow.pyfunc.loaders.code_model",
            "model_code_path": "/home/somebody/secret-project/model.py",
        }
    }
    assert listed(tmp_path, flavors) == [("mlflow_model/model.py", "models from code", True)]


@pytest.mark.parametrize("loader", ["my_loader", "", "mlflowish"])
def test_a_loader_that_is_not_mlflows_runs_code(tmp_path, loader):
    entries = listed(tmp_path, {"python_function": {"loader_module": loader, "data": "m"}}, m=b"x")
    assert entries[0][1:] == (f"loader_module {loader or '(none)'}", True)


def test_torch_folders_are_looked_into(tmp_path):
    flavors = {
        "python_function": {"loader_module": "mlflow.pytorch", "data": "data"},
        "pytorch": {"model_data": "data"},
    }
    known = listed(tmp_path, flavors, data__pickle_module_info_dot_txt=b"mlflow.pytorch.pickle_module")
    assert known == []
    other = listed(tmp_path, flavors, data__pickle_module_info_dot_txt=b"os", data__model_dot_pth=b"???")
    assert other == [
        ("mlflow_model/data/model.pth", "unknown", True),
        ("mlflow_model/data/pickle_module_info.txt", "pickle module", True),
    ]


def test_a_long_list_ends_with_how_many_more_there_are(tmp_path):
    flavors = {"python_function": {"loader_module": "mlflow.transformers", "model_binary": "model"}}
    (tmp_path / "model").mkdir()
    for at in range(150):
        (tmp_path / "model" / f"part-{at:03}").write_bytes(b"")
    entries = listed(tmp_path, flavors)
    assert entries[0] == ("mlflow_model/model", "22 more files", True)
    assert len(entries) == 32
