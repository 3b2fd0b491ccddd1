"""Values of no declared kind: what a body holds is handed on unchecked, what a function returns is written as it is."""

from __future__ import annotations

from typing import Any

from bentobook.errors import AnswerUnfit
from bentobook.io import content
from bentobook.io.array_bytes import read_npy, write_npy
from bentobook.io.base import Encoded, IODescriptor
from bentobook.io.frame_bytes import read_arrow, read_csv, read_parquet, write_arrow, write_csv, write_parquet
from bentobook.io.json_text import dumps, loads, loads_shallow
from bentobook.schema.loaded import is_a

_FRAMES = {
    content.CSV: read_csv,
    content.PARQUET: read_parquet,
    content.ARROW: read_arrow,
    content.ARROW_FILE: read_arrow,
    content.NPY: read_npy,
}


class Answer(IODescriptor):
    """Anything that JSON can hold, DataFrames and arrays; nothing is checked."""

    content_types = (content.JSON, *_FRAMES)
    answer_types = (content.JSON, content.CSV, content.PARQUET, content.ARROW, content.NPY)

    def _decode(self, body: bytes, media: str, content_type: str) -> Any:
        del content_type
        return loads_shallow(body) if media == content.JSON else _FRAMES[media](body)

    def check(self, value: Any) -> Any:
        """Take every value."""
        return value

    def _encode(self, value: Any, media: str) -> Encoded:
        if media != content.JSON:
            try:
                return Encoded(self._write(value, media), media)
            except AnswerUnfit:
                pass  # what the client likes best has no form for this value; JSON may
        return Encoded(dumps(value, self.where), content.JSON)

    def _write(self, value: Any, media: str) -> bytes:
        if media == content.NPY:
            return write_npy(self._array(value), self.where)
        frame = self._frame(value)
        if media == content.CSV:
            return write_csv(frame)
        return (write_parquet if media == content.PARQUET else write_arrow)(frame, self.where)

    def _frame(self, value: Any) -> Any:
        if is_a(value, "pandas", "DataFrame"):
            return value
        import pandas as pd

        try:
            return pd.DataFrame(value)
        except (ValueError, TypeError) as error:
            raise AnswerUnfit(self.where, f"a {type(value).__name__} makes no table") from error

    def _array(self, value: Any) -> Any:
        import numpy as np

        try:
            return np.asarray(value)
        except (ValueError, TypeError) as error:
            raise AnswerUnfit(self.where, f"a {type(value).__name__} makes no array") from error

    def json_schema(self) -> dict[str, Any]:
        """Describe anything."""
        return {}

    def example(self) -> Any:
        """Return the example as plain JSON."""
        return None if self.sample is None else loads(dumps(self.sample, self.where))
