"""Versions that moved between the saving of a model and its load."""

from __future__ import annotations

import platform
import warnings

import cloudpickle
import pytest
import sklearn

from bentobook.mlflow import drift
from bentobook.mlflow.drift import VersionDrift
from bentobook.mlflow.flavors import choose
from bentobook.mlflow.mlmodel import MLmodel

MAJOR, MINOR = sklearn.__version__.split(".")[:2]


def described(version=sklearn.__version__, *, native="sklearn", **pyfunc):
    conf = {"sklearn_version": version}
    return MLmodel({}, {native: conf, "python_function": {"loader_module": "mlflow.sklearn", **pyfunc}})


def test_one_warning_names_recorded_and_installed_of_all():
    model = described("0.1.2", cloudpickle_version="0.9.1", python_version="2.7.18")
    with pytest.warns(VersionDrift, match="iris:v1") as told:
        drift.warn(model, choose(model, "pyfunc"), "iris:v1")
    assert len(told) == 1
    assert str(told[0].message) == (
        f"iris:v1 was saved with scikit-learn 0.1.2 (installed: {sklearn.__version__}), "
        f"cloudpickle 0.9.1 (installed: {cloudpickle.__version__}), "
        f"Python 2.7.18 (installed: {platform.python_version()}). "
        "If it fails or predicts otherwise, install those."
    )


def test_the_warning_points_at_the_user_s_line():
    model = described("0.1")
    with pytest.warns(VersionDrift, match="scikit-learn") as told:
        drift.warn(model, choose(model, "native"), "iris:v1")
    assert told[0].filename == __file__


@pytest.mark.parametrize(
    "model",
    [
        described(),
        described(f"{MAJOR}.{MINOR}.999"),
        described(f"{MAJOR}.{MINOR}.0+cpu"),
        described(None),
        described(python_version="2.7.18"),
        described("0.1", native="unknown"),
    ],
    ids=["equal", "patch", "build", "not recorded", "Python of a model without pickled code", "unknown flavor"],
)
def test_what_breaks_no_pickle_is_not_told(model):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        drift.warn(model, choose(model, "pyfunc"), "iris:v1")
