"""Series: a list of values, or an object of values by label, in JSON; one column of CSV, Parquet or Arrow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Literal, Self

from bentobook.errors import InvalidArgument, Problem, SchemaMismatch
from bentobook.io import content
from bentobook.io.base import Encoded, IODescriptor, unfit_answers
from bentobook.io.columns import cast_columns, read_dtypes
from bentobook.io.frame_bytes import read_arrow, read_csv, read_parquet, write_csv
from bentobook.io.frame_json import column
from bentobook.io.frame_schema import of_value
from bentobook.io.json_text import dumps, loads
from bentobook.io.shapes import note_shape, read_shape
from bentobook.schema.loaded import is_a
from bentobook.schema.problems import Findings, told

ORIENTS: Final = ("records", "split", "index", "values")


class PandasSeries(IODescriptor):
    """A pandas Series.

    Parameters
    ----------
    orient : {"records", "values", "index", "split"}, default "records"
        How it is laid out in JSON: a list (``records``, ``values``), an object of values by label, or an object with
        ``index`` and ``data``.
    dtype : dtype, optional
        What the function gets; see :class:`bentobook.io.pandas.PandasDataFrame`.
    enforce_dtype : bool, default False
        Refuse what cannot be cast, and binary bodies of another dtype.
    shape : sequence of int, optional
        The number of values, -1 for any.
    enforce_shape : bool, default False
        Refuse another number.
    """

    content_types = (content.JSON, content.CSV, content.PARQUET, content.ARROW, content.ARROW_FILE)
    answer_types = (content.JSON, content.CSV)

    def __init__(
        self,
        orient: Literal["records", "split", "index", "values"] = "records",
        dtype: Any = None,
        enforce_dtype: bool = False,
        shape: Sequence[int | None] | None = None,
        enforce_shape: bool = False,
    ) -> None:
        if orient not in ORIENTS:
            raise InvalidArgument("orient", orient, f"one of {', '.join(ORIENTS)}")
        self.orient = orient
        self.dtype = read_dtypes(dtype)
        if enforce_dtype and self.dtype is None:
            raise InvalidArgument("dtype", dtype, "a dtype, because enforce_dtype=True")
        if enforce_shape and shape is None:
            raise InvalidArgument("shape", None, "a shape, because enforce_shape=True")
        self.shape = read_shape(shape)
        self.enforce_dtype, self.enforce_shape = enforce_dtype, enforce_shape

    @classmethod
    def from_sample(cls, sample: Any, enforce_dtype: bool = True, **options: Any) -> Self:
        """Take the dtype of an example; there may be any number of values."""
        import pandas as pd

        series = pd.Series(sample)
        descriptor = cls(**{"dtype": series.dtype, "enforce_dtype": enforce_dtype, **options})
        descriptor.sample = series
        return descriptor

    def _decode(self, body: bytes, media: str, content_type: str) -> Any:
        del content_type
        if media == content.JSON:
            return self._fit(self._of_json(loads(body)), strict=False)
        if media == content.CSV:
            return self._fit(self._only_column(read_csv(body)), strict=False)
        read = read_parquet if media == content.PARQUET else read_arrow
        return self._fit(self._only_column(read(body)), strict=True)

    def _only_column(self, frame: Any) -> Any:
        if frame.shape[1] != 1:
            raise SchemaMismatch(self.where, [Problem(wanted="one column", got=str(frame.shape[1]))])
        return frame.iloc[:, 0]

    def _of_json(self, value: Any) -> Any:
        import pandas as pd

        try:
            if isinstance(value, list) and not any(isinstance(each, (list, dict)) for each in value):
                return pd.Series(value, dtype=None if value else "float64")
            if isinstance(value, dict) and self.orient == "split":
                return pd.Series(value["data"], index=value.get("index"))
            if isinstance(value, dict) and not any(isinstance(each, (list, dict)) for each in value.values()):
                return pd.Series(value, dtype=None if value else "float64")
        except (ValueError, TypeError, KeyError):
            pass
        raise SchemaMismatch(self.where, [Problem(wanted="a list of values", got=told(value))])

    def check(self, value: Any) -> Any:
        """Check a Series, an array of one axis or a list by the rules of JSON."""
        return self._fit(self._series(value), strict=False)

    def _series(self, value: Any) -> Any:
        if is_a(value, "pandas", "Series"):
            return value
        if is_a(value, "pandas", "DataFrame"):
            return self._only_column(value)
        import pandas as pd

        if is_a(value, "numpy", "ndarray") and value.ndim == 1:
            return pd.Series(value)
        return self._of_json(list(value) if isinstance(value, tuple) else value)

    def _fit(self, series: Any, *, strict: bool) -> Any:
        if self.dtype is None and self.shape is None:
            return series
        findings = Findings(self.where, (len(series),))
        if self.shape is not None and self.enforce_shape:
            note_shape(self.shape, series.shape, findings)
        if self.dtype is not None:
            name = "value" if series.name is None else series.name
            frame = series.to_frame(name)
            frame = cast_columns(frame, self.dtype, findings, strict=strict, enforce=self.enforce_dtype)
            series = frame.iloc[:, 0].rename(series.name)
        findings.check()
        return series

    def _encode(self, value: Any, media: str) -> Encoded:
        with unfit_answers(self.where):
            series = self._fit(self._series(value), strict=False)
        if media == content.CSV:
            return Encoded(write_csv(series.to_frame("value" if series.name is None else series.name)), media)
        return Encoded(dumps(self._plain(series), self.where), media)

    def _plain(self, series: Any) -> Any:
        if self.orient == "split":
            return {"name": series.name, "index": column(series.index), "data": column(series)}
        if self.orient == "index":
            return dict(zip(map(str, series.index), column(series), strict=True))
        return column(series)

    def json_schema(self) -> dict[str, Any]:
        """Describe the list, or the object of values."""
        value = of_value(self.dtype)
        if self.orient == "index":
            return {"type": "object", "additionalProperties": value}
        if self.orient == "split":
            parts = {"index": {"type": "array", "items": {}}, "data": {"type": "array", "items": value}}
            return {"type": "object", "properties": parts, "required": ["data"]}
        return {"type": "array", "items": value}

    def example(self) -> Any:
        """Return the example in the declared layout."""
        return None if self.sample is None else loads(dumps(self._plain(self.sample), self.where))
