"""LightGBM: a Booster is what BentoML's file holds, and whoever gives more is told."""

from __future__ import annotations

import numpy as np
import pytest
from framework_models import X, Y

import bentobook
from bentobook.errors import InvalidArgument
from bentobook.frameworks.lightgbm import BoosterOnly

lightgbm = pytest.importorskip("lightgbm")


@pytest.fixture
def classifier():
    return lightgbm.LGBMClassifier(n_estimators=2, verbose=-1).fit(X, Y)


def test_of_an_estimator_the_booster_is_stored_and_that_is_told(classifier):
    with pytest.warns(BoosterOnly, match=r"LGBMClassifier its Booster.*bentobook\.sklearn\.save_model") as told:
        model = bentobook.lightgbm.save_model("iris", classifier)
    loaded = model.load_model()
    assert type(loaded) is lightgbm.Booster
    assert told[0].filename == __file__
    np.testing.assert_allclose(loaded.predict(X), classifier.predict_proba(X)[:, 1])


def test_a_method_of_the_estimator_alone_is_refused(classifier):
    with pytest.raises(InvalidArgument, match=r"Booster \(it has predict\), got 'predict_proba'"):
        bentobook.lightgbm.save_model("iris", classifier, signatures={"predict_proba": {}})


def test_the_way_of_sklearn_keeps_the_estimator(classifier):
    model = bentobook.sklearn.save_model("iris", classifier, signatures={"predict_proba": {}})
    loaded = model.load_model()
    assert type(loaded) is lightgbm.LGBMClassifier
    np.testing.assert_array_equal(loaded.predict_proba(X), classifier.predict_proba(X))


def test_an_estimator_that_is_not_fitted_is_refused():
    with pytest.raises(InvalidArgument, match=r"It is not fitted yet\.$"):
        bentobook.lightgbm.save_model("iris", lightgbm.LGBMClassifier())


def test_the_name_that_earlier_releases_of_bentoml_gave_the_file_is_read(classifier):
    model = bentobook.lightgbm.save_model("iris", classifier.booster_)
    (model.path / "saved_model.ubj").rename(model.path / "saved_model.txt")
    np.testing.assert_allclose(model.load_model().predict(X), classifier.predict_proba(X)[:, 1])
