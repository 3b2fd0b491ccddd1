"""An estimator that is asked with bare numbers answers as for the frame, bit for bit; others get the frame."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest
from sklearn import config_context
from sklearn.base import BaseEstimator
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import VotingClassifier
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures, StandardScaler
from sklearn.utils import all_estimators

from bentobook.frameworks import nameless
from bentobook.schema.spec import ColumnSpec, Schema

NAMES = ("a", "b", "c", "d")
SCHEMA = Schema(columns=tuple(ColumnSpec(name, "double") for name in NAMES))
FRAME = pd.DataFrame(np.random.default_rng(0).random((60, 4)), columns=NAMES)
Y = (FRAME["a"] + FRAME["b"] > 1).astype(int).to_numpy()
LISTED = {name for names in nameless._SIMPLE.values() for name in names.split()}
PREDICTING = sorted((name, cls) for name, cls in all_estimators() if name in LISTED and hasattr(cls, "predict"))
SCALERS = sorted((name, cls) for name, cls in all_estimators() if name in LISTED and not hasattr(cls, "predict"))


def fit(estimator, frame=FRAME):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return estimator.fit(frame, Y)


def agree(estimator, frame=FRAME, schema=SCHEMA):
    for method in nameless.METHODS:
        if hasattr(estimator, method):
            quick = nameless.quick(estimator, method, schema)
            assert quick is not None, method
            for rows in (frame, frame.iloc[3:4], frame.iloc[::-7]):
                with warnings.catch_warnings(), np.errstate(divide="ignore"):
                    warnings.simplefilter("error")
                    got = quick(rows)
                    wanted = getattr(estimator, method)(rows)
                assert type(got) is type(wanted)
                np.testing.assert_array_equal(got, wanted, strict=True)


def test_everything_that_is_listed_is_there():
    assert {name for name, _ in [*PREDICTING, *SCALERS]} == LISTED


@pytest.mark.parametrize(("name", "cls"), PREDICTING, ids=[name for name, _ in PREDICTING])
def test_a_listed_estimator_answers_alike(name, cls):
    few = {key: 3 for key in ("n_estimators", "n_clusters") if key in cls().get_params()}
    agree(fit(cls(**few)))


@pytest.mark.parametrize(("name", "cls"), SCALERS, ids=[name for name, _ in SCALERS])
def test_a_pipeline_that_starts_with_a_listed_transformer_answers_alike(name, cls):
    agree(fit(make_pipeline(cls(), LogisticRegression())))


@pytest.mark.parametrize("dtype", ["float32", "int32", "int64"])
def test_other_numbers_answer_alike(dtype):
    frame = (FRAME * 9).astype(dtype)
    kind = {"float32": "float", "int32": "integer", "int64": "long"}[dtype]
    schema = Schema(columns=tuple(ColumnSpec(name, kind) for name in NAMES))
    agree(fit(make_pipeline(StandardScaler(), PolynomialFeatures(), Ridge()), frame), frame, schema)


def test_a_search_answers_as_its_best_estimator():
    agree(
        fit(
            GridSearchCV(make_pipeline(StandardScaler(), LogisticRegression()), {"logisticregression__C": [1, 2]}, cv=2)
        )
    )


def test_one_that_was_fitted_without_names_answers_alike_and_does_not_warn():
    quick = nameless.quick(LogisticRegression().fit(FRAME.to_numpy(), Y), "predict", SCHEMA)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        np.testing.assert_array_equal(quick(FRAME), LogisticRegression().fit(FRAME, Y).predict(FRAME))


def test_the_estimator_itself_keeps_its_names():
    model = fit(LogisticRegression())
    nameless.quick(model, "predict", SCHEMA)
    assert model.feature_names_in_.tolist() == list(NAMES)


class Own(LogisticRegression):
    """A user's subclass, which may look at names."""


class Whole(BaseEstimator):
    """A user's own estimator."""

    def fit(self, X, y):  # noqa: N803
        return self

    def predict(self, X):  # noqa: N803
        return X["a"]


@pytest.mark.parametrize(
    "estimator",
    [
        Own(),
        Whole(),
        VotingClassifier([("a", LogisticRegression())]),
        make_pipeline(ColumnTransformer([("s", StandardScaler(), ["a", "b"])]), LogisticRegression()),
        make_pipeline(StandardScaler(), LogisticRegression()).set_output(transform="pandas"),
        make_pipeline("passthrough", LogisticRegression()),
    ],
    ids=["subclass", "own", "voting", "by column", "frames inside", "passthrough"],
)
def test_one_that_may_look_at_names_gets_the_frame(estimator):
    assert nameless.quick(fit(estimator), "predict", SCHEMA) is None


def test_frames_inside_may_be_a_setting_of_the_process():
    with config_context(transform_output="pandas"):
        assert nameless.quick(fit(make_pipeline(StandardScaler(), Ridge())), "predict", SCHEMA) is None


@pytest.mark.parametrize(
    ("method", "schema"),
    [
        ("transform", SCHEMA),
        ("predict", None),
        ("predict", Schema(columns=SCHEMA.columns[::-1])),
        ("predict", Schema(columns=(*SCHEMA.columns[:3], ColumnSpec("d", "long")))),
        ("predict", Schema(columns=(*SCHEMA.columns[:3], ColumnSpec("d", "double", required=False)))),
    ],
    ids=["method", "no schema", "another order", "several dtypes", "optional"],
)
def test_nothing_is_quicker_where_the_schema_does_not_vouch_for_the_frame(method, schema):
    assert nameless.quick(fit(LogisticRegression()), method, schema) is None


def test_a_frame_of_objects_is_left_to_the_estimator():
    quick = nameless.quick(fit(LogisticRegression()), "predict", SCHEMA)
    np.testing.assert_array_equal(quick(FRAME.astype("Float64")), quick(FRAME))
