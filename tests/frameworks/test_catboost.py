"""CatBoost: the class comes back, and no name in the record can make another."""

from __future__ import annotations

import numpy as np
import pytest
from framework_models import X, Y, rewrite

import bentobook
from bentobook.errors import InvalidArgument, StoreUnreadable

catboost = pytest.importorskip("catboost")


@pytest.fixture
def classifier():
    return catboost.CatBoostClassifier(iterations=2, verbose=False, allow_writing_files=False).fit(X, Y)


def test_a_classifier_keeps_its_class_and_methods(classifier):
    model = bentobook.catboost.save_model("iris", classifier, signatures={"predict": {}, "predict_proba": {}})
    loaded = model.load_model()
    assert type(loaded) is catboost.CatBoostClassifier
    assert dict(model.info.options) == {"training_class_name": "CatBoostClassifier"}
    np.testing.assert_allclose(loaded.predict_proba(X), classifier.predict_proba(X))


def test_a_model_that_is_not_fitted_is_refused():
    with pytest.raises(InvalidArgument, match=r"It is not fitted yet\.$"):
        bentobook.catboost.save_model("iris", catboost.CatBoostRegressor())


@pytest.mark.parametrize("name", ["cv", "Pool", "core.os", ""])
def test_no_other_name_is_called(classifier, name):
    model = bentobook.catboost.save_model("iris", classifier)
    rewrite(model, ("training_class_name: CatBoostClassifier", f"training_class_name: '{name}'"))
    with pytest.raises(StoreUnreadable, match=rf"options name '{name}', which is no class of models of CatBoost"):
        bentobook.catboost.load_model("iris")
