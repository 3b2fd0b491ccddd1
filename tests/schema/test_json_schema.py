"""Schemas as JSON Schema: valid themselves, and true of the values that are taken."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest

from bentobook.errors import SchemaMismatch
from bentobook.schema import json_schema
from bentobook.schema.check import Checker
from bentobook.schema.spec import ColumnSpec, Schema, TensorSpec

SCALARS = ["boolean", "integer", "long", "double", "string"]


def spec(kind: str, *, required: bool = True) -> ColumnSpec:
    return ColumnSpec(None, kind, required)


SCHEMAS: dict[str, Schema] = {
    "scalars": Schema(columns=tuple(ColumnSpec(kind, kind) for kind in SCALARS)),
    "optional": Schema(columns=(ColumnSpec("a", "double"), ColumnSpec("b", "string", required=False))),
    "unnamed": Schema(columns=(ColumnSpec(None, "long"), ColumnSpec(None, "string"))),
    "one unnamed": Schema(columns=(ColumnSpec(None, "string"),)),
    "nested": Schema(
        columns=(
            ColumnSpec("list", "array", items=spec("long")),
            ColumnSpec("map", "map", values=spec("string")),
            ColumnSpec(
                "object", "object", properties=(ColumnSpec("x", "double"), ColumnSpec("y", "long", required=False))
            ),
        )
    ),
    "tensor": Schema(tensors=(TensorSpec(None, "int32", (-1, 2)),)),
    "named tensors": Schema(tensors=(TensorSpec("a", "bool", (-1,)), TensorSpec("b", "float64", (-1, 2)))),
}


@pytest.mark.parametrize("name", SCHEMAS)
def test_it_is_a_schema(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(json_schema.of_schema(SCHEMAS[name]))
    jsonschema.Draft202012Validator.check_schema(json_schema.of_answer(SCHEMAS[name]))


GOOD: dict[str, list[Any]] = {
    "scalars": [[], [{"boolean": True, "integer": 1, "long": 2**40, "double": 0.5, "string": "x"}]],
    "optional": [[{"a": 1}], [{"a": None, "b": None}], [{"a": 1.5, "b": "x"}]],
    "unnamed": [[[1, "x"], [2, "y"]]],
    "one unnamed": [["x", "y"]],
    "nested": [[{"list": [1, 2], "map": {"k": "v"}, "object": {"x": 1.5}}]],
    "tensor": [[[1, 2], [3, 4]], []],
    "named tensors": [{"a": [True], "b": [[1.5, 2]]}],
}
BAD: dict[str, list[Any]] = {
    "scalars": [[{"boolean": 1}], [{"boolean": True, "integer": 2**40, "long": 1, "double": 1, "string": "x"}]],
    "optional": [[{"b": "x"}], [{"a": "x"}], [{"a": 1, "b": 2}], ["text"]],
    "unnamed": [[[1]], [["x", 1]]],
    "one unnamed": [[5]],
    "nested": [
        [{"list": 1, "map": {}, "object": {"x": 1}}],
        [{"list": [1], "map": {"k": 5}, "object": {"x": 1}}],
        [{"list": [1], "map": {}, "object": {"z": 1}}],
    ],
    "tensor": [[[1, 2, 3]], [["x", "y"]], {"a": 1}, [[1, 2**40]]],
    "named tensors": [{"a": [True]}, {"a": [1], "b": [[1, 2]]}],
}


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_schema_and_the_checker_agree(name: str) -> None:
    validator = jsonschema.Draft202012Validator(json_schema.of_schema(SCHEMAS[name]))
    checker = Checker(SCHEMAS[name])

    def is_taken(value: Any) -> bool:
        try:
            checker.build_batch([checker.prepare(value)])
        except SchemaMismatch:
            return False
        return True

    assert [(validator.is_valid(each), is_taken(each)) for each in GOOD[name]] == [(True, True)] * len(GOOD[name])
    assert [(validator.is_valid(each), is_taken(each)) for each in BAD[name]] == [(False, False)] * len(BAD[name])


def test_nothing_recorded_is_anything() -> None:
    assert json_schema.of_schema(None) == json_schema.of_answer(None) == {}
