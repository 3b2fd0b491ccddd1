"""What a model takes, by its signature: records and arrays in, all problems of every row out."""

from __future__ import annotations

import base64
import json
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bentobook import io
from bentobook.errors import BadRequestBody, SchemaMismatch, UnsupportedContentType
from bentobook.io.array_bytes import write_npy
from bentobook.io.model import ModelInput, ModelOutput
from bentobook.schema.check import Checker
from bentobook.schema.prepared import Prepared
from bentobook.schema.spec import ColumnSpec, Schema, TensorSpec

JSON, CSV, NPY = "application/json", "text/csv", "application/x-npy"
PARQUET, ARROW = "application/vnd.apache.parquet", "application/vnd.apache.arrow.stream"
IRIS = Schema(
    columns=(
        ColumnSpec("sepal length", "double"),
        ColumnSpec("petals", "long", required=False),
        ColumnSpec("name", "string"),
    )
)
FRAME = pd.DataFrame({"sepal length": [5.1, 4.0], "petals": [3, 4], "name": ["x", "007"]})
RECORDS = FRAME.to_dict("records")


@pytest.fixture(scope="module")
def iris() -> ModelInput:
    return ModelInput(IRIS, "predict of iris:v1")


BODIES: dict[str, tuple[bytes, str]] = {
    "records": (json.dumps(RECORDS).encode(), JSON),
    "columns": (json.dumps(FRAME.to_dict("list")).encode(), JSON),
    "rows": (b'[[5.1, 3, "x"], [4, 4, "007"]]', JSON),
    "csv": (b"name,sepal length,petals\nx,5.1,3\n007,4,4\n", CSV),
    "parquet": (io.PandasDataFrame().encode(FRAME, PARQUET).body, PARQUET),
    "arrow": (io.PandasDataFrame().encode(FRAME, ARROW).body, ARROW),
}


@pytest.mark.parametrize("kind", BODIES)
def test_each_body_becomes_the_frame_of_the_model(iris: ModelInput, kind: str) -> None:
    pd.testing.assert_frame_equal(iris.decode(*BODIES[kind]), FRAME, check_dtype=False)


def test_one_record_is_one_row_and_null_is_missing(iris: ModelInput) -> None:
    frame = iris.decode(b'{"sepal length": null, "name": null}', JSON)

    assert frame.shape[0] == 1
    assert frame.isna().all(axis=None)


def test_all_problems_of_every_row_are_told_at_once(iris: ModelInput) -> None:
    body = b"""[{"sepal lenght": 1, "name": "x"}, {"sepal length": "wide", "name": 5},
                {"sepal length": 1, "name": "x", "color": 2}]"""
    with pytest.raises(SchemaMismatch, match="4 problems in 3 of 3 rows") as caught:
        iris.decode(body, JSON)

    assert caught.value.where == "predict of iris:v1"
    assert caught.value.detail == [
        {"loc": [0, "sepal lenght"], "msg": "unknown column, did you mean 'sepal length'", "got": "", "want": ""},
        {
            "loc": [1, "sepal length"],
            "msg": "expected double, got 'wide' (str)",
            "got": "'wide' (str)",
            "want": "double",
        },
        {"loc": [1, "name"], "msg": "expected string, got 5 (int)", "got": "5 (int)", "want": "string"},
        {"loc": [2, "color"], "msg": "unknown column", "got": "", "want": ""},
    ]


@pytest.mark.parametrize(
    ("body", "sent"),
    [
        (b'[{"sepal length": 1, "name": "x", "petal": 3}]', JSON),
        (b'{"sepal length": [1], "name": ["x"], "petal": [3]}', JSON),
        (b"sepal length,name,petal\n1,x,3\n", CSV),
    ],
)
def test_unknown_columns_are_refused_with_the_name_that_was_meant(iris: ModelInput, body: bytes, sent: str) -> None:
    with pytest.raises(SchemaMismatch, match="'petal': unknown column, did you mean 'petals'"):
        iris.decode(body, sent)


@pytest.mark.parametrize("body", [b"", b"{", b'[{"sepal length": NaN}]', b"\xff"])
def test_what_is_no_json_is_a_bad_request(iris: ModelInput, body: bytes) -> None:
    with pytest.raises(BadRequestBody, match="not JSON"):
        iris.decode(body, JSON)


@pytest.mark.parametrize("body", [b"5", b'"x"', b"null", b"{}", b"[[1]]", b'[{"name": [[]]}]', b"[[[[[[1]]]]]]"])
def test_other_json_is_refused(iris: ModelInput, body: bytes) -> None:
    with pytest.raises(SchemaMismatch, match="predict of iris:v1"):
        iris.decode(body, JSON)


@pytest.mark.parametrize("sent", ["text/plain", "", "multipart/form-data"])
def test_other_types_are_refused(iris: ModelInput, sent: str) -> None:
    with pytest.raises(UnsupportedContentType, match="application/json"):
        iris.decode(b"[]", sent)


def test_a_direct_value_waits_for_its_batch_and_is_not_checked_twice() -> None:
    checker = Checker(IRIS, "predict of iris:v1")
    direct = ModelInput(IRIS, form="direct", checker=checker)

    values = [direct.decode(*BODIES["records"]) for _ in range(2)]

    assert all(type(each) is Prepared for each in values)
    assert checker.prepare(values[0]) is values[0]
    assert values[0].layout == values[1].layout
    assert checker.build_batch(values).shape == (4, 3)
    with pytest.raises(SchemaMismatch, match="unknown column"):
        direct.check([{**RECORDS[0], "more": 1}])


@pytest.mark.parametrize("form", ["model", "direct"])
def test_what_was_checked_can_be_sent_again(form: Any) -> None:
    descriptor = ModelInput(IRIS, form=form)

    assert json.loads(descriptor.encode(descriptor.check(FRAME)).body) == RECORDS


def test_a_function_may_want_an_array() -> None:
    numbers = Schema(columns=(ColumnSpec("a", "double"), ColumnSpec("b", "double")))

    array = ModelInput(numbers, form="array").decode(b'[{"b": 2, "a": 1}]', JSON)

    assert array.tolist() == [[1.0, 2.0]]


def test_columns_without_names_are_sent_as_rows() -> None:
    schema = Schema(columns=(ColumnSpec(None, "double"), ColumnSpec(None, "double")))
    descriptor = ModelInput(schema)

    assert descriptor.decode(b"1,2\n3,4\n", CSV).to_numpy().tolist() == [[1, 2], [3, 4]]
    assert descriptor.encode(descriptor.check([[1.0, 2.0]])).body == b"[[1.0,2.0]]"
    one = ModelInput(Schema(columns=(ColumnSpec(None, "string"),)))
    assert one.encode(one.check(["a", "b"])).body == b'["a","b"]'


TENSOR = Schema(tensors=(TensorSpec(None, "float32", (-1, 2)),))


def test_tensors_come_as_nested_lists_and_npy() -> None:
    descriptor = ModelInput(TENSOR)

    assert descriptor.decode(b"[[1, 2.5]]", JSON).dtype == np.float32
    assert descriptor.decode(b"[1, 2.5]", JSON).shape == (1, 2)
    assert descriptor.decode(write_npy(np.ones((3, 2), "float32"), ""), NPY).shape == (3, 2)
    assert descriptor.decode(b"1,2\n", CSV).shape == (1, 2)


REFUSED: dict[bytes, tuple[type[Exception], str]] = {
    b"[[1, 2], [3]]": (BadRequestBody, "the rows differ in length"),
    b"[[1, 2, 3]]": (SchemaMismatch, r"expected the shape \[-1, 2\]"),
    b'[[1, "x"]]': (SchemaMismatch, "expected float32, got 'x'"),
    b'[{"a": 1}]': (SchemaMismatch, "predict"),
}


@pytest.mark.parametrize("body", REFUSED)
def test_tensors_that_do_not_fit_are_refused(body: bytes) -> None:
    kind, message = REFUSED[body]
    with pytest.raises(kind, match=message):
        ModelInput(TENSOR, "predict").decode(body, JSON)


def test_named_tensors_come_as_an_object() -> None:
    schema = Schema(tensors=(TensorSpec("a", "float32", (-1, 2)), TensorSpec("b", "int64", (-1,))))
    descriptor = ModelInput(schema)

    arrays = descriptor.decode(b'{"a": [[1, 2]], "b": [3]}', JSON)

    assert arrays["a"].dtype == np.float32
    assert json.loads(descriptor.encode(arrays).body) == {"a": [[1.0, 2.0]], "b": [3]}
    with pytest.raises(SchemaMismatch, match="'bb': unknown column, did you mean 'b'"):
        descriptor.decode(b'{"a": [[1, 2]], "bb": [3]}', JSON)


def test_bytes_are_base64() -> None:
    schema = Schema(columns=(ColumnSpec("data", "binary"), ColumnSpec("n", "long")))
    descriptor = ModelInput(schema)
    text = base64.b64encode(b"\xff\x00").decode()

    for body in ([{"data": text, "n": 1}], {"data": [text], "n": [1]}, {"data": text, "n": 1}, [[text, 1]]):
        assert descriptor.decode(json.dumps(body).encode(), JSON)["data"].tolist() == [b"\xff\x00"]
    with pytest.raises(SchemaMismatch, match="row 0, 'data': expected base64, got '#'"):
        descriptor.decode(b'[{"data": "#", "n": 1}]', JSON)
    assert json.loads(descriptor.encode(descriptor.check([{"data": b"\xff\x00", "n": 1}])).body) == [
        {"data": text, "n": 1}
    ]


def test_the_schema_names_columns_types_and_what_is_required(iris: ModelInput) -> None:
    row = iris.json_schema()["items"]

    assert row["required"] == ["sepal length", "name"]
    assert row["properties"]["petals"]["type"] == ["integer", "null"]
    assert row["additionalProperties"] is False
    example = ModelInput(IRIS, sample=FRAME).openapi_request()["content"][JSON]["example"]
    assert example == RECORDS


def test_answers_of_models_are_plain_lists() -> None:
    output = ModelOutput(Schema(columns=(ColumnSpec(None, "long"),)), "predict of iris:v1")

    assert output.encode(np.array([1, 2])).body == b"[1,2]"
    assert output.encode(np.array([np.nan])).body == b"[null]"
    assert output.encode(pd.DataFrame({"p": [0.5]})).body == b'[{"p":0.5}]'
    assert output.encode(pd.Series([1])).body == b"[1]"
    assert output.encode(np.ones((1, 2)), NPY).content_type == NPY
    assert output.encode(pd.DataFrame({"p": [0.5]}), CSV).body == b"p\n0.5\n"
    assert output.encode({"a": 1}, CSV).content_type == JSON
    assert output.json_schema() == {"type": "array", "items": {"type": ["integer", "null"], "format": "int64"}}


CELLS = {
    "double": st.floats(allow_nan=False, allow_infinity=False),
    "long": st.integers(-(2**63), 2**63 - 1),
    "string": st.text(st.characters(exclude_categories=["Cs"]), max_size=5),
    "boolean": st.booleans(),
}


@settings(deadline=None)
@given(st.data(), st.lists(st.sampled_from(sorted(CELLS)), min_size=1, max_size=4), st.booleans())
def test_what_was_written_is_read_again(data: st.DataObject, types: list[str], direct: bool) -> None:
    schema = Schema(columns=tuple(ColumnSpec(f"c{place}", each) for place, each in enumerate(types)))
    row = st.fixed_dictionaries({f"c{place}": CELLS[each] for place, each in enumerate(types)})
    records = data.draw(st.lists(row, min_size=1, max_size=4))
    descriptor = ModelInput(schema, form="direct" if direct else "model")

    body = descriptor.encode(descriptor.check(records)).body

    assert json.loads(body) == records
    assert json.loads(descriptor.encode(descriptor.decode(body, JSON)).body) == records


def test_a_column_of_anything_may_not_be_nested_too_deeply() -> None:
    taken = ModelInput(Schema(columns=(ColumnSpec("a", "any"),)))

    assert taken.decode(b'[{"a": [[1]]}]', "application/json").to_dict("list") == {"a": [[[1]]]}
    with pytest.raises(BadRequestBody, match="nested more than 100 deep"):
        taken.decode(b'[{"a": ' + b"[" * 100 + b"]" * 100 + b"}]", "application/json")
