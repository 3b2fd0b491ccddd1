"""DataFrames: from JSON in each layout, CSV, Parquet and Arrow, and back."""

from __future__ import annotations

import io as std_io
import json
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bentobook import io
from bentobook.errors import (
    AnswerUnfit,
    BadRequestBody,
    BodyTooLarge,
    InvalidArgument,
    SchemaMismatch,
    UnsupportedContentType,
)
from bentobook.io import frame_bytes

JSON, CSV = "application/json", "text/csv"
PARQUET, ARROW, ARROW_FILE = (
    "application/vnd.apache.parquet",
    "application/vnd.apache.arrow.stream",
    "application/vnd.apache.arrow.file",
)
FRAME = pd.DataFrame({"a": [1.5, 2.0], "b": ["x", "y"]})
ORIENTS = ("records", "split", "columns", "index", "values")


@pytest.fixture(scope="module")
def ab() -> io.PandasDataFrame:
    return io.PandasDataFrame(columns=["a", "b"], dtype={"a": "float64", "b": "str"}, enforce_dtype=True)


def arrow(table: Any, *, file: bool = False, compression: str | None = None) -> bytes:
    out = std_io.BytesIO()
    options = pa.ipc.IpcWriteOptions(compression=compression)
    with (pa.ipc.new_file if file else pa.ipc.new_stream)(out, table.schema, options=options) as writer:
        writer.write_table(table)
    return out.getvalue()


def parquet(table: Any, **options: Any) -> bytes:
    out = std_io.BytesIO()
    pq.write_table(table, out, **options)
    return out.getvalue()


TABLE = pa.Table.from_pandas(FRAME)
BODIES: dict[str, tuple[bytes, str]] = {
    "records": (b'[{"a": 1.5, "b": "x"}, {"a": 2, "b": "y"}]', JSON),
    "records in another order": (b'[{"b": "x", "a": 1.5}, {"b": "y", "a": 2}]', JSON),
    "columns": (b'{"a": [1.5, 2], "b": ["x", "y"]}', JSON),
    "csv": (b"a,b\n1.5,x\n2,y\n", CSV),
    "csv with a mark and Windows lines": (b"\xef\xbb\xbfa,b\r\n1.5,x\r\n2,y\r\n", "text/csv; charset=utf-8"),
    "parquet": (parquet(TABLE), PARQUET),
    "parquet as bytes": (parquet(TABLE), "application/octet-stream"),
    "arrow": (arrow(TABLE), ARROW),
    "arrow file": (arrow(TABLE, file=True), ARROW_FILE),
}


@pytest.mark.parametrize("kind", BODIES)
def test_each_body_becomes_the_same_frame(ab: io.PandasDataFrame, kind: str) -> None:
    pd.testing.assert_frame_equal(ab.decode(*BODIES[kind]), FRAME)


@pytest.mark.parametrize("orient", ORIENTS)
def test_each_layout_is_read_and_written(orient: Any) -> None:
    descriptor = io.PandasDataFrame(orient=orient)
    frame = descriptor.decode(descriptor.encode(FRAME).body, JSON)

    assert frame.to_numpy().tolist() == FRAME.to_numpy().tolist()
    assert orient == "values" or list(frame.columns) == ["a", "b"]


def test_one_record_is_one_row(ab: io.PandasDataFrame) -> None:
    assert ab.decode(b'{"a": 1, "b": "x"}', JSON).to_dict("records") == [{"a": 1.0, "b": "x"}]


def test_no_rows_have_the_columns(ab: io.PandasDataFrame) -> None:
    assert list(ab.decode(b"[]", JSON).columns) == ["a", "b"]


REFUSED = {
    b'[{"a": 1, "b": "x"}, {"a": "wide", "b": "x"}]': r"row 1, 'a': expected float64, got 'wide' \(str\)",
    b'[{"a": 1, "bb": "x"}]': "row 0, 'bb': unknown column, did you mean 'b'",
    b'[{"a": 1, "b": "x", "color": 3}]': "row 0, 'color': unknown column",
    b'[{"a": 1, "b": "x"}, {"a": 1}]': "row 1, 'b': required but missing",
    b'[{"a": 1, "b": 2}]': r"row 0, 'b': expected str, got 2 \(int\)",
    b'{"a": [1], "b": ["x", "y"]}': "expected a list of records",
    b"[[1, 2]]": "unknown column",
    b"[1, 2]": "expected a list of records",
    b'[{"a": 1}, 2]': "expected a list of records",
    b'"text"': "expected a list of records",
    b"null": "expected a list of records",
}


@pytest.mark.parametrize("body", REFUSED)
def test_what_does_not_fit_is_refused(ab: io.PandasDataFrame, body: bytes) -> None:
    with pytest.raises(SchemaMismatch, match=REFUSED[body]) as caught:
        ab.decode(body, JSON)

    assert caught.value.http_status == 422


def test_a_whole_number_is_no_text_and_a_float_no_whole_number() -> None:
    whole = io.PandasDataFrame(dtype="int64", enforce_dtype=True)

    assert whole.decode(b'[{"a": 1}]', JSON)["a"].dtype == np.int64
    with pytest.raises(SchemaMismatch, match=r"row 0, 'a': expected int64, got 1\.5"):
        whole.decode(b'[{"a": 1.5}]', JSON)


def test_a_binary_body_is_compared_strictly(ab: io.PandasDataFrame) -> None:
    with pytest.raises(SchemaMismatch, match="'a': expected float64, got a column of int64"):
        ab.decode(parquet(pa.table({"a": [1], "b": ["x"]})), PARQUET)


def test_cells_of_texts_are_not_taken_for_numbers() -> None:
    texts = io.PandasDataFrame(dtype={"zip": "str"}, enforce_dtype=True)

    assert texts.decode(b"zip,n\n00123,1\n", CSV).to_dict("list") == {"zip": ["00123"], "n": [1]}


def test_dates_are_read_where_they_are_declared() -> None:
    dated = io.PandasDataFrame(dtype={"t": "datetime64[ns]"}, enforce_dtype=True)

    assert dated.decode(b'[{"t": "2024-12-31T23:59:00"}]', JSON)["t"][0] == pd.Timestamp("2024-12-31T23:59")
    with pytest.raises(SchemaMismatch, match="'t': expected datetime64"):
        dated.decode(b'[{"t": "yesterday"}]', JSON)


def test_shape_and_names_by_place_are_enforced() -> None:
    descriptor = io.PandasDataFrame(columns=["a", "b"], apply_column_names=True, shape=[-1, 2], enforce_shape=True)

    assert list(descriptor.decode(b"[[1, 2]]", JSON).columns) == ["a", "b"]
    with pytest.raises(SchemaMismatch, match=r"expected 2 columns, got 3.*expected the shape \[-1, 2\], got \[1, 3\]"):
        descriptor.decode(b"[[1, 2, 3]]", JSON)


@pytest.mark.parametrize("name", ["Int64", "boolean", "category", "string", "float32", "object", "datetime64[ns]"])
def test_columns_are_cast_to_what_is_declared(name: str) -> None:
    cell = {"boolean": "true", "string": '"x"', "category": '"x"', "datetime64[ns]": '"2024-01-01"'}.get(name, "1")
    body = f'[{{"a": {cell}}}]'.encode()

    assert io.PandasDataFrame(dtype=name, enforce_dtype=True).decode(body, JSON)["a"].dtype == name


def test_what_is_not_enforced_is_handed_on() -> None:
    loose = io.PandasDataFrame(dtype={"a": "float64", "c": "int64"})

    assert loose.decode(b'[{"a": "x"}]', JSON)["a"].tolist() == ["x"]
    assert loose.decode(b'[{"a": 1}]', JSON)["a"].dtype == np.float64


BAD: dict[str, tuple[bytes, str]] = {
    "empty csv": (b"", CSV),
    "csv of other bytes": (b"a,b\n\xff,1", CSV),
    "csv with long rows": (b"a,b\n1,2,3\n", CSV),
    "csv with rows of many lengths": (b"a,b\n1,2\n1,2,3,4\n", CSV),
    "json": (b"{", JSON),
    "empty parquet": (b"", PARQUET),
    "half a parquet": (parquet(TABLE)[:-9], PARQUET),
    "parquet that is csv": (b"a,b\n1,2", PARQUET),
    "empty arrow": (b"", ARROW),
    "half an arrow": (arrow(TABLE)[:200], ARROW),
    "arrow that is json": (b"[1, 2, 3, 4, 5]", ARROW),
    "compressed arrow": (arrow(TABLE, compression="zstd"), ARROW),
    "compressed arrow file": (arrow(TABLE, file=True, compression="lz4"), ARROW_FILE),
    "runs": (
        arrow(
            pa.table({"a": pa.array([1, 1]).dictionary_encode()}).append_column(
                "r", pa.RunEndEncodedArray.from_arrays([2], [7])
            )
        ),
        ARROW,
    ),
}


@pytest.mark.parametrize("kind", BAD)
def test_a_body_that_is_not_what_its_type_says_is_a_bad_request(kind: str) -> None:
    with pytest.raises(BadRequestBody, match=r"^The body is not"):
        io.PandasDataFrame().decode(*BAD[kind])


def test_a_small_file_does_not_become_a_large_table(monkeypatch: pytest.MonkeyPatch) -> None:
    body = parquet(pa.table({"a": pa.array(np.zeros(1_000_000))}))
    assert len(body) < 10_000
    monkeypatch.setattr(frame_bytes, "MAX_CELLS", 100_000)

    with pytest.raises(BodyTooLarge, match="1,000,000 rows of 1 columns") as caught:
        io.PandasDataFrame().decode(body, PARQUET)

    assert caught.value.http_status == 413


def test_texts_of_a_dictionary_are_counted_as_they_are_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    body = parquet(pa.table({"a": ["x" * 10_000] * 10_000}))
    assert len(body) < 30_000
    monkeypatch.setattr(frame_bytes, "MAX_BYTES", 1 << 20)

    with pytest.raises(BodyTooLarge, match="unpacked"):
        io.PandasDataFrame().decode(body, PARQUET)


def test_arrow_rows_without_bytes_are_counted() -> None:
    body = arrow(pa.table({"a": pa.nulls(123_457)}))
    small, large = (np.array(rows, "<i8").tobytes() for rows in (123_457, 2**40))
    assert small in body

    with pytest.raises(BodyTooLarge, match="1,099,511,627,776 rows of 1 columns"):
        io.PandasDataFrame().decode(body.replace(small, large), ARROW)


def test_arrow_offsets_that_point_nowhere_are_a_bad_request() -> None:
    body = arrow(pa.table({"a": ["abc", "def"]}))
    offsets = np.array([0, 3, 6], "<i4").tobytes()
    assert body.count(offsets) == 1

    with pytest.raises(BadRequestBody, match="not an Arrow table"):
        io.PandasDataFrame().decode(body.replace(offsets, np.array([0, 3, 6_000_000], "<i4").tobytes()), ARROW)


@pytest.mark.parametrize("sent", ["text/plain", "", "application/x-www-form-urlencoded"])
def test_other_types_are_refused(sent: str) -> None:
    with pytest.raises(UnsupportedContentType, match="Send one of: application/json, text/csv"):
        io.PandasDataFrame().decode(b"[]", sent)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"orient": "table"}, "one of records, split"),
        ({"default_format": "xml"}, "one of json, csv"),
        ({"apply_column_names": True}, "because apply_column_names=True"),
        ({"enforce_dtype": True}, "because enforce_dtype=True"),
        ({"enforce_shape": True}, "because enforce_shape=True"),
        ({"dtype": "flat"}, "the name of a dtype"),
    ],
)
def test_arguments_that_make_no_sense_are_refused(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidArgument, match=message):
        io.PandasDataFrame(**arguments)


def test_a_sample_tells_columns_dtypes_and_example() -> None:
    descriptor = io.PandasDataFrame.from_sample(FRAME)

    assert descriptor.example() == [{"a": 1.5, "b": "x"}, {"a": 2.0, "b": "y"}]
    assert descriptor.json_schema()["items"]["properties"]["a"] == {"type": ["number", "null"]}
    with pytest.raises(SchemaMismatch, match="did you mean 'a'"):
        descriptor.decode(b'[{"aa": 1, "b": "x"}]', JSON)


def test_answers_hold_null_for_everything_that_is_missing() -> None:
    frame = pd.DataFrame(
        {
            "f": [1.0, np.nan],
            "s": ["x", None],
            "t": pd.to_datetime(["2024-01-01", None]),
            "i": pd.array([1, None], "Int64"),
            "o": [pd.NA, [1]],
            "inf": [np.inf, 1],
        }
    )

    assert json.loads(io.PandasDataFrame().encode(frame).body) == [
        {"f": 1.0, "s": "x", "t": "2024-01-01T00:00:00", "i": 1, "o": None, "inf": None},
        {"f": None, "s": None, "t": None, "i": None, "o": [1], "inf": 1.0},
    ]


@pytest.mark.parametrize("media", [CSV, PARQUET, ARROW])
def test_an_answer_comes_in_the_type_that_is_asked_for(media: str) -> None:
    encoded = io.PandasDataFrame().encode(FRAME, accept=media)

    assert encoded.content_type == media
    pd.testing.assert_frame_equal(io.PandasDataFrame().decode(encoded.body, media), FRAME)


def test_the_default_type_of_answers_may_be_another() -> None:
    assert io.PandasDataFrame(default_format="parquet").encode(FRAME).content_type == PARQUET


@pytest.mark.parametrize("value", [object(), 5, "text"])
def test_an_answer_that_is_no_table_is_an_error_of_the_function(value: Any) -> None:
    with pytest.raises(AnswerUnfit, match="The answer does not fit PandasDataFrame"):
        io.PandasDataFrame().encode(value)


def test_a_column_that_parquet_cannot_hold_is_an_error_of_the_function() -> None:
    with pytest.raises(AnswerUnfit, match="The answer does not fit"):
        io.PandasDataFrame().encode(pd.DataFrame({"a": [1, "x", object()]}), PARQUET)


@pytest.mark.parametrize("value", [FRAME, FRAME.to_dict("records"), FRAME.to_dict("list"), FRAME[["b", "a"]]])
def test_a_check_takes_what_makes_a_frame(ab: io.PandasDataFrame, value: Any) -> None:
    pd.testing.assert_frame_equal(ab.check(value), FRAME)


@pytest.mark.parametrize("value", [5, None, object(), {"a": [1], "b": [1, 2]}])
def test_a_check_refuses_what_makes_none(ab: io.PandasDataFrame, value: Any) -> None:
    with pytest.raises(SchemaMismatch, match="PandasDataFrame: 1 problem"):
        ab.check(value)


TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=5)
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "f": st.floats(allow_nan=False, allow_infinity=False),
            "i": st.integers(-(2**53), 2**53),
            "s": TEXT,
            "b": st.booleans(),
        }
    ),
    min_size=1,
    max_size=5,
)


@settings(deadline=None)
@given(ROWS, st.sampled_from([JSON, PARQUET, ARROW]))
def test_what_was_written_is_read_again(rows: list[dict[str, Any]], media: str) -> None:
    frame = pd.DataFrame(rows)
    descriptor = io.PandasDataFrame.from_sample(frame)

    pd.testing.assert_frame_equal(descriptor.decode(descriptor.encode(frame, media).body, media), frame)
