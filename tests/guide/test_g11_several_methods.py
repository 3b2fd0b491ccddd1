"""Guide row G11: the limitation to one inference method is gone; each method has its own flag and schema."""

from __future__ import annotations

import asyncio

import mlflow
import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression

import bentobook as bentoml

X = pd.DataFrame(np.random.default_rng(0).random((30, 2)), columns=["a", "b"])
CLF = LogisticRegression().fit(X, (X["a"] > 0.5).astype(int))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("iris") / "m"
    mlflow.sklearn.save_model(CLF, folder, input_example=X.head(2), pip_requirements=["mlflow"])
    return folder


def test_methods_that_were_named_at_the_import(folder):
    bento_model = bentoml.mlflow.import_model(
        "iris_clf", folder, methods={"predict": {"batchable": True}, "predict_proba": {"batchable": False}}
    )
    with bento_model.to_runner() as runner:
        np.testing.assert_array_equal(runner.predict.run(X), CLF.predict(X))
        np.testing.assert_array_equal(runner.predict_proba.run(X), CLF.predict_proba(X))
        assert (runner.predict.batchable, runner.predict_proba.batchable) == (True, False)
        assert "to_runner(batchable=True)" in runner.predict_proba.advice
        assert runner.predict_proba.schema.inputs == runner.predict.schema.inputs


def test_methods_that_are_named_when_the_runner_is_made(folder):
    async def main(runner):
        rows = [X.iloc[i : i + 1] for i in range(30)]
        asked = [(runner.predict if i % 2 else runner.predict_proba).async_run(row) for i, row in enumerate(rows)]
        return await asyncio.gather(*asked)

    bento_model = bentoml.mlflow.import_model("iris_clf", folder)
    with bento_model.to_runner(methods=["predict", "predict_proba"], batchable=True) as runner:
        answers = asyncio.run(main(runner))
    for i, answer in enumerate(answers):
        wanted = CLF.predict(X.iloc[i : i + 1]) if i % 2 else CLF.predict_proba(X.iloc[i : i + 1])
        np.testing.assert_allclose(answer, wanted, rtol=1e-12)


def test_bentoml_s_own_argument_keeps_its_error_and_says_what_to_write(folder):
    with pytest.raises(bentoml.errors.UnsupportedSignature, match="methods="):
        bentoml.mlflow.import_model("iris_clf", folder, signatures={"predict_proba": {"batchable": True}})
