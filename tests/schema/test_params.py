"""The options of a prediction."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest
from mlflow.models.utils import _enforce_params_schema
from mlflow.types import ParamSchema
from mlflow.types import ParamSpec as MLflowParamSpec

from bentobook.errors import SchemaMismatch
from bentobook.schema.params import Params, check_params
from bentobook.schema.spec import ParamSpec

SPECS = (
    ParamSpec("temperature", "double", 0.5),
    ParamSpec("top_k", "integer", 10),
    ParamSpec("stop", "string", ["."], (-1,)),
)


def test_defaults_are_filled_in_and_numbers_cast() -> None:
    assert dict(check_params(SPECS, None)) == {"temperature": 0.5, "top_k": 10, "stop": ["."]}
    got = check_params(SPECS, {"temperature": 1, "stop": ("a", "b")})
    assert dict(got) == {"temperature": 1.0, "top_k": 10, "stop": ["a", "b"]}
    assert type(got["temperature"]) is float


@pytest.mark.parametrize(
    ("params", "match"),
    [
        ({"temprature": 1.0}, r"'params'\['temprature'\]: unknown param, did you mean 'temperature'"),
        ({"other": 1}, "unknown param, expected one of temperature, top_k, stop"),
        ({"top_k": 1.5}, r"'params'\['top_k'\]: expected integer, got 1.5 \(float\)"),
        ({"top_k": "5"}, "expected integer, got '5'"),
        ({"stop": "."}, "expected a list of string, got '.'"),
        ({"stop": [".", 5]}, r"\['stop'\]\[1\]: expected string, got 5"),
        ([1], "expected a dict"),
    ],
)
def test_what_does_not_fit_is_refused(params: Any, match: str) -> None:
    with pytest.raises(SchemaMismatch, match=match):
        check_params(SPECS, params, "predict")


def test_everything_that_is_wrong_is_told_at_once() -> None:
    with pytest.raises(SchemaMismatch, match="2 problems") as caught:
        check_params(SPECS, {"temprature": 1.0, "top_k": 1.5})
    assert [problem.loc[1] for problem in caught.value.problems] == ["temprature", "top_k"]


def test_a_model_without_params_takes_none() -> None:
    assert not check_params((), None)
    with pytest.raises(SchemaMismatch, match="the model has no params"):
        check_params((), {"a": 1})


def test_params_are_told_apart_by_values_and_types() -> None:
    one, same, other = Params({"a": 1, "l": [1]}), Params({"l": [1], "a": 1}), Params({"a": 1.0, "l": [1]})
    assert one == same
    assert hash(one) == hash(same)
    assert one != other
    assert Params({"a": float("nan")}) == Params({"a": float("nan")})
    assert copy.deepcopy(one) == one


CASES = [
    ("double", None, [1, 1.5, None, np.float64(2)]),
    ("float", None, [1, 0.5]),
    ("long", None, [5, np.int64(5)]),
    ("integer", None, [5, np.int32(5)]),
    ("boolean", None, [True]),
    ("string", None, ["a"]),
    ("datetime", None, ["2020-01-01T00:00:00"]),
    ("double", (-1,), [[1.0, 2], np.array([1.0, 2.0]), []]),
]


@pytest.mark.parametrize(("type_name", "shape", "values"), CASES, ids=[f"{case[0]} {case[1]}" for case in CASES])
def test_a_value_becomes_what_mlflow_makes_of_it(type_name: str, shape: Any, values: list[Any]) -> None:
    schema = ParamSchema([MLflowParamSpec("p", type_name, [] if shape else None, shape)])
    for value in values:
        wanted = _enforce_params_schema({"p": value}, schema)
        got = dict(check_params((ParamSpec("p", type_name, None, shape),), {"p": value}))
        assert got == wanted
