"""What a model takes and gives, by its signature: the schema of the model is the schema of the API.

Three forms of a value are handed on: what the model itself would get (a DataFrame or an array), an array where the
function wants one, or the value as it waits for its batch (``direct``), of which no DataFrame is built for one request.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Literal

from bentobook.errors import BadRequestBody, SchemaMismatch
from bentobook.io import content
from bentobook.io.answer import Answer
from bentobook.io.array_bytes import read_csv as read_rows
from bentobook.io.array_bytes import read_npy
from bentobook.io.base import Encoded, IODescriptor
from bentobook.io.base64_cells import decode_binary
from bentobook.io.frame_bytes import read_arrow, read_csv, read_parquet
from bentobook.io.frame_json import WRITERS
from bentobook.io.json_text import dumps, loads, loads_shallow
from bentobook.io.shapes import numbers
from bentobook.io.unknown import find_unknown, with_unknown
from bentobook.schema import json_schema
from bentobook.schema.check import Checker
from bentobook.schema.loaded import is_a
from bentobook.schema.prepared import Prepared
from bentobook.schema.spec import ColumnSpec, Schema

Form = Literal["model", "array", "direct"]
_FRAMES: Final[dict[str, Callable[[bytes], Any]]] = {
    content.PARQUET: read_parquet,
    content.BYTES: read_parquet,
    content.ARROW: read_arrow,
    content.ARROW_FILE: read_arrow,
}


class ModelInput(IODescriptor):
    """Values for a model.

    Parameters
    ----------
    schema : Schema
        What the model takes.
    label : str
        The method and model, for the sentences of errors.
    form : {"model", "array", "direct"}
        What the function gets: what the model takes; an array of it; or a ``Prepared``, for a function that does
        nothing but ask the runner.
    checker : Checker, optional
        The checker of the runner's method, so that both share their plans; else one is made.
    sample : object, optional
        An example of a value.
    """

    def __init__(
        self,
        schema: Schema,
        label: str = "",
        *,
        form: Form = "model",
        checker: Checker | None = None,
        sample: Any = None,
    ) -> None:
        self.schema, self.label, self.form, self.sample = schema, label, form, sample
        self._checker = checker or Checker(schema, self.where)
        self._names = frozenset(schema.names) if schema.columns else frozenset()
        self._has_binary = any(column.type == "binary" for column in schema.columns)
        self._loads = loads_shallow if any(_is_open(column) for column in schema.columns) else loads
        self._dtype = _only_dtype(schema)
        named = bool(schema.columns) or bool(schema.tensors and schema.tensors[0].name)
        arrays = () if named else (content.NPY,)
        self.content_types = (content.JSON, content.CSV, content.PARQUET, content.ARROW, *arrays)
        if schema.columns:
            self.content_types = (*self.content_types, content.ARROW_FILE, content.NPY, content.BYTES)
        elif not named:
            self.content_types = (content.JSON, content.NPY, content.CSV)
        self.answer_types = (content.JSON,)

    def _decode(self, body: bytes, media: str, content_type: str) -> Any:
        del content_type
        if media == content.JSON:
            return self._of_json(self._loads(body))
        return self.check(self._read(body, media))

    def _of_json(self, value: Any) -> Any:
        if self._has_binary:
            value = decode_binary(value, self.schema, self.where)
        array = None if self._dtype is None else numbers(value, self._dtype)
        try:
            return self.check(value if array is None else array)
        except SchemaMismatch:
            if self.schema.tensors and _is_uneven(value):
                reason = "the rows differ in length, or are nested unevenly"
                hint = "Give each row the same number of values."
                raise BadRequestBody("an array", reason, hint=hint) from None
            raise

    def _read(self, body: bytes, media: str) -> Any:
        if media == content.NPY:
            return read_npy(body)
        if media != content.CSV:
            return _FRAMES[media](body)
        if not self.schema.names:
            return read_rows(body)
        texts = {str(each.name): str for each in self.schema.columns if each.type in {"string", "datetime"}}
        return read_csv(body, dtype=texts)

    def check(self, value: Any) -> Any:
        """Check a value of any kind that the model takes; unknown columns are refused."""
        try:
            prepared = self._checker.prepare(value)
        except SchemaMismatch as error:
            raise with_unknown(error, self._names, value) from None
        if self._names:
            unknown = find_unknown(value, self._names)
            if unknown:
                raise SchemaMismatch(self.where, unknown, rows=prepared.n_rows)
        if self.form == "direct":
            return prepared
        made = self._checker.build_batch([prepared])
        return _array(made) if self.form == "array" else made

    def _encode(self, value: Any, media: str) -> Encoded:
        if type(value) is Prepared:
            value = self._checker.build_batch([value])
        if is_a(value, "pandas", "DataFrame") and not self._names:
            rows = WRITERS["values"](value)
            value = [row[0] for row in rows] if len(self.schema.columns) == 1 else rows
        return Encoded(dumps(value, self.where), media)

    def json_schema(self) -> dict[str, Any]:
        """Describe what the model takes."""
        return json_schema.of_schema(self.schema)

    def example(self) -> Any:
        """Return the example as plain JSON."""
        return None if self.sample is None else loads(self._encode(self.sample, content.JSON).body)


class ModelOutput(Answer):
    """Answers of a model: a list with one entry for each row.

    Parameters
    ----------
    schema : Schema or None
        What the model gives, for the documentation; None where nothing is recorded.
    label : str
        The method and model, for the sentences of errors.
    """

    def __init__(self, schema: Schema | None = None, label: str = "") -> None:
        self.schema, self.label = schema, label

    def json_schema(self) -> dict[str, Any]:
        """Describe what the model gives; answers may always hold null."""
        return json_schema.of_answer(self.schema)


def _only_dtype(schema: Schema) -> Any:
    """Tell the dtype of the only tensor, where it is one of numbers of one size."""
    import numpy as np

    if len(schema.tensors) != 1 or schema.tensors[0].name is not None:
        return None
    dtype = np.dtype(schema.tensors[0].dtype)
    return dtype if dtype.kind in "fiu" else None


def _is_open(column: ColumnSpec) -> bool:
    """Whether a column may hold values of any depth."""
    inner = (column.items, column.values, *column.properties)
    return column.type == "any" or any(each is not None and _is_open(each) for each in inner)


def _array(value: Any) -> Any:
    return value.to_numpy() if is_a(value, "pandas", "DataFrame") else value


def _is_uneven(value: Any) -> bool:
    import numpy as np

    try:
        np.array(value)
    except ValueError:
        return True
    return False
