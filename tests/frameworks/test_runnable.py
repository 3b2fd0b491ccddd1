"""Runners of models that were saved with a framework: one test for every framework that is there."""

from __future__ import annotations

import importlib

import numpy as np
import pandas as pd
import pytest
from framework_models import METHODS, X, Y

import bentobook


@pytest.fixture
def model(fitted, face):
    return face.save_model("m", fitted.model, signatures={METHODS[fitted.name]: {"batchable": True}})


def test_the_recorded_method_answers(fitted, model):
    with model.to_runner() as runner:
        np.testing.assert_allclose(runner.run(X), fitted.expected, rtol=1e-5)
        assert runner.methods[METHODS[fitted.name]].flavor == fitted.name
        assert runner.device == "cpu"


def test_limits_of_the_environment_hold_where_nothing_is_said(model, monkeypatch):
    for name, value in (("BATCH_SIZE", "16"), ("LATENCY_MS", "500"), ("WAIT_MS", "3")):
        monkeypatch.setenv(f"BENTOBOOK_MAX_{name}", value)
    (method,) = model.to_runner().methods.values()
    assert (method.config.max_batch_size, method.config.max_latency_ms, method.config.max_wait_ms) == (16, 500, 3)
    (method,) = model.to_runner(max_wait_ms=0).methods.values()
    assert method.config.max_wait_ms == 0


def test_lists_and_records_are_rows(fitted, model):
    if fitted.name in {"pytorch", "onnx"}:
        pytest.skip(f"{fitted.name} takes arrays")
    with model.to_runner() as runner:
        np.testing.assert_allclose(runner.run(X.tolist()), fitted.expected, rtol=1e-5)


def test_a_dict_is_columns_or_one_row():
    frame = pd.DataFrame(X, columns=["a", "b", "c"])
    clf = importlib.import_module("sklearn.linear_model").LogisticRegression().fit(frame, Y)
    model = bentobook.sklearn.save_model("clf", clf)
    with model.to_runner() as runner:
        np.testing.assert_array_equal(runner.run(frame.to_dict("list")), clf.predict(frame))
        np.testing.assert_array_equal(runner.run(frame.iloc[0].to_dict()), clf.predict(frame[:1]))
        np.testing.assert_array_equal(runner.run(frame.to_dict("records")), clf.predict(frame))
        assert runner.predict.accepts == ("anything: the model has no signature",)
