"""Models that are asked past MLflow's own enforcement answer as ``PyFuncModel.predict`` does."""

from __future__ import annotations

import lightgbm
import mlflow
import numpy as np
import pandas as pd
import pytest
import torch
import xgboost
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mlflow.models import infer_signature
from small_models import QUICK

import bentobook
from bentobook.mlflow import enforced
from bentobook.schema.spec import ColumnSpec, Schema, TensorSpec

X = pd.DataFrame(np.random.default_rng(0).random((40, 3)), columns=["a", "b", "c"])
X["n"] = np.arange(40) % 5
Y = (X["a"] > 0.5).astype(int)
FLOATS = X[["a", "b", "c"]]


def sklearn_model(frame):
    from sklearn.linear_model import LogisticRegression

    return mlflow.sklearn, LogisticRegression().fit(frame, Y)


def xgboost_model(frame):
    return mlflow.xgboost, xgboost.XGBClassifier(n_estimators=2).fit(frame, Y)


def xgboost_booster(frame):
    return mlflow.xgboost, xgboost.train({"verbosity": 0}, xgboost.DMatrix(frame, Y), 2)


def lightgbm_model(frame):
    return mlflow.lightgbm, lightgbm.LGBMClassifier(n_estimators=2, verbose=-1).fit(frame, Y)


def torch_model(frame):
    torch.manual_seed(0)
    return mlflow.pytorch, torch.nn.Linear(len(frame.columns), 2)


MAKERS = [sklearn_model, xgboost_model, xgboost_booster, lightgbm_model, torch_model]


@pytest.fixture(scope="module", params=MAKERS, ids=lambda maker: maker.__name__)
def folder(request, tmp_path_factory):
    flavor, model = request.param(X)
    place = tmp_path_factory.mktemp("m") / "m"
    more = {"serialization_format": "pickle"} if flavor is mlflow.pytorch else {}
    flavor.save_model(model, place, signature=infer_signature(X, Y), **more, **QUICK)
    return place


@pytest.fixture(scope="module", params=MAKERS[:4], ids=lambda maker: maker.__name__)
def tensor_folder(request, tmp_path_factory):
    flavor, model = request.param(FLOATS.to_numpy() if request.param is not xgboost_booster else FLOATS)
    place = tmp_path_factory.mktemp("m") / "m"
    flavor.save_model(model, place, signature=infer_signature(FLOATS.to_numpy(), Y.to_numpy()), **QUICK)
    return place


def same(got, wanted):
    assert type(got) is type(wanted)
    if isinstance(wanted, np.ndarray):
        np.testing.assert_array_equal(got, wanted, strict=True)
    else:
        pd.testing.assert_frame_equal(got, wanted)


def test_frames_of_several_dtypes_are_answered_alike(folder):
    model = bentobook.mlflow.import_model("m", folder)
    reference = model.load_model()
    with model.to_runner(batchable=True) as runner:
        for rows in (X, X.iloc[7:8], X.iloc[::-3], X[["n", "c", "b", "a"]], X.assign(more="unused")):
            same(runner.run(rows), reference.predict(rows))


@given(data=st.data())
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
def test_drawn_frames_are_answered_alike(folder, data):
    reference, runner = drawn(folder)
    numbers = st.floats(-10, 10, width=32)
    n = data.draw(st.integers(1, 5))
    frame = pd.DataFrame({name: data.draw(st.lists(numbers, min_size=n, max_size=n)) for name in "abc"})
    frame["n"] = np.array(data.draw(st.lists(st.integers(-9, 9), min_size=n, max_size=n)), "int64")
    frame.index = data.draw(st.permutations(range(n)))
    same(runner.run(frame), reference.predict(frame))


_DRAWN = {}


def drawn(folder):
    """Load each model once for all examples."""
    if folder not in _DRAWN:
        model = bentobook.mlflow.import_model("m", folder)
        runner = model.to_runner(batchable=True)
        runner.init_local()
        _DRAWN[folder] = model.load_model(), runner
    return _DRAWN[folder]


def test_arrays_are_answered_alike(tensor_folder, request):
    model = bentobook.mlflow.import_model("m", tensor_folder)
    reference = model.load_model()
    array = FLOATS.to_numpy()
    if "xgboost_booster" in request.node.name:
        pytest.skip("a Booster that was trained with names refuses bare arrays")
    with model.to_runner(batchable=True) as runner:
        for rows in (array, array[3:4], np.asfortranarray(array)):
            same(runner.run(rows), reference.predict(rows))
        same(runner.run(array.tolist()), reference.predict(array))


def test_params_reach_the_model_as_mlflow_hands_them_on(tmp_path):
    flavor, booster = xgboost_booster(FLOATS)
    signature = infer_signature(FLOATS, Y.astype(float), {"output_margin": False, "pred_leaf": False})
    flavor.save_model(booster, tmp_path / "m", signature=signature, **QUICK)
    model = bentobook.mlflow.import_model("m", tmp_path / "m")
    reference = model.load_model()
    with model.to_runner(batchable=True) as runner:
        same(runner.run(FLOATS), reference.predict(FLOATS))
        same(runner.run(FLOATS, params={"pred_leaf": True}), reference.predict(FLOATS, params={"pred_leaf": True}))


def test_a_method_that_was_chosen_when_the_model_was_logged_is_the_one_that_answers(tmp_path):
    flavor, clf = sklearn_model(FLOATS)
    signature = infer_signature(FLOATS, clf.predict_proba(FLOATS))
    flavor.save_model(clf, tmp_path / "m", signature=signature, pyfunc_predict_fn="predict_proba", **QUICK)
    model = bentobook.mlflow.import_model("m", tmp_path / "m")
    with model.to_runner(batchable=True) as runner:
        same(runner.predict.run(FLOATS), model.load_model().predict(FLOATS))
        assert runner.predict.run(FLOATS).shape == (40, 2)


class Watched:
    """A ``PyFuncModel`` whose own ``predict`` is noticed."""

    def __init__(self, loaded):
        self._predict_fn = loaded._predict_fn
        self._model_impl = loaded._model_impl
        self.asked = 0

    def predict(self, value, params=None):
        self.asked += 1
        return self._predict_fn(value)


PLAIN = Schema(columns=tuple(ColumnSpec(name, "double") for name in "abc"))


@pytest.mark.parametrize(
    ("framework", "inputs", "asked"),
    [
        ("sklearn", PLAIN, 0),
        ("sklearn", Schema(tensors=(TensorSpec(None, "float64", (-1, 3)),)), 0),
        ("sklearn", None, 1),
        ("sklearn", Schema(columns=(*PLAIN.columns, ColumnSpec("d", "double", required=False))), 1),
        ("sklearn", Schema(columns=(*PLAIN.columns[:2], ColumnSpec("c", "any"))), 1),
        ("python_function", PLAIN, 1),
        ("pytorch", PLAIN, 1),
    ],
    ids=["columns", "array", "no schema", "optional", "any", "own code", "torch"],
)
def test_enforcement_is_left_out_only_where_it_does_nothing(framework, inputs, asked, tmp_path):
    flavor, clf = sklearn_model(FLOATS)
    flavor.save_model(clf, tmp_path / "m", **QUICK)
    watched = Watched(mlflow.pyfunc.load_model(str(tmp_path / "m")))
    np.testing.assert_array_equal(enforced.calling(watched, framework, inputs, ())(FLOATS), clf.predict(FLOATS))
    assert watched.asked == asked
