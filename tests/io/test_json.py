"""JSON of any form, and of the form of a type."""

from __future__ import annotations

import dataclasses
import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import numpy as np
import pandas as pd
import pydantic
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typing_extensions import TypedDict

from bentobook import io
from bentobook.errors import AnswerUnfit, BadRequestBody, InvalidArgument, SchemaMismatch, UnsupportedContentType

JSON = "application/json"


class Flower(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="forbid")

    sepal_length: float
    name: str = "iris"


@dataclasses.dataclass
class Point:
    x: float
    y: float


class Place(TypedDict):
    city: str


@pytest.mark.parametrize("body", [b'{"a": [1, null, "x"]}', b"[]", b"null", b"1.5", b'"text"'])
def test_any_json_is_taken(body: bytes) -> None:
    assert io.JSON().decode(body, JSON) == json.loads(body)


@pytest.mark.parametrize(
    "body", [b"", b"  ", b"{", b"{'a': 1}", b"NaN", b"[1,]", b"\xff", b'{"a": Infinity}', b"1e999"]
)
@pytest.mark.parametrize("model", [None, Flower])
def test_what_is_no_json_is_a_bad_request(body: bytes, model: Any) -> None:
    with pytest.raises(BadRequestBody, match="The body is not JSON"):
        io.JSON(pydantic_model=model).decode(body, JSON)


@pytest.mark.parametrize("depth", [101, 900])
@pytest.mark.parametrize("ends", [(b"[", b"]"), (b'{"a":', b"}")])
def test_json_may_not_be_nested_too_deeply(depth: int, ends: tuple[bytes, bytes]) -> None:
    inner = b"1" if ends[0] != b"[" else b""
    with pytest.raises(BadRequestBody, match="nested more than 100 deep"):
        io.JSON().decode(ends[0] * depth + inner + ends[1] * depth, JSON)


def test_how_deep_json_may_be_is_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BENTOBOOK_MAX_JSON_DEPTH", "3")

    assert io.JSON().decode(b"[[[1]]]", "application/json") == [[[1]]]
    with pytest.raises(BadRequestBody, match="nested more than 3 deep"):
        io.JSON().decode(b"[[[[1]]]]", "application/json")


def test_many_lists_beside_one_another_are_not_deep() -> None:
    assert len(io.JSON().decode(b"[" + b"[[1]]," * 500 + b"[[1]]]", JSON)) == 501
    assert io.JSON().decode(b"[" * 100 + b"]" * 100, JSON)


def test_a_pydantic_model_is_made() -> None:
    assert io.JSON(pydantic_model=Flower).decode(b'{"sepal_length": 5}', JSON) == Flower(sepal_length=5)


@pytest.mark.parametrize("model", [list[Flower], Point, Place, dict[str, int], int | None, date])
def test_other_types_are_made_too(model: Any) -> None:
    bodies = {Point: b'{"x": 1, "y": 2}', Place: b'{"city": "Bern"}', date: b'"2024-01-31"'}
    body = bodies.get(model, b'{"a": 1}' if model == dict[str, int] else b"null" if model == int | None else b"[]")

    made = io.JSON(pydantic_model=model).decode(body, JSON)

    assert json.loads(io.JSON(pydantic_model=model).encode(made).body) == json.loads(body)


def test_everything_that_is_wrong_is_told_with_the_name_that_was_meant() -> None:
    with pytest.raises(SchemaMismatch, match="2 problems") as caught:
        io.JSON(pydantic_model=Flower).decode(b'{"sepal_lenght": 5, "name": 7}', JSON)

    assert caught.value.http_status == 422
    assert [each.describe() for each in caught.value.problems] == [
        "'name': input should be a valid string, got 7 (int)",
        "'sepal_lenght': unknown field, did you mean 'sepal_length'",
    ]


def test_problems_in_a_list_have_rows() -> None:
    with pytest.raises(SchemaMismatch, match="row 1, 'sepal_length': input should be a valid number") as caught:
        io.JSON(pydantic_model=list[Flower]).decode(b'[{"sepal_length": 1}, {"sepal_length": "x"}]', JSON)

    assert caught.value.detail[0]["loc"] == [1, "sepal_length"]


def test_validation_can_be_switched_off() -> None:
    assert io.JSON(pydantic_model=Flower, validate_json=False).decode(b'{"a": 1}', JSON) == {"a": 1}


def test_a_type_that_pydantic_does_not_know_is_refused() -> None:
    with pytest.raises(InvalidArgument, match=r"a type that pydantic validates.*Unable to generate"):
        io.JSON(pydantic_model=object.__new__)


@pytest.mark.parametrize("sent", ["text/plain", "", "application/x-www-form-urlencoded"])
def test_other_types_of_bodies_are_refused(sent: str) -> None:
    with pytest.raises(UnsupportedContentType, match="application/json"):
        io.JSON().decode(b"{}", sent)


class Loud:
    pass


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ({"a": np.float32(0.5), "b": np.int64(3), "c": np.bool_(True)}, {"a": 0.5, "b": 3, "c": True}),
        ({"a": float("nan"), "b": np.array([np.inf, 1])}, {"a": None, "b": [None, 1.0]}),
        ({"when": np.array(["2024-01-01", "NaT"], "M8[ns]")}, {"when": ["2024-01-01T00:00:00", None]}),
        (np.datetime64("NaT"), None),
        (pd.Timestamp("2024-01-01"), "2024-01-01T00:00:00"),
        ([pd.NaT, pd.NA], [None, None]),
        (pd.DataFrame({"a": [1]}), [{"a": 1}]),
        ({"s": pd.Series([1.0, None])}, {"s": [1.0, None]}),
        (pd.Index(["a"]), ["a"]),
        (pd.Categorical(["a", None]), ["a", None]),
        (Flower(sepal_length=1), {"sepal_length": 1.0, "name": "iris"}),
        (Point(1, 2), {"x": 1, "y": 2}),
        ({1: "a", None: "b"}, {"1": "a", "null": "b"}),
        ({"s": {1}, "f": frozenset([2]), "t": (3,)}, {"s": [1], "f": [2], "t": [3]}),
        (b"bytes", "Ynl0ZXM="),
        (Decimal("1.5"), 1.5),
        (timedelta(minutes=1), 60.0),
        (datetime(2024, 1, 1, tzinfo=UTC), "2024-01-01T00:00:00+00:00"),
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (np.array([b"x"]), ["eA=="]),
        (np.longdouble(1.5), 1.5),
        (np.array([1.5], "longdouble"), [1.5]),
        (np.timedelta64(2, "s"), 2.0),
    ],
    ids=lambda each: type(each).__name__,
)
def test_answers_of_many_kinds_are_json(value: Any, written: Any) -> None:
    assert json.loads(io.JSON().encode(value).body, parse_constant=pytest.fail) == written


def test_a_sparse_matrix_is_written_in_full() -> None:
    from scipy import sparse

    assert io.JSON().encode(sparse.csr_matrix([[0, 1.5]])).body == b"[[0.0,1.5]]"


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (Loud(), "a Loud has no form in JSON"),
        ([2**70], "64-bit"),
        ({"a": "\ud800"}, "surrogates"),
        (np.array([1j]), "complex128 has no form"),
        ({(1, 2): 3}, "Dict key"),
    ],
    ids=lambda each: type(each).__name__,
)
def test_an_answer_without_a_form_is_an_error_of_the_function(value: Any, reason: str) -> None:
    with pytest.raises(AnswerUnfit, match=reason):
        io.JSON().encode(value)


def test_an_answer_that_holds_itself_is_an_error_of_the_function() -> None:
    circle: list[Any] = []
    circle.append(circle)

    with pytest.raises(AnswerUnfit, match="The answer does not fit JSON"):
        io.JSON().encode(circle)


def test_an_answer_that_is_no_such_model_is_an_error_of_the_function() -> None:
    with pytest.raises(AnswerUnfit, match="2 validation errors for Flower"):
        io.JSON(pydantic_model=Flower).encode({"a": 1})


def test_an_encoder_of_the_user_is_asked_first() -> None:
    class Encoder(json.JSONEncoder):
        def default(self, o: Any) -> Any:
            return "loud" if isinstance(o, Loud) else super().default(o)

    assert io.JSON(json_encoder=Encoder).encode([Loud(), {1}]).body == b'["loud",[1]]'


def test_the_schema_and_the_example_are_those_of_the_model() -> None:
    descriptor = io.JSON.from_sample(Flower(sepal_length=5))

    assert descriptor.json_schema()["required"] == ["sepal_length"]
    assert descriptor.example() == {"sepal_length": 5.0, "name": "iris"}
    assert io.JSON().json_schema() == {}


class Tree(pydantic.BaseModel):
    flower: Flower
    branches: list[Tree] = []


def test_a_schema_stands_by_itself() -> None:
    described = io.JSON(pydantic_model=Tree).json_schema()

    assert "$" not in json.dumps(described)
    assert described["properties"]["flower"]["properties"]["sepal_length"]["type"] == "number"
    assert described["properties"]["branches"] == {"type": "array", "default": [], "items": {}, "title": "Branches"}


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner, max_size=4)
    ),
    max_leaves=20,
)


@settings(deadline=None)
@given(VALUES)
def test_what_was_written_is_read_again(value: Any) -> None:
    assert io.JSON().decode(io.JSON().encode(value).body, JSON) == value
