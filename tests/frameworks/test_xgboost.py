"""XGBoost: the class comes back, and no name in the record can make another."""

from __future__ import annotations

import numpy as np
import pytest
from framework_models import X, Y, answer, rewrite

import bentobook
from bentobook.errors import StoreUnreadable
from bentobook.frameworks.device import device_of

xgboost = pytest.importorskip("xgboost")


class Mine(xgboost.XGBClassifier):
    """A class of the user's own, which no other process knows."""


@pytest.fixture
def classifier():
    return xgboost.XGBClassifier(n_estimators=2).fit(X, Y)


def test_an_estimator_keeps_its_methods(classifier):
    model = bentobook.xgboost.save_model("iris", classifier, signatures={"predict": {}, "predict_proba": {}})
    loaded = model.load_model()
    assert type(loaded) is xgboost.XGBClassifier
    np.testing.assert_array_equal(loaded.predict_proba(X), classifier.predict_proba(X))


def test_a_booster_stays_a_booster(classifier):
    model = bentobook.xgboost.save_model("iris", classifier.get_booster())
    loaded = model.load_model()
    assert (type(loaded), dict(model.info.options)) == (xgboost.Booster, {"model_class": "Booster"})
    np.testing.assert_array_equal(answer("xgboost", loaded), answer("xgboost", classifier.get_booster()))


def test_a_subclass_of_the_user_s_is_loaded_as_xgboost_s_own():
    model = bentobook.xgboost.save_model("iris", Mine(n_estimators=2).fit(X, Y))
    assert type(model.load_model()) is xgboost.XGBClassifier


def test_the_first_layout_holds_a_booster(classifier):
    model = bentobook.xgboost.save_model("iris", classifier.get_booster())
    rewrite(model, ("api_version: v2", "api_version: v1"), ("  model_class: Booster", "  {}"))
    assert type(bentobook.xgboost.load_model("iris")) is xgboost.Booster


@pytest.mark.parametrize("name", ["train", "DMatrix", "__loader__", "core.os", ""])
def test_no_other_name_is_called(classifier, name):
    model = bentobook.xgboost.save_model("iris", classifier)
    rewrite(model, ("model_class: XGBClassifier", f"model_class: '{name}'"))
    with pytest.raises(StoreUnreadable, match=rf"options name '{name}', which is no class of models of XGBoost"):
        bentobook.xgboost.load_model("iris")


def test_the_device_is_verified(classifier):
    bentobook.xgboost.save_model("iris", classifier)
    assert device_of(bentobook.xgboost.load_model("iris", device="cpu")) == "cpu"
