import json

import numpy as np
import pandas as pd
import pytest
from mlflow.models import infer_signature
from mlflow.types import ColSpec, DataType, ParamSchema, Schema
from mlflow.types import ParamSpec as MLflowParam
from mlflow.types.schema import AnyType, Array, Map, Object, Property

from bentobook.errors import InvalidArgument
from bentobook.mlflow.mlmodel import MLmodel
from bentobook.mlflow.signature import from_mlflow, of_example, read
from bentobook.schema.spec import ColumnSpec, ParamSpec, Signature, TensorSpec

FRAME = pd.DataFrame({"a": [1.5, 2.5], "b": [1, 2], "c": ["x", "y"]})


def of_mlflow(signature) -> Signature:
    return from_mlflow(signature.to_dict(), source="model")


def test_columns_keep_names_types_and_what_may_be_left_out():
    schema = Schema([ColSpec("double", "a"), ColSpec(DataType.datetime, "b", required=False)])
    found = of_mlflow(infer_signature(FRAME[["a"]])).inputs
    assert found.columns == (ColumnSpec("a", "double"),)
    found = from_mlflow({"inputs": json.dumps(schema.to_dict())}, source="model").inputs
    assert found.columns == (ColumnSpec("a", "double"), ColumnSpec("b", "datetime", required=False))


def test_nested_types_are_kept():
    schema = Schema(
        [
            ColSpec(Array(DataType.double), "a"),
            ColSpec(Map(DataType.string), "m"),
            ColSpec(Object([Property("x", DataType.long, required=False), Property("y", Array(DataType.string))]), "o"),
            ColSpec(AnyType(), "any", required=False),
        ]
    )
    columns = from_mlflow({"inputs": json.dumps(schema.to_dict())}, source="model").inputs.columns
    described = {column.name: column.describe() for column in columns}
    assert described["a"] == "array of double"
    assert described["m"] == "map to string"
    assert described["o"] == "object {x?: long, y: array of string}"
    assert columns[3].type == "any"


def test_tensors_keep_dtype_and_shape():
    found = of_mlflow(infer_signature(np.zeros((3, 28, 28), "float32"), np.zeros(3, "int64")))
    assert found.inputs.tensors == (TensorSpec(None, "float32", (-1, 28, 28)),)
    assert found.outputs.tensors == (TensorSpec(None, "int64", (-1,)),)


def test_named_tensors_keep_their_names():
    found = of_mlflow(infer_signature({"x": np.zeros((2, 3)), "y": np.zeros((2, 1))}))
    assert found.inputs.names == ("x", "y")


def test_params_keep_their_defaults():
    one, several = MLflowParam("temp", DataType.double, 0.5), MLflowParam("k", DataType.long, [1, 2], shape=(-1,))
    params = ParamSchema([one, several])
    found = from_mlflow({"params": json.dumps(params.to_dict())}, source="model")
    assert found.params == (ParamSpec("temp", "double", 0.5), ParamSpec("k", "long", [1, 2], (-1,)))


def test_mlflow_1_had_no_required_columns():
    found = from_mlflow({"inputs": '[{"name": "a", "type": "double"}]'}, source="model")
    assert found.inputs.columns == (ColumnSpec("a", "double", required=True),)


@pytest.mark.parametrize(
    "plain",
    [
        None,
        {},
        "text",
        {"inputs": None, "outputs": None},
        {"inputs": "[]"},
        {"inputs": "{broken"},
        {"inputs": "{}"},
        {"inputs": '[{"name": "a"}]'},
        {"inputs": "[3]"},
        {"inputs": "[" * 100_000},
        {"inputs": json.dumps("x" * 400_000)},
    ],
)
def test_what_cannot_be_understood_is_left_out(plain):
    assert read(MLmodel({"signature": plain}, {})) is None


@pytest.mark.parametrize(
    ("example", "described"),
    [
        (FRAME, "3 columns"),
        (FRAME["a"], "double"),
        (np.zeros((2, 4), "float32"), "float32 [-1, 4]"),
        ([[1.0, 2.0]], "array of double"),
        (["text"], "string"),
        ({"a": np.zeros(2), "b": np.ones((2, 2))}, "2 tensors"),
    ],
    ids=["frame", "series", "array", "list", "texts", "dict"],
)
def test_an_example_shows_what_goes_in(example, described):
    signature = of_example(example)
    assert signature.inputs.describe() == described
    assert (signature.outputs, signature.source) == (None, "example")


NOTHING = [object(), "text", [], {}, pd.DataFrame(), np.zeros((0, 4)), np.float64(1), {1: object()}]


@pytest.mark.parametrize("example", NOTHING)
def test_an_example_that_shows_nothing_is_refused(example):
    with pytest.raises(InvalidArgument, match="a DataFrame, array, list or dict of rows"):
        of_example(example)
