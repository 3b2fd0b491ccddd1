"""Real models of several frameworks: what MLflow wrote is stored as it is, described, and predicts as before."""

import sys
from pathlib import Path

import mlflow
import numpy as np
import pytest
from small_models import CLASSES, FRAME, QUICK

from bentobook.mlflow import import_model

X = FRAME.to_numpy("float32")


def sklearn(folder):
    from sklearn.neighbors import KNeighborsClassifier

    model = KNeighborsClassifier(1).fit(FRAME, CLASSES)
    mlflow.sklearn.save_model(model, folder, serialization_format="cloudpickle", input_example=FRAME, **QUICK)
    return FRAME, model.predict(FRAME)


def xgboost(folder):
    from xgboost import XGBClassifier

    model = XGBClassifier(n_estimators=2).fit(FRAME, CLASSES)
    mlflow.xgboost.save_model(model, folder, input_example=FRAME, **QUICK)
    return FRAME, model.predict(FRAME)


def lightgbm(folder):
    from lightgbm import LGBMClassifier

    model = LGBMClassifier(n_estimators=2, verbose=-1, min_data_in_leaf=1, min_data_in_bin=1).fit(FRAME, CLASSES)
    mlflow.lightgbm.save_model(model, folder, input_example=FRAME, **QUICK)
    return FRAME, model.predict(FRAME)


def torch_model():
    import torch

    torch.manual_seed(0)
    return torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.ReLU(), torch.nn.Linear(3, 1))


def torch_pickle(folder):
    import torch

    model = torch_model()
    mlflow.pytorch.save_model(model, folder, serialization_format="pickle", **QUICK)
    return X, model(torch.from_numpy(X)).detach().numpy()


def torch_pt2(folder):
    import torch

    model = torch_model()
    mlflow.pytorch.save_model(model, folder, input_example=X[:2], **QUICK)
    return X[:2], model(torch.from_numpy(X[:2])).detach().numpy()


class Doubler(mlflow.pyfunc.PythonModel):
    """Double what comes in."""

    def predict(self, context, model_input, params=None):
        return model_input * 2


def python_model(folder):
    mlflow.pyfunc.save_model(folder, python_model=Doubler(), input_example=FRAME, **QUICK)
    return FRAME, FRAME * 2


def code_paths(folder):
    """Save a model from code that imports a module of its own; MLflow runs it once while it saves."""
    here = Path(folder).parent / "src"
    here.mkdir()
    (here / "my_scaling.py").write_text("FACTOR = 3\n")
    (here / "tripler.py").write_text(
        "import mlflow\nfrom my_scaling import FACTOR\n\n\nclass Tripler(mlflow.pyfunc.PythonModel):\n"
        "    def predict(self, context, model_input, params=None):\n        return model_input * FACTOR\n\n\n"
        "mlflow.models.set_model(Tripler())\n"
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(here)
        parts = {"python_model": str(here / "tripler.py"), "code_paths": [str(here / "my_scaling.py")]}
        mlflow.pyfunc.save_model(folder, **parts, **QUICK)
        patch.delitem(sys.modules, "my_scaling")
    return FRAME, FRAME * 3


# What saves, the flavor's name, what is listed as loaded, what goes in.
CASES = {
    sklearn: ("sklearn", {"cloudpickle": True}, "2 columns"),
    xgboost: ("xgboost", {"ubj": False}, "2 columns"),
    lightgbm: ("lightgbm", {"skops": False}, "2 columns"),
    torch_pickle: ("pytorch", {"torch pickle": True}, None),
    torch_pt2: ("pytorch", {"pt2": False}, "float32 [-1, 2]"),
    python_model: ("python_function", {"cloudpickle": True}, "2 columns"),
    code_paths: ("python_function", {"code": True, "models from code": True}, None),
}


@pytest.mark.parametrize(("save", "expected"), CASES.items(), ids=[save.__name__ for save in CASES])
def test_a_model_is_stored_described_and_predicts_as_before(save, expected, tmp_path):
    from bentobook.schema.spec import Signature

    folder = str(tmp_path / "model")
    given, answer = save(folder)
    model = import_model("model", folder)
    private = model.info.private
    assert expected[0] in private["lineage"]["flavors"]
    assert {entry["format"]: entry["runs_code"] for entry in private["loads_with"]} == expected[1]
    signature = Signature.from_dict(private["signature"]) if "signature" in private else None
    assert (signature.inputs.describe() if signature else None) == expected[2]
    found = model.load_model().predict(given)
    np.testing.assert_allclose(np.asarray(found), np.asarray(answer), rtol=1e-5)


def test_the_path_of_the_machine_that_logged_a_model_is_not_kept_in_the_record(tmp_path):
    code_paths(str(tmp_path / "model"))
    model = import_model("model", tmp_path / "model")
    assert str(tmp_path / "src") in Path(model.path_of("mlflow_model/MLmodel")).read_text()
    assert str(tmp_path / "src") not in Path(model.path_of("model.yaml")).read_text()
