"""Saving whatever object: its framework is found, what no module of ours saves goes through MLflow's flavor."""

from __future__ import annotations

import pathlib
import threading

import cloudpickle
import framework_models
import mlflow
import numpy as np
import pytest
from framework_models import NAMES, X, Y, answer

import bentobook
from bentobook.errors import InvalidArgument
from bentobook.mlflow.saving import way_of
from bentobook.store import card
from bentobook.store.model_yaml import ModelSignature

BATCHED, SINGLE = ModelSignature(batchable=True), ModelSignature()


class Doubler(mlflow.pyfunc.PythonModel):
    """Double what comes in."""

    def predict(self, context, model_input, params=None):
        return model_input * 2

    def explain(self, model_input):
        return "twice"


@pytest.fixture
def classifier():
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression().fit(X, Y)


@pytest.mark.parametrize("name", NAMES)
def test_the_framework_is_found_from_the_object(name):
    fitted = framework_models.fitted(name)
    model = bentobook.models.save_model("any", fitted.model, batchable=True)
    assert model.info.module == f"bentoml.{name}"
    assert dict(model.info.signatures) == {framework_models.METHODS[name]: BATCHED}
    np.testing.assert_allclose(answer(name, model.load_model()), fitted.expected, rtol=1e-6)


def test_an_estimator_of_lightgbm_comes_back_as_it_was():
    lightgbm = pytest.importorskip("lightgbm")
    clf = lightgbm.LGBMClassifier(n_estimators=2, verbose=-1).fit(X, Y)
    model = bentobook.models.save_model("any", clf, methods=["predict", "predict_proba"])
    assert model.info.module == "bentoml.sklearn"
    np.testing.assert_array_equal(model.load_model().predict_proba(X), clf.predict_proba(X))


@pytest.mark.parametrize(
    ("methods", "batchable", "recorded"),
    [
        (None, False, {"predict": SINGLE}),
        (None, True, {"predict": BATCHED}),
        (["predict_proba"], True, {"predict_proba": BATCHED}),
        ({"predict": None, "predict_proba": {"batchable": False}}, True, {"predict": BATCHED, "predict_proba": SINGLE}),
        ({"predict": {"batchable": True, "batch_dim": 1}}, True, {"predict": ModelSignature(True, (1, 1))}),
    ],
    ids=["the usual one", "batchable", "named", "one of them said otherwise", "along another axis"],
)
def test_methods_are_recorded(classifier, methods, batchable, recorded):
    model = bentobook.models.save_model("any", classifier, methods=methods, batchable=batchable)
    assert dict(model.info.signatures) == recorded


def test_everything_else_is_handed_on(classifier):
    model = bentobook.models.save_model(
        "any:v1", classifier, labels={"team": "red"}, metadata={"acc": 0.5}, custom_objects={"names": ["a"]}
    )
    assert (dict(model.info.labels), dict(model.info.metadata)) == ({"team": "red"}, {"acc": 0.5})
    assert model.custom_objects == {"names": ["a"]}


@pytest.fixture
def python_model():
    return bentobook.models.save_model(
        "twice:v1", Doubler(), methods=["predict", "explain"], labels={"team": "red"}, custom_objects={"names": ["a"]}
    )


def test_mlflow_s_flavor_saves_the_rest_as_if_it_were_imported(python_model):
    assert (python_model.info.module, python_model.custom_objects) == ("bentoml.mlflow", {"names": ["a"]})
    assert (list(python_model.info.signatures), list(python_model.methods)) == (["predict"], ["predict", "explain"])
    np.testing.assert_array_equal(bentobook.mlflow.load_model("twice").predict(X), X * 2)
    assert python_model.load_model(flavor="native").explain(X) == "twice"
    assert python_model.verify().state == "ok"


def test_it_has_no_source_but_this_store(python_model, capsys):
    assert not python_model.lineage.keys() & {"source_uri", "imported_at"}
    assert "claimed" not in card.text(python_model)
    python_model.load_model()
    assert capsys.readouterr().err == ""


def test_a_framework_without_a_module_of_ours_is_found():
    api = pytest.importorskip("statsmodels.api")
    results = api.OLS(X[:, 0], X[:, 1:]).fit()
    assert way_of(results) == "mlflow.statsmodels"
    model = bentobook.models.save_model("ols", results, batchable=True)
    assert model.methods == {"predict": BATCHED}
    np.testing.assert_allclose(model.load_model().predict(X[:, 1:]), results.predict(X[:, 1:]))


def test_a_method_that_is_not_there_is_refused(classifier, store_home):
    for obj in (classifier, Doubler()):
        with pytest.raises(InvalidArgument, match=r"method: expected one of .* \(it has predict.*got 'score_all'"):
            bentobook.models.save_model("any", obj, methods=["score_all"])
    assert not (store_home / "models").exists()


@pytest.mark.parametrize("obj", [object(), 3, {"a": 1}, len], ids=["object", "number", "dict", "function"])
def test_an_object_of_nobody_s_is_refused_with_what_can_be_saved_and_how_to_keep_it(obj):
    with pytest.raises(
        InvalidArgument, match=r"a model of catboost, .*sklearn, .*xgboost, got '.*bentobook\.models\.create\(NAME\)"
    ):
        bentobook.models.save_model("any", obj)


def test_the_way_to_keep_any_other_object_works():
    with bentobook.models.create("kept") as new:
        pathlib.Path(new.path_of("model.pkl")).write_bytes(cloudpickle.dumps({"a": 1}))
    assert cloudpickle.loads(pathlib.Path(bentobook.models.get("kept").path_of("model.pkl")).read_bytes()) == {"a": 1}


def test_what_came_from_mlflow_is_to_be_imported(python_model):
    with pytest.raises(InvalidArgument, match=r"import it from there with bentobook\.mlflow\.import_model"):
        bentobook.models.save_model("again", python_model.load_model())


def test_what_mlflow_s_flavor_does_not_take_is_one_sentence(store_home):
    model = Doubler()
    model.lock = threading.Lock()  # cannot be pickled
    with pytest.raises(InvalidArgument, match=r"what mlflow\.pyfunc\.save_model takes, got '.*Doubler'. MLflow says: "):
        bentobook.models.save_model("odd", model)
    assert not bentobook.models.list()
    assert not list((store_home / ".bentobook" / "staging").iterdir())
