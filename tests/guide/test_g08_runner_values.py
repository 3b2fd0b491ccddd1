"""Guide row G8: each type goes in and each comes out, batched and alone, with its index and its dtypes."""

from __future__ import annotations

import asyncio
import typing

import mlflow
import numpy as np
import pandas as pd
import pytest
from mlflow.models import ModelSignature, infer_signature
from mlflow.types import Schema, TensorSpec

import bentobook as bentoml

FRAME = pd.DataFrame({"a": [0.5, 1.5, 2.5, 3.5], "n": [1, 2, 3, 4]})
EXPECTED = (FRAME["a"] * FRAME["n"]).to_numpy()


class Product(mlflow.pyfunc.PythonModel):
    """Multiplies two columns and answers in the form that it was made for."""

    def __init__(self, form):
        self.form = form

    def predict(self, context, model_input, params=None):
        product = model_input["a"] * model_input["n"]
        forms = {
            "DataFrame": lambda: product.to_frame("product"),
            "Series": lambda: product,
            "ndarray": product.to_numpy,
            "list": product.tolist,
            "tuple": lambda: (product.to_numpy(), product.tolist()),
        }
        return forms[self.form]()


class Sum(mlflow.pyfunc.PythonModel):
    """Adds two named arrays."""

    def predict(self, context, model_input, params=None):
        return model_input["x"] + model_input["y"]


def imported(folder, python_model, signature):
    mlflow.pyfunc.save_model(folder, python_model=python_model, signature=signature, pip_requirements=["mlflow"])
    return bentoml.mlflow.import_model("m", folder, signatures={"predict": {"batchable": True}})


def ask(runner, values):
    """Ask for all values at once, from coroutines."""

    async def main():
        return await asyncio.gather(*[runner.predict.async_run(value) for value in values])

    return asyncio.run(main())


FORMS = ["DataFrame", "Series", "ndarray", "list", "tuple"]


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    made = {}
    for form in FORMS:
        made[form] = tmp_path_factory.mktemp(form) / "m"
        signature = infer_signature(FRAME.astype({"n": "int64"}))
        mlflow.pyfunc.save_model(
            made[form], python_model=Product(form), signature=signature, pip_requirements=["mlflow"]
        )
    return made


def flat(answer):
    return np.asarray(answer[0] if isinstance(answer, tuple) else answer).ravel()


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("batchable", [True, False])
def test_each_type_comes_out(folders, form, batchable):
    model = bentoml.mlflow.import_model("m", folders[form], signatures={"predict": {"batchable": batchable}})
    with model.to_runner() as runner:
        pieces = [FRAME.iloc[i : i + 1] for i in range(4)] * 4
        answers = ask(runner, pieces)
        assert {type(answer).__name__ for answer in answers} == {form}
        np.testing.assert_array_equal(np.concatenate([flat(each) for each in answers]), np.tile(EXPECTED, 4))
        assert (runner.stats().methods["predict"].batches < 16) is batchable


VALUES = {
    "DataFrame": FRAME,
    "dict of columns": FRAME.to_dict("list"),
    "dict of arrays": {name: column.to_numpy() for name, column in FRAME.items()},
    "records": FRAME.to_dict("records"),
    "rows": FRAME.to_numpy(object).tolist(),
    "ndarray": FRAME.to_numpy(object),
    "columns in another order": FRAME[["n", "a"]],
}


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES)
@pytest.mark.parametrize("batchable", [True, False])
def test_each_type_goes_in(folders, value, batchable):
    model = bentoml.mlflow.import_model("m", folders["ndarray"], signatures={"predict": {"batchable": batchable}})
    with model.to_runner() as runner:
        for answer in ask(runner, [value] * 8):
            np.testing.assert_array_equal(answer, EXPECTED)
        assert (runner.stats().methods["predict"].batches < 8) is batchable


def test_a_dict_of_scalars_and_a_series_are_one_row(folders):
    with bentoml.mlflow.import_model("m", folders["ndarray"]).to_runner() as runner:
        assert runner.predict.run({"a": 2.0, "n": 3}).tolist() == [6.0]
        assert runner.predict.run(pd.Series({"a": 2.0, "n": 3}, dtype=object)).tolist() == [6.0]


@pytest.mark.parametrize("form", ["Series", "DataFrame"])
def test_the_index_comes_back_as_it_was_asked(folders, form):
    model = bentoml.mlflow.import_model("m", folders[form], signatures={"predict": {"batchable": True}})
    indexes = [["x", "y", "z", "x"], ["p", "q", "r", "s"], ["x", "y", "z", "x"]]
    with model.to_runner() as runner:
        for answer, index in zip(ask(runner, [FRAME.set_axis(i) for i in indexes]), indexes, strict=True):
            assert answer.index.tolist() == index
            assert answer.to_numpy().dtype == np.float64
        parts = ask(runner, [FRAME.iloc[:2], FRAME.iloc[2:]])
    assert [part.index.tolist() for part in parts] == [[0, 1], [2, 3]]


def test_a_dict_of_named_tensors_is_batched_by_rows(tmp_path):
    specs = [TensorSpec(np.dtype("float64"), (-1, 2), name) for name in "xy"]
    model = imported(tmp_path / "m", Sum(), ModelSignature(inputs=Schema(specs)))
    values = [{"x": np.full((i + 1, 2), float(i)), "y": np.ones((i + 1, 2))} for i in range(6)]
    with model.to_runner() as runner:
        for i, answer in enumerate(ask(runner, values)):
            np.testing.assert_array_equal(answer, np.full((i + 1, 2), i + 1.0))
        assert runner.stats().methods["predict"].batches < 6


def test_a_type_that_is_refused_is_answered_with_what_is_taken(folders):
    with bentoml.mlflow.import_model("m", folders["ndarray"]).to_runner() as runner:
        taken = "one of: a DataFrame with the columns 'a' .double., 'n' .long.; a list of records; a dict of columns"
        with pytest.raises(bentoml.errors.SchemaMismatch, match=taken):
            runner.predict.run({1, 2})
        assert runner.predict.accepts[1] == "a list of records"


def test_the_names_of_the_guide_are_there():
    assert set(typing.get_args(bentoml.mlflow.MLflowRunnerInput)) >= {pd.DataFrame, np.ndarray}
    assert set(typing.get_args(bentoml.mlflow.MLflowRunnerOutput)) >= {pd.DataFrame, pd.Series, np.ndarray}
