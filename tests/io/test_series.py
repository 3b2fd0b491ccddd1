"""Series: from JSON, CSV, Parquet and Arrow, and back."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bentobook import io
from bentobook.errors import AnswerUnfit, BadRequestBody, InvalidArgument, SchemaMismatch, UnsupportedContentType

JSON, CSV, PARQUET = "application/json", "text/csv", "application/vnd.apache.parquet"
FLOATS = io.PandasSeries(dtype="float64", enforce_dtype=True, shape=[2], enforce_shape=True)


def parquet(values: Any) -> bytes:
    return io.PandasDataFrame().encode(pd.DataFrame(values), PARQUET).body


BODIES: dict[str, tuple[bytes, str]] = {
    "list": (b"[1, 2.5]", JSON),
    "object": (b'{"a": 1, "b": 2.5}', JSON),
    "csv": (b"value\n1\n2.5\n", CSV),
    "parquet": (parquet({"v": [1.0, 2.5]}), PARQUET),
}


@pytest.mark.parametrize("kind", BODIES)
def test_each_body_becomes_the_same_values(kind: str) -> None:
    assert FLOATS.decode(*BODIES[kind]).tolist() == [1.0, 2.5]


REFUSED: dict[str, tuple[bytes, str, str]] = {
    "a text": (b'[1, "x"]', JSON, r"expected float64, got 'x' \(str\)"),
    "three": (b"[1, 2, 3]", JSON, r"expected the shape \[2\], got \[3\]"),
    "nested": (b"[[1], [2]]", JSON, "expected a list of values"),
    "a number": (b"1", JSON, "expected a list of values"),
    "two columns": (b"a,b\n1,2\n", CSV, "expected one column, got 2"),
    "other dtype": (parquet({"v": [1, 2]}), PARQUET, "expected float64, got a column of int64"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_does_not_fit_is_refused(kind: str) -> None:
    body, sent, message = REFUSED[kind]
    with pytest.raises(SchemaMismatch, match=message):
        FLOATS.decode(body, sent)


@pytest.mark.parametrize(("body", "sent"), [(b"[", JSON), (b"", CSV), (b"x", PARQUET), (b"[NaN]", JSON)])
def test_what_cannot_be_read_is_a_bad_request(body: bytes, sent: str) -> None:
    with pytest.raises(BadRequestBody, match="The body is not"):
        FLOATS.decode(body, sent)


def test_other_types_are_refused() -> None:
    with pytest.raises(UnsupportedContentType, match="text/plain"):
        FLOATS.decode(b"[1]", "text/plain")


@pytest.mark.parametrize("orient", ["records", "values", "index", "split"])
def test_each_layout_is_read_and_written(orient: Any) -> None:
    descriptor = io.PandasSeries(orient=orient)

    assert descriptor.decode(descriptor.encode(pd.Series([1.5, None])).body, JSON).tolist()[0] == 1.5
    assert descriptor.json_schema()["type"] in {"array", "object"}


def test_an_answer_may_be_a_list_or_an_array() -> None:
    assert io.PandasSeries().encode([1, 2]).body == b"[1,2]"
    assert io.PandasSeries().encode(np.array([1.5, np.nan])).body == b"[1.5,null]"
    assert io.PandasSeries().encode(pd.Series([1.5], name="a"), CSV).body == b"a\n1.5\n"


@pytest.mark.parametrize("value", [object(), np.ones((2, 2)), {"a": [1]}])
def test_an_answer_that_is_none_is_an_error_of_the_function(value: Any) -> None:
    with pytest.raises(AnswerUnfit, match="does not fit PandasSeries"):
        io.PandasSeries().encode(value)


@pytest.mark.parametrize(
    "arguments",
    [{"orient": "table"}, {"enforce_dtype": True}, {"enforce_shape": True}],
    ids=lambda each: next(iter(each)),
)
def test_arguments_that_make_no_sense_are_refused(arguments: dict[str, Any]) -> None:
    with pytest.raises(InvalidArgument, match="expected"):
        io.PandasSeries(**arguments)


@settings(deadline=None)
@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1))
def test_what_was_written_is_read_again(values: list[float]) -> None:
    descriptor = io.PandasSeries.from_sample(values)

    assert descriptor.decode(descriptor.encode(pd.Series(values)).body, JSON).tolist() == values
    assert descriptor.example() == values
