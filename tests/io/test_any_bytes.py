"""Whatever the bytes are, a descriptor answers with a value or with one of its own errors."""

from __future__ import annotations

import io as std_io
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pydantic
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image as Pillow

from bentobook import io
from bentobook.errors import BadRequestBody, BodyTooLarge, SchemaMismatch, UnsupportedContentType
from bentobook.io.answer import Answer
from bentobook.io.base import IODescriptor
from bentobook.io.model import ModelInput
from bentobook.schema.spec import ColumnSpec, Schema, TensorSpec


class Flower(pydantic.BaseModel):
    a: float
    b: list[int] = []


COLUMNS = Schema(
    columns=(
        ColumnSpec("a", "double"),
        ColumnSpec("b", "string", required=False),
        ColumnSpec("c", "binary", required=False),
        ColumnSpec("d", "datetime", required=False),
        ColumnSpec("e", "array", required=False, items=ColumnSpec(None, "long")),
    )
)
DESCRIPTORS: dict[str, IODescriptor] = {
    "array": io.NumpyNdarray(),
    "strict array": io.NumpyNdarray(dtype="float32", enforce_dtype=True, shape=[-1, 2], enforce_shape=True),
    "array of times": io.NumpyNdarray(dtype="datetime64[s]", enforce_dtype=True),
    "frame": io.PandasDataFrame(),
    "split": io.PandasDataFrame(orient="split"),
    "index": io.PandasDataFrame(orient="index"),
    "strict frame": io.PandasDataFrame(columns=["a", "b"], dtype={"a": "Int64", "b": "str"}, enforce_dtype=True),
    "series": io.PandasSeries(dtype="float64", enforce_dtype=True),
    "json": io.JSON(),
    "flowers": io.JSON(pydantic_model=list[Flower]),
    "text": io.Text(),
    "file": io.File(),
    "image": io.Image(),
    "form": io.Multipart(a=io.NumpyNdarray(), b=io.JSON()),
    "columns": ModelInput(COLUMNS),
    "unnamed": ModelInput(Schema(columns=(ColumnSpec(None, "long"),))),
    "tensor": ModelInput(Schema(tensors=(TensorSpec(None, "float32", (-1, 2)),))),
    "tensors": ModelInput(Schema(tensors=(TensorSpec("a", "int64", (-1,)), TensorSpec("b", "str", (-1,))))),
    "anything": Answer(),
}
TYPED = (BadRequestBody, BodyTooLarge, SchemaMismatch, UnsupportedContentType)
PAIRS = [(name, media) for name, each in DESCRIPTORS.items() for media in each.content_types]


def _bytes(write: Any) -> bytes:
    file = std_io.BytesIO()
    write(file)
    return file.getvalue()


FRAME = pd.DataFrame({"a": [1.5, 2.0], "b": ["x", None]})
TABLE = pa.Table.from_pandas(FRAME)


def _stream(file: Any) -> None:
    with pa.ipc.new_stream(file, TABLE.schema) as writer:
        writer.write_table(TABLE)


SEEDS = {
    "application/json": b'[{"a": 1.5, "b": "x", "c": "eA==", "d": "2024-01-01", "e": [1]}]',
    "text/csv": b"a,b\n1.5,x\n2,\n",
    "application/x-npy": _bytes(lambda file: np.save(file, np.ones((3, 2), "float32"))),
    "application/vnd.apache.parquet": _bytes(lambda file: pq.write_table(TABLE, file)),
    "application/vnd.apache.arrow.stream": _bytes(_stream),
    "image/png": _bytes(lambda file: Pillow.new("RGB", (4, 4)).save(file, format="PNG")),
    "image/jpeg": _bytes(lambda file: Pillow.new("RGB", (4, 4)).save(file, format="JPEG")),
    "multipart/form-data": b'--B\r\nContent-Disposition: form-data; name="a"\r\n\r\n[1]\r\n--B--\r\n',
}


SEEDED = [pair for pair in PAIRS if pair[1] in SEEDS]


def named(pairs: list[tuple[str, str]]) -> list[str]:
    return [f"{name} of {media.rpartition('/')[2]}" for name, media in pairs]


def try_decode(name: str, media: str, body: bytes) -> None:
    sent = f"{media}; boundary=B" if media.startswith("multipart") else media.replace("*/*", "x/y")
    try:
        DESCRIPTORS[name].decode(body, sent)
    except TYPED as error:
        assert str(error).isprintable() or "\n" not in str(error)  # noqa: PT017


@pytest.mark.parametrize(("name", "media"), PAIRS, ids=named(PAIRS))
@settings(max_examples=15, deadline=None)
@given(body=st.binary(max_size=200) | st.text(max_size=50).map(lambda text: text.encode("utf-8", "replace")))
def test_any_bytes_are_answered(name: str, media: str, body: bytes) -> None:
    try_decode(name, media, body)


@pytest.mark.parametrize(("name", "media"), SEEDED, ids=named(SEEDED))
@settings(max_examples=20, deadline=None)
@given(data=st.data())
def test_damaged_bodies_are_answered(name: str, media: str, data: st.DataObject) -> None:
    body = bytearray(SEEDS[media])
    for _ in range(data.draw(st.integers(1, 4))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.none() | st.integers(0, len(body)))

    try_decode(name, media, bytes(body[:cut]))


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abcdez"), inner, max_size=4),
    max_leaves=8,
)


@pytest.mark.parametrize(
    "name", [name for name, each in DESCRIPTORS.items() if "application/json" in each.content_types]
)
@settings(max_examples=40, deadline=None)
@given(value=JSON_VALUES)
def test_any_json_is_answered(name: str, value: Any) -> None:
    import json

    try_decode(name, "application/json", json.dumps(value).encode())


@pytest.mark.parametrize(
    "name", [name for name, each in DESCRIPTORS.items() if "application/json" in each.content_types]
)
@pytest.mark.parametrize(
    "body",
    [b"[" * 1000 + b"]" * 1000, b'{"a":' * 1000 + b"1" + b"}" * 1000, b'[{"a":' + b"[" * 900 + b"]" * 900 + b"}]"],
)
def test_deep_json_is_answered(name: str, body: bytes) -> None:
    try_decode(name, "application/json", body)
