"""The fields of a form, from schemas as services write them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bentobook.errors import InvalidArgument
from bentobook.widgets.fields import Field, body_of, layout_of, row_of, text_of, value_of

RECORDS = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {
            "age": {"type": "integer"},
            "weight": {"type": ["number", "null"]},
            "kind": {"enum": ["a", "b"]},
            "note": {"anyOf": [{"type": "string"}, {"type": "null"}]},
            "tags": {"type": "array"},
            "ok": {"type": "boolean"},
        },
        "required": ["age", "kind"],
    },
}


def test_records_have_a_field_a_column() -> None:
    layout = layout_of(RECORDS)

    assert layout is not None
    assert layout.listed
    assert [(each.name, each.kind, each.required, each.nullable) for each in layout.fields] == [
        ("age", "integer", True, False),
        ("weight", "number", False, True),
        ("kind", "choice", True, False),
        ("note", "string", False, True),
        ("tags", "json", False, False),
        ("ok", "boolean", False, False),
    ]


def test_references_of_pydantic_are_followed() -> None:
    schema = {
        "type": "object",
        "properties": {"inner": {"$ref": "#/$defs/Inner"}},
        "$defs": {"Inner": {"type": "number"}},
    }
    layout = layout_of(schema)

    assert layout is not None
    assert layout.fields == (Field("inner", "number", required=False, hint="number"),)


@pytest.mark.parametrize(
    "schema",
    [{}, {"type": "array", "items": {"type": "array"}}, {"type": "string"}, {"$ref": "#/nowhere"}, {"$ref": "#"}],
    ids=str,
)
def test_what_is_not_flat_has_no_fields(schema: dict[str, Any]) -> None:
    assert layout_of(schema) is None


def test_a_schema_with_very_many_columns_has_no_fields() -> None:
    wide = {str(at): {"type": "number"} for at in range(61)}
    assert layout_of({"type": "object", "properties": wide}) is None


SCALARS = {
    "number": st.floats(allow_nan=False, allow_infinity=False),
    "integer": st.integers(),
    "boolean": st.booleans(),
    "string": st.text(min_size=1),
    "json": st.recursive(st.integers() | st.text(), lambda inner: st.lists(inner, min_size=1), max_leaves=5),
}


# The first text of a process waits for Hypothesis to read its tables of characters.
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(sorted(SCALARS)).flatmap(lambda kind: st.tuples(st.just(kind), SCALARS[kind])))
def test_what_is_written_into_a_field_is_read_back(case: tuple[Any, Any]) -> None:
    kind, value = case
    field = Field("x", kind)

    assert value_of(text_of(value, field), field) == value


@pytest.mark.parametrize(
    ("kind", "typed", "wanted"),
    [
        ("number", "five", "a number"),
        ("number", '"5"', "a number"),
        ("number", "true", "a number"),
        ("integer", "1.5", "a whole number"),
        ("json", "{", "JSON"),
    ],
)
def test_what_cannot_be_read_names_the_field(kind: Any, typed: str, wanted: str) -> None:
    with pytest.raises(InvalidArgument, match=rf"(?s)age.*{wanted}"):
        value_of(typed, Field("age", kind))


def test_optional_fields_that_are_empty_are_left_out() -> None:
    layout = layout_of(RECORDS)
    assert layout is not None
    row = {field.name: value_of("", field) for field in layout.fields if not field.required}

    assert body_of({**row, "age": 3, "kind": "a"}, layout) == [{"age": 3, "kind": "a"}]


def test_a_required_number_that_is_missing_is_written_as_null() -> None:
    field = Field("weight", "number", nullable=True)

    assert value_of("null", field) is None
    with pytest.raises(InvalidArgument, match="a number, or null"):
        value_of("", field)


def test_an_empty_required_text_stays_a_text() -> None:
    assert value_of("", Field("note", "string")) == ""


@pytest.mark.parametrize("example", [[{"age": 1}], {"age": 1}, [{"age": 1}, {"age": 2}]], ids=json.dumps)
def test_a_form_shows_the_first_row_of_an_example(example: Any) -> None:
    layout = layout_of(RECORDS)
    assert layout is not None
    assert row_of(example, layout) == {"age": 1}


@pytest.mark.parametrize("example", [None, [], "text", [[1, 2]], 5], ids=repr)
def test_an_example_without_names_fills_nothing(example: Any) -> None:
    layout = layout_of(RECORDS)
    assert layout is not None
    assert row_of(example, layout) == {}
