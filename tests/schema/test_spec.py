from __future__ import annotations

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bentobook.errors import InvalidArgument
from bentobook.schema.spec import ColumnSpec, ParamSpec, Schema, Signature, TensorSpec

NAMES = st.text(max_size=10)
SHAPES = st.lists(st.integers(-1, 9), max_size=3).map(tuple)
SIMPLE = st.builds(ColumnSpec, st.none() | NAMES, st.sampled_from(["double", "long", "string"]), st.booleans())


def _nested(inner):
    return (
        st.builds(lambda name, items: ColumnSpec(name, "array", items=items), NAMES, inner)
        | st.builds(lambda name, values: ColumnSpec(name, "map", values=values), NAMES, inner)
        | st.builds(
            lambda name, of: ColumnSpec(name, "object", properties=tuple(of)), NAMES, st.lists(inner, max_size=3)
        )
    )


COLUMNS = st.lists(st.recursive(SIMPLE, _nested, max_leaves=6), max_size=4).map(tuple)
TENSORS = st.lists(st.builds(TensorSpec, st.none() | NAMES, st.just("int64"), SHAPES), max_size=3).map(tuple)
SCHEMAS = st.builds(Schema, columns=COLUMNS) | st.builds(Schema, tensors=TENSORS)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
PARAMS = st.builds(ParamSpec, NAMES, st.just("double"), JSON, st.none() | SHAPES)
SIGNATURES = st.builds(
    Signature,
    st.none() | SCHEMAS,
    st.none() | SCHEMAS,
    st.lists(PARAMS, max_size=2).map(tuple),
    st.sampled_from(["model", "example"]),
)


@given(SIGNATURES)
def test_a_signature_survives_json(signature: Signature) -> None:
    assert Signature.from_dict(json.loads(json.dumps(signature.to_dict()))) == signature


@given(JSON)
def test_anything_else_is_refused_in_one_way(plain: object) -> None:
    with suppress(InvalidArgument):
        assert Signature.from_dict({"inputs": plain, "params": plain}).to_dict()


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        (ColumnSpec("a", "double"), "double"),
        (
            ColumnSpec("a", "array", items=ColumnSpec(None, "array", items=ColumnSpec(None, "long"))),
            "array of array of long",
        ),
        (ColumnSpec("a", "map", values=ColumnSpec(None, "string")), "map to string"),
        (
            ColumnSpec("a", "object", properties=(ColumnSpec("x", "long"), ColumnSpec("y", "string", required=False))),
            "object {x: long, y?: string}",
        ),
        (TensorSpec(None, "float64", (-1, 4)), "float64 [-1, 4]"),
        (ParamSpec("k", "long", [1, 2], (-1,)), "long [-1]"),
        (Schema(tensors=(TensorSpec(None, "int64", (-1,)),)), "int64 [-1]"),
        (Schema(columns=(ColumnSpec("a", "double"), ColumnSpec("b", "double"))), "2 columns"),
        (Schema(), "0 tensors"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_type_is_named_in_few_words(spec: ColumnSpec | TensorSpec | ParamSpec | Schema, words: str) -> None:
    assert spec.describe() == words


def test_names_leave_out_what_has_none() -> None:
    schema = Schema(columns=(ColumnSpec("a", "double"), ColumnSpec(None, "string")))

    assert schema.names == ("a",)


def test_a_column_that_is_a_number_is_named_by_its_text() -> None:
    assert ColumnSpec.from_dict({"name": 3, "type": "double"}).name == "3"


def test_columns_and_tensors_do_not_mix() -> None:
    with pytest.raises(InvalidArgument, match="columns or tensors"):
        Schema(columns=(ColumnSpec("a", "double"),), tensors=(TensorSpec(None, "int64", ()),))


def test_types_nested_without_end_are_refused() -> None:
    plain: dict[str, object] = {"type": "double"}
    for _ in range(100):
        plain = {"type": "array", "items": plain}

    with pytest.raises(InvalidArgument, match="at most 32 deep"):
        ColumnSpec.from_dict(plain)


@pytest.mark.parametrize("shape", ["x", [1.5], [True], {"a": 1}], ids=repr)
def test_a_shape_is_a_list_of_whole_numbers(shape: object) -> None:
    with pytest.raises(InvalidArgument, match="signature"):
        TensorSpec.from_dict({"dtype": "int64", "shape": shape})
