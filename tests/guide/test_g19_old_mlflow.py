"""Guide row G19: model folders as MLflow 0.9, 1.30, 2.22 and 3 wrote them are imported, loaded, and predict."""

from __future__ import annotations

import warnings
from pathlib import Path

import pandas as pd
import pytest
from mlflow.pyfunc import PyFuncModel

import bentobook as bentoml
from bentobook.mlflow.drift import VersionDrift

FIXTURES = Path(__file__).parents[1] / "fixtures"
ERAS = ["mlflow_0_9", "mlflow_1_30", "mlflow_2_22", "mlflow_3"]
FRAME = pd.DataFrame({"a": [0.0, 3.0], "b": [1.0, 0.0]})
# Older pickles of scikit-learn warn once more when they are read; ours comes before (see below).
pytestmark = pytest.mark.filterwarnings("ignore::bentobook.mlflow.drift.VersionDrift", "ignore:Trying to unpickle")


@pytest.fixture(params=ERAS)
def era(request):
    return request.param


def load(era, kind, **how):
    return bentoml.mlflow.import_model(f"{era}_{kind}", FIXTURES / era / kind).load_model(**how)


def test_a_sklearn_model_predicts(era):
    model = load(era, "sklearn")
    assert isinstance(model, PyFuncModel)
    assert model.predict(FRAME).tolist() == [0, 1]


def test_a_sklearn_model_is_had_as_it_was(era):
    classifier = load(era, "sklearn", flavor="native")
    assert type(classifier).__name__ == "LogisticRegression"
    assert classifier.predict_proba(FRAME.to_numpy()).shape == (2, 2)


def test_a_class_of_the_user_s_predicts(era):
    assert load(era, "python_model").predict(FRAME).equals(FRAME + 1)


def test_a_class_of_the_user_s_is_had_as_it_was(era):
    adder = load(era, "python_model", flavor="native")
    assert (type(adder).__name__, adder.n) == ("Adder", 1)


def test_a_loader_module_predicts(era):
    assert load(era, "loader").predict(FRAME.to_numpy()).tolist() == [0, 1]


def test_what_a_loader_module_made_is_had_as_it_was(era):
    assert type(load(era, "loader", flavor="native")).__name__ == "LogisticRegression"


@pytest.mark.parametrize("flavor", ["pyfunc", "native"])
def test_a_framework_that_moved_on_is_told_once_and_first(flavor):
    model = bentoml.mlflow.import_model("iris", FIXTURES / "mlflow_0_9" / "sklearn")
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        model.load_model(flavor=flavor)
    ours = [warning for warning in told if warning.category is VersionDrift]
    assert len(ours) == 1
    assert ours[0] is told[0]
    assert "scikit-learn 1.3.2 (installed: " in str(ours[0].message)
    assert ours[0].filename == __file__
