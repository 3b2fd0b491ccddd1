"""Descriptors from type hints and signatures."""

from __future__ import annotations

import typing
from typing import Annotated, Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pydantic
import pytest
from PIL import Image as Pillow

from bentobook import io
from bentobook.errors import InvalidArgument
from bentobook.io.answer import Answer
from bentobook.io.model import ModelInput, ModelOutput
from bentobook.schema.spec import ColumnSpec, Schema, TensorSpec

COLUMNS = Schema(columns=(ColumnSpec("a", "double"),))
TENSOR = Schema(tensors=(TensorSpec(None, "float32", (-1, 2)),))


class Flower(pydantic.BaseModel):
    a: float


OF_HINTS: list[tuple[Any, type[Any] | None]] = [
    (np.ndarray, io.NumpyNdarray),
    (npt.NDArray[np.float32], io.NumpyNdarray),
    (pd.DataFrame, io.PandasDataFrame),
    (pd.Series, io.PandasSeries),
    (Flower, io.JSON),
    (list[float], io.JSON),
    (dict, io.JSON),
    (float, io.JSON),
    (str, io.Text),
    (bytes, io.File),
    (typing.BinaryIO, io.File),
    (Pillow.Image, io.Image),
    (Annotated[np.ndarray, io.Text()], io.Text),
    (Annotated[str, "a note"], io.Text),
    (io.Text(), io.Text),
    (None, None),
    (Any, None),
    ("Unknown", None),
]


@pytest.mark.parametrize(("hint", "kind"), OF_HINTS, ids=lambda each: getattr(each, "__name__", type(each).__name__))
def test_a_hint_names_its_descriptor(hint: Any, kind: type[Any] | None) -> None:
    found = io.from_hint(hint)

    assert (None if found is None else type(found)) is kind


def test_the_dtype_of_an_array_is_enforced() -> None:
    found = io.from_hint(npt.NDArray[np.float32])

    assert isinstance(found, io.NumpyNdarray)
    assert (found.dtype, found.enforce_dtype) == (np.float32, True)


def test_a_type_that_nobody_knows_is_refused() -> None:
    def predict(x: pytest.Item) -> None: ...

    with pytest.raises(InvalidArgument, match="a type that pydantic validates"):
        io.infer(predict)


def bare(x):
    return x


def framed(df: pd.DataFrame) -> pd.DataFrame:
    return df


def arrayed(x: np.ndarray) -> np.ndarray:
    return x


def told(x: Flower) -> Flower:
    return x


def counted(x: np.ndarray, ctx: Any) -> dict[str, int]:
    return {"n": len(x)}


def odd(x: np.ndarray) -> pytest.Item:
    raise NotImplementedError


@pytest.mark.parametrize(
    ("function", "schema", "taken", "given"),
    [
        (None, None, Answer, ModelOutput),
        (bare, None, Answer, ModelOutput),
        (bare, COLUMNS, ModelInput, ModelOutput),
        (framed, None, io.PandasDataFrame, io.PandasDataFrame),
        (framed, COLUMNS, ModelInput, io.PandasDataFrame),
        (framed, TENSOR, io.PandasDataFrame, io.PandasDataFrame),
        (arrayed, None, io.NumpyNdarray, io.NumpyNdarray),
        (arrayed, COLUMNS, ModelInput, io.NumpyNdarray),
        (arrayed, TENSOR, ModelInput, io.NumpyNdarray),
        (told, COLUMNS, io.JSON, io.JSON),
        (counted, TENSOR, ModelInput, io.JSON),
        (odd, TENSOR, ModelInput, ModelOutput),
        (str.upper, None, Answer, ModelOutput),
    ],
)
def test_hints_go_before_the_signature(function: Any, schema: Schema | None, taken: type, given: type) -> None:
    found = io.infer(function, inputs=schema, outputs=schema)

    assert tuple(map(type, found)) == (taken, given)


def test_an_array_is_made_of_records_where_the_function_wants_one() -> None:
    taken, _ = io.infer(arrayed, inputs=COLUMNS)

    assert taken.decode(b'[{"a": 1}]', "application/json").tolist() == [[1.0]]


def test_several_parameters_are_a_form() -> None:
    def predict(image: Pillow.Image, note: str, more) -> str:
        return note

    taken, given = io.infer(predict)

    assert isinstance(taken, io.Multipart)
    assert {name: type(each) for name, each in taken.inputs.items()} == {
        "image": io.Image,
        "note": io.Text,
        "more": io.JSON,
    }
    assert isinstance(given, io.Text)


def test_the_label_and_the_example_are_handed_on() -> None:
    taken = io.from_schema(COLUMNS, "predict of iris:v1", sample=pd.DataFrame({"a": [1.0]}))

    assert taken.where == "predict of iris:v1"
    assert taken.example() == [{"a": 1.0}]


def test_without_a_signature_values_are_handed_on_unchecked() -> None:
    taken = io.from_schema(None)

    assert taken.decode(b'[{"anything": 1}]', "application/json") == [{"anything": 1}]
    assert taken.decode(b"a,b\n1,2\n", "text/csv").shape == (1, 2)
    assert taken.json_schema() == {}


def test_answers_of_plain_hints_may_be_of_numpy() -> None:
    _, given = io.infer(counted)

    assert given.encode({"n": np.int64(3)}).body == b'{"n":3}'
