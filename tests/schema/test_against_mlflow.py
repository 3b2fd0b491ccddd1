"""Where MLflow's own enforcement accepts a value, ours does, and makes the same of it."""

from __future__ import annotations

import datetime as dt
import decimal
import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bentobook.errors import SchemaMismatch
from bentobook.mlflow.signature import from_mlflow
from bentobook.schema.check import Checker
from bentobook.schema.dtypes import Step, step_of

mlflow_utils = pytest.importorskip("mlflow.models.utils")
from mlflow.models import ModelSignature  # noqa: E402
from mlflow.types import ColSpec, Schema, TensorSpec  # noqa: E402
from mlflow.types.schema import Array, Map, Object, Property  # noqa: E402

SETTINGS = settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
NEW_YEAR = dt.datetime.fromisoformat("2020-01-01")
TYPES = ["boolean", "integer", "long", "float", "double", "string", "binary", "datetime"]


def reference(value: Any, schema: Schema) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return mlflow_utils._enforce_schema(value, schema)


def ours(value: Any, schema: Schema) -> Any:
    checker = Checker(from_mlflow(ModelSignature(inputs=schema).to_dict(), source="model").inputs, "predict")
    return checker.build_batch([checker.prepare(value)])


def agree(value: Any, schema: Schema) -> None:
    try:
        wanted = reference(value, schema)
    except Exception:  # noqa: BLE001  # MLflow refuses: we may accept or refuse
        return
    got = ours(value, schema)
    if isinstance(wanted, pd.DataFrame):
        shared = list(wanted.columns)
        if shared:  # MLflow loses the rows of a frame when none of its columns is left
            pd.testing.assert_frame_equal(got[shared], wanted)
        assert got.drop(columns=shared).isna().all(axis=None)
    elif isinstance(wanted, dict):
        assert list(got) == list(wanted)
        for name, array in wanted.items():
            kept = schema.input_dict()[name].type if isinstance(value, pd.DataFrame) else array.dtype
            np.testing.assert_array_equal(got[name], array.astype(kept), strict=True)
    else:
        # Of arrays in the cells of a frame, MLflow does not look at the dtype.
        kept = schema.inputs[0].type if isinstance(value, pd.DataFrame) else wanted.dtype
        np.testing.assert_array_equal(got, wanted.astype(kept), strict=True)


STRICTER = {
    # Objects of any kind pass for booleans in MLflow, and booleans among objects for numbers.
    *((name, "boolean") for name in ("mixed object", "bytes", "date objects", "datetime objects", "decimals", "lists")),
    *((name, "boolean") for name in ("float objects", "text", "text object", "text, missing")),
    ("bool or nothing", "double"),
}
COLUMNS = {
    "bool": [True, False],
    "int8": np.array([1, -2], "int8"),
    "int16": np.array([1, -2], "int16"),
    "int32": np.array([1, -2], "int32"),
    "int64": np.array([1, -2], "int64"),
    "zero or one": np.array([0, 1], "int64"),
    "uint8": np.array([1, 2], "uint8"),
    "uint32": np.array([1, 2], "uint32"),
    "uint64": np.array([1, 2], "uint64"),
    "float16": np.array([1, 2], "float16"),
    "float32": np.array([1.5, 2], "float32"),
    "float64": np.array([1.5, 2], "float64"),
    "with nan": np.array([1.5, np.nan]),
    "longdouble": np.array([1.5, 2], "longdouble"),
    "complex": np.array([1.5, 2], "complex128"),
    "text": ["a", "b"],
    "text object": pd.Series(["a", "b"], dtype=object),
    "text, missing": ["a", None],
    "mixed object": pd.Series(["a", 1], dtype=object),
    "bytes": [b"a", b"b"],
    "dates": np.array(["2020-01-01", "2021-01-01"], "datetime64[us]"),
    "dates ns": np.array(["2020-01-01", "NaT"], "datetime64[ns]"),
    "date objects": pd.Series([dt.date(2020, 1, 1), dt.date(2021, 1, 1)], dtype=object),
    "datetime objects": pd.Series([NEW_YEAR, None], dtype=object),
    "zoned": pd.Series([pd.Timestamp("2020-01-01", tz="UTC")] * 2),
    "far": np.array(["9999-01-01", "2021-01-01"], "datetime64[us]"),
    "decimals": [decimal.Decimal("1.5"), decimal.Decimal(2)],
    "nothing": pd.Series([None, None], dtype=object),
    "bool or nothing": pd.Series([True, None], dtype=object),
    "float objects": pd.Series([1.5, None], dtype=object),
    "Int64": pd.array([1, 2], "Int64"),
    "Int32": pd.array([1, 2], "Int32"),
    "Int64, missing": pd.array([1, None], "Int64"),
    "Float64": pd.array([1.5, None], "Float64"),
    "boolean": pd.array([True, False], "boolean"),
    "boolean, missing": pd.array([True, None], "boolean"),
    "string": pd.array(["a", None], "string"),
    "category": pd.Categorical(["a", "b"]),
    "arrow float": pd.array([1.5, 2], "float32[pyarrow]"),
    "arrow int": pd.array([1, 2], "int32[pyarrow]"),
    "arrow time": pd.array([NEW_YEAR] * 2, "timestamp[us][pyarrow]"),
    "timedelta": np.array([1, 2], "timedelta64[s]"),
    "lists": pd.Series([[1.0], [2.0, 3.0]]),
}


@pytest.mark.parametrize("type_name", TYPES)
@pytest.mark.parametrize("column", COLUMNS)
def test_a_column_of_any_dtype_becomes_what_mlflow_makes_of_it(column: str, type_name: str) -> None:
    frame = pd.DataFrame({"a": COLUMNS[column], "b": [1.0, 2.0]})
    frame.index = pd.Index([7, 7])
    if (column, type_name) in STRICTER:
        with pytest.raises(SchemaMismatch, match=f"expected {type_name}"):
            ours(frame, Schema([ColSpec(type_name, "a")]))
        return
    agree(frame, Schema([ColSpec("double", "b"), ColSpec(type_name, "a")]))


@pytest.mark.parametrize("type_name", TYPES)
@pytest.mark.parametrize("column", COLUMNS)
def test_a_model_without_names_takes_columns_by_place(column: str, type_name: str) -> None:
    frame = pd.DataFrame({"any": COLUMNS[column], "more": [1.0, 2.0]})
    if (column, type_name) not in STRICTER:
        agree(frame, Schema([ColSpec(type_name)]))


@st.composite
def tables(draw: st.DrawFn) -> tuple[pd.DataFrame, Schema]:
    names = draw(st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=6, unique=True))
    dtypes = {
        "boolean": ["bool"],
        "integer": ["int32", "int16", "uint8", "uint16"],
        "long": ["int64", "int32", "uint32"],
        "float": ["float32", "float16"],
        "double": ["float64", "float32", "int32", "uint8"],
        "string": ["str"],
        "datetime": ["datetime64[ns]", "datetime64[us]"],
    }
    n = draw(st.integers(0, 4))
    specs, columns = [], {}
    for name in names:
        type_name = draw(st.sampled_from(list(dtypes)))
        required = draw(st.booleans())
        specs.append(ColSpec(type_name, name, required=required))
        if required or draw(st.booleans()):
            numbers = draw(st.lists(st.integers(0, 100), min_size=n, max_size=n))
            columns[name] = pd.Series(np.array(numbers, "int64")).astype(draw(st.sampled_from(dtypes[type_name])))
    for extra in draw(st.lists(st.sampled_from("xyz"), max_size=2, unique=True)):
        columns[extra] = pd.Series(np.zeros(n))
    order = draw(st.permutations(list(columns)))
    return pd.DataFrame({name: columns[name] for name in order}, index=pd.RangeIndex(n)), Schema(specs)


@SETTINGS
@given(tables())
def test_frames_in_any_order_with_more_or_less_become_what_mlflow_makes_of_them(
    case: tuple[pd.DataFrame, Schema],
) -> None:
    agree(*case)


VALUES = {
    "boolean": st.booleans(),
    "long": st.integers(-(2**63), 2**63 - 1),
    "double": st.floats(),
    "string": st.text(max_size=3),
    "datetime": st.datetimes(pd.Timestamp(1900, 1, 1), pd.Timestamp(2200, 1, 1)),
    "binary": st.binary(max_size=3),
}


@st.composite
def records(draw: st.DrawFn) -> tuple[list[dict[str, Any]], Schema]:
    types = draw(st.lists(st.sampled_from(list(VALUES)), min_size=1, max_size=5))
    names = [f"column {number}" for number in range(len(types))]
    row = st.fixed_dictionaries({name: VALUES[each] for name, each in zip(names, types, strict=True)})
    rows = draw(st.lists(row, min_size=1, max_size=4))
    return rows, Schema([ColSpec(each, name) for name, each in zip(names, types, strict=True)])


@SETTINGS
@given(records())
def test_records_and_dicts_become_what_mlflow_makes_of_them(case: tuple[list[dict[str, Any]], Schema]) -> None:
    rows, schema = case
    agree(rows, schema)
    agree(rows[0], schema)
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    if not any(isinstance(values[0], str) for values in columns.values()):
        agree(columns, schema)


DTYPES = ["float64", "float32", "int64", "int32", "uint8", "bool", "object", "str", "bytes"]


@pytest.mark.parametrize("shape", [(-1, 3), (-1,), (2, 3), (-1, -1), (-1, 2, 3), ()], ids=str)
@pytest.mark.parametrize("spec", DTYPES)
@pytest.mark.parametrize("given_dtype", DTYPES)
def test_an_array_becomes_what_mlflow_makes_of_it(given_dtype: str, spec: str, shape: tuple[int, ...]) -> None:
    schema = Schema([TensorSpec(np.dtype(spec), shape)])
    for given_shape in [(2, 3), (2,), (0, 3), (1, 2, 3), ()]:
        agree(np.ones(given_shape).astype(given_dtype), schema)
        named = Schema([TensorSpec(np.dtype(spec), shape, "x"), TensorSpec(np.dtype("float64"), (-1,), "y")])
        agree({"y": np.ones(2), "x": np.ones(given_shape).astype(given_dtype), "z": np.ones(1)}, named)


FRAMES = {
    "numbers": pd.DataFrame(np.arange(6.0).reshape(2, 3)),
    "floats": pd.DataFrame(np.arange(6.0, dtype="float32").reshape(2, 3)),
    "integers": pd.DataFrame(np.arange(6).reshape(2, 3)),
    "two types": pd.DataFrame({"a": [1.0, 2], "b": np.array([1, 2], "float32"), "c": [1, 2]}),
    "one column": pd.DataFrame({"x": [1.0, 2.0]}),
    "one column of integers": pd.DataFrame({"x": [1, 2]}),
    "lists": pd.DataFrame({"x": [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]}),
    "lists of integers": pd.DataFrame({"x": [[1, 2, 3], [4, 5, 6]]}),
    "long lists": pd.DataFrame({"x": [list(range(6)), list(range(6))]}),
    "arrays": pd.DataFrame({"x": [np.ones(3), np.ones(3)]}),
}


@pytest.mark.parametrize("shape", [(-1, 3), (-1,), (-1, 1), (-1, 2, 3)], ids=str)
@pytest.mark.parametrize("spec", ["float64", "float32", "int64"])
@pytest.mark.parametrize("frame", FRAMES)
def test_a_frame_for_a_tensor_becomes_what_mlflow_makes_of_it(frame: str, spec: str, shape: tuple[int, ...]) -> None:
    agree(FRAMES[frame], Schema([TensorSpec(np.dtype(spec), shape)]))
    agree(FRAMES[frame], Schema([TensorSpec(np.dtype(spec), shape, "x")]))


@pytest.mark.parametrize("shape", [(-1, 3), (-1, 2)], ids=str)
@pytest.mark.parametrize("kind", ["csr_matrix", "csc_matrix"])
def test_a_sparse_matrix_is_taken_where_mlflow_takes_it(kind: str, shape: tuple[int, ...]) -> None:
    sparse = pytest.importorskip("scipy.sparse")
    schema = Schema([TensorSpec(np.dtype("float64"), shape)])
    value = getattr(sparse, kind)(np.eye(3))
    try:
        reference(value, schema)
    except Exception:  # noqa: BLE001
        with pytest.raises(SchemaMismatch, match="shape"):
            ours(value, schema)
    else:
        assert ours(value, schema) is value


NESTED = {
    "array of double": (Array("double"), [[1.5, 2.0], [], [0, 1]]),
    "array of long": (Array("long"), [[1, 2], []]),
    "array of string": (Array("string"), [["a"], ["b", "c"]]),
    "array of float": (Array("float"), [[0, 1], []]),
    "array of arrays": (Array(Array("double")), [[[1.0], []], []]),
    "array of objects": (Array(Object([Property("n", "long")])), [[{"n": 1}], []]),
    "object": (
        Object([Property("n", "long"), Property("x", "double", required=False), Property("t", "string")]),
        [{"n": 1, "x": 1.5, "t": "a"}, {"n": 2, "t": "b"}, {"n": 2, "t": "b", "x": None}],
    ),
    "map": (Map("double"), [{"a": 1.5}, {}]),
    "map of arrays": (Map(Array("long")), [{"a": [1, 2]}]),
    "arrays": (Array("double"), [np.array([1.5, 2.0]), np.array([1], "float32")]),
}


@pytest.mark.parametrize("case", NESTED)
def test_nested_values_become_what_mlflow_makes_of_them(case: str) -> None:
    kind, cells = NESTED[case]
    schema = Schema([ColSpec(kind, "a"), ColSpec("double", "b")])
    for cell in cells:
        reference([{"a": cell, "b": 1.5}], schema)
        agree(pd.DataFrame({"a": [cell], "b": [1.5]}), schema)
        agree([{"a": cell, "b": 1.5}], schema)
        if not (isinstance(cell, dict) and not cell):  # MLflow makes no row of it
            agree({"a": cell, "b": 1.5}, schema)


def test_the_step_of_a_dtype_is_told_without_the_values() -> None:
    assert step_of("double", np.dtype("float32")) is Step.CAST
    assert step_of("double", np.dtype("int64")) is Step.EXACT
    assert step_of("double", pd.StringDtype()) is None
