"""The inference methods of live objects."""

from __future__ import annotations

import lightgbm
import mlflow.pyfunc
import numpy as np
import pytest
import torch
import xgboost
from sklearn.cluster import KMeans
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from bentobook.frameworks.kinds import framework_of, is_pyfunc, is_python_model, raw_of
from bentobook.frameworks.methods import methods_of

X, Y = np.random.default_rng(0).random((40, 3)), np.arange(40) % 2


class Net(torch.nn.Linear):
    def encode(self, x):
        return x


class Base(mlflow.pyfunc.PythonModel):
    def explain(self, model_input):
        return model_input


class Custom(Base):
    limit = 3
    Inner = dict

    def load_context(self, context):
        pass

    def predict(self, context, model_input, params=None):
        return model_input

    def embed(self, model_input):
        return model_input

    @staticmethod
    def version():
        return 1

    @property
    def ready(self):
        raise AssertionError

    def _hidden(self):
        pass


@pytest.mark.parametrize(
    ("make", "methods"),
    [
        (LogisticRegression, ("predict", "predict_proba", "predict_log_proba", "decision_function")),
        (LinearRegression, ("predict",)),
        (SVC, ("predict", "decision_function")),
        (KMeans, ("predict", "transform")),
        (StandardScaler, ("transform", "inverse_transform")),
        (lambda: make_pipeline(StandardScaler(), LinearRegression()), ("predict",)),
        (xgboost.XGBRegressor, ("predict", "apply")),
        (xgboost.XGBClassifier, ("predict", "predict_proba", "apply")),
        (lambda: xgboost.train({}, xgboost.DMatrix(X, Y), 1), ("predict", "inplace_predict")),
        (lambda: lightgbm.LGBMClassifier(verbose=-1).fit(X, Y), ("predict", "predict_proba", "decision_function")),
        (lambda: torch.nn.Linear(2, 1), ("__call__",)),
        (lambda: Net(2, 1), ("__call__", "encode")),
        (Custom, ("predict", "embed", "version", "explain")),
        (lambda: len, ("__call__",)),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_each_framework_s_objects_name_their_methods(make, methods):
    found = methods_of(make())
    assert set(found) >= set(methods)
    assert [name for name in found if name in methods] == list(methods)


@pytest.mark.parametrize("obj", [object(), 3, {"predict": 1}], ids=["object", "int", "dict"])
def test_what_does_not_infer_has_no_methods(obj):
    assert methods_of(obj) == ()


def test_apply_of_torch_rewrites_the_model_and_is_not_named():
    assert "apply" not in methods_of(Net(2, 1))


def test_the_hooks_of_a_python_model_are_not_named():
    assert methods_of(Custom()) == ("predict", "embed", "version", "explain")


@pytest.mark.parametrize(
    ("obj", "kind"),
    [
        (lightgbm.LGBMClassifier(), "lightgbm"),
        (xgboost.XGBClassifier(), "xgboost"),
        (SVC(), "sklearn"),
        (Net(1, 1), "pytorch"),
        (Custom(), None),
        (3, None),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_wrapper_comes_before_what_it_builds_on(obj, kind):
    assert framework_of(obj) == kind


def test_a_pyfunc_offers_what_is_behind_it(tmp_path):
    mlflow.pyfunc.save_model(tmp_path / "m", python_model=Custom(), pip_requirements=["mlflow"])
    loaded = mlflow.pyfunc.load_model(str(tmp_path / "m"))
    assert is_pyfunc(loaded)
    assert is_python_model(raw_of(loaded))
    assert methods_of(loaded) == methods_of(raw_of(loaded))
    assert raw_of(3) == 3
