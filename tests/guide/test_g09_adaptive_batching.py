"""Guide row G9: ``signatures=`` at the import turns adaptive batching on, along the dimension that it names."""

from __future__ import annotations

import asyncio

import mlflow
import numpy as np
import pytest

import bentobook as bentoml


class Doubles(mlflow.pyfunc.PythonModel):
    """Doubles; its batches are kept."""

    def __init__(self):
        self.shapes = []

    def predict(self, context, model_input, params=None):
        self.shapes.append(model_input.shape)
        return model_input * 2


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("doubles") / "m"
    mlflow.pyfunc.save_model(folder, python_model=Doubles(), pip_requirements=["mlflow"])
    return folder


def shapes_of(bento_model, values):
    """Ask for all values at once; give the shapes of the batches after checking the answers."""

    async def main(runner):
        return await asyncio.gather(*[runner.predict.async_run(value) for value in values])

    with bento_model.to_runner() as runner:
        for value, answer in zip(values, asyncio.run(main(runner)), strict=True):
            np.testing.assert_array_equal(answer, value * 2)
        return runner._core.instance.model.unwrap_python_model().shapes


def test_requests_share_batches_when_the_signature_says_so(folder):
    bento_model = bentoml.mlflow.import_model("m", folder, signatures={"predict": {"batchable": True}})
    shapes = shapes_of(bento_model, [np.full((1, 3), i) for i in range(20)])
    assert sum(rows for rows, _ in shapes) == 20
    assert len(shapes) < 10


def test_each_request_runs_alone_without_it(folder):
    shapes = shapes_of(bentoml.mlflow.import_model("m", folder), [np.full((1, 3), i) for i in range(5)])
    assert shapes == [(1, 3)] * 5


def test_rows_may_lie_along_another_dimension(folder):
    signatures = {"predict": {"batchable": True, "batch_dim": 1}}
    bento_model = bentoml.mlflow.import_model("m", folder, signatures=signatures)
    shapes = shapes_of(bento_model, [np.full((3, i % 3 + 1), i) for i in range(20)])
    assert {rows for rows, _ in shapes} == {3}
    assert len(shapes) < 10


def test_values_of_other_layouts_are_never_merged(folder):
    bento_model = bentoml.mlflow.import_model("m", folder, signatures={"predict": {"batchable": True}})
    values = [np.full((1, i % 2 + 2), i, dtype=("float64", "int64", "float32")[i % 3]) for i in range(24)]
    shapes_of(bento_model, values)
