"""DataFrames: records and other layouts in JSON, CSV, Parquet and Arrow."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, Self

from bentobook.errors import InvalidArgument, Problem, SchemaMismatch
from bentobook.io import content
from bentobook.io.base import Encoded, IODescriptor, unfit_answers
from bentobook.io.columns import cast_columns, name_columns, note_records, order_columns, read_dtypes, texts_of
from bentobook.io.frame_bytes import read_arrow, read_csv, read_parquet, write_arrow, write_csv, write_parquet
from bentobook.io.frame_json import ORIENTS, WRITERS, Orient, read
from bentobook.io.json_text import dumps, loads
from bentobook.io.shapes import note_shape, read_shape
from bentobook.schema.loaded import is_a
from bentobook.schema.problems import Findings, told

_FORMATS: Final = {"json": content.JSON, "csv": content.CSV, "parquet": content.PARQUET, "arrow": content.ARROW}
_READERS: Final[dict[str, Callable[[bytes], Any]]] = {
    content.PARQUET: read_parquet,
    content.BYTES: read_parquet,
    content.ARROW: read_arrow,
    content.ARROW_FILE: read_arrow,
}


class PandasDataFrame(IODescriptor):
    """A pandas DataFrame.

    Parameters
    ----------
    orient : {"records", "split", "columns", "index", "values"}, default "records"
        How it is laid out in JSON.
    columns : sequence of str, optional
        The columns that there must be, neither less nor more; the function gets them in this order.
    apply_column_names : bool, default False
        Name the columns by their place instead of comparing names.
    dtype : dtype or dict, optional
        One for all columns, or one for each of some. Values in JSON and CSV are cast where numbers stay the numbers
        that they are.
    enforce_dtype : bool, default False
        Refuse what cannot be cast, and binary bodies with other dtypes; else it is handed on as it is.
    shape : sequence of int, optional
        Rows and columns, -1 for any number.
    enforce_shape : bool, default False
        Refuse another shape.
    default_format : {"json", "csv", "parquet", "arrow"}, default "json"
        How answers are written where the client has no wish.
    """

    content_types = (
        *(content.JSON, content.CSV, content.PARQUET),
        *(content.ARROW, content.ARROW_FILE, content.BYTES),
    )

    def __init__(  # noqa: PLR0917  # BentoML's arguments, in its order
        self,
        orient: Orient = "records",
        columns: Sequence[str] | None = None,
        apply_column_names: bool = False,
        dtype: Any = None,
        enforce_dtype: bool = False,
        shape: Sequence[int | None] | None = None,
        enforce_shape: bool = False,
        default_format: str = "json",
    ) -> None:
        if orient not in ORIENTS:
            raise InvalidArgument("orient", orient, f"one of {', '.join(ORIENTS)}")
        if default_format not in _FORMATS:
            raise InvalidArgument("default_format", default_format, f"one of {', '.join(_FORMATS)}")
        if apply_column_names and columns is None:
            raise InvalidArgument("columns", None, "names, because apply_column_names=True")
        self.dtype = read_dtypes(dtype)
        if enforce_dtype and self.dtype is None:
            raise InvalidArgument("dtype", dtype, "a dtype, because enforce_dtype=True")
        if enforce_shape and shape is None:
            raise InvalidArgument("shape", None, "a shape, because enforce_shape=True")
        self.orient = orient
        self.columns = None if columns is None else tuple(map(str, columns))
        self.apply_column_names = apply_column_names
        self.enforce_dtype, self.enforce_shape = enforce_dtype, enforce_shape
        self.shape = read_shape(shape)
        first = _FORMATS[default_format]
        self.answer_types = (first, *(each for each in _FORMATS.values() if each != first))

    @classmethod
    def from_sample(cls, sample: Any, enforce_dtype: bool = True, enforce_shape: bool = True, **options: Any) -> Self:
        """Take the columns and dtypes of an example; there may be any number of rows."""
        import pandas as pd

        frame = pd.DataFrame(sample)
        found = {
            "columns": [str(each) for each in frame.columns],
            "dtype": {str(name): each for name, each in frame.dtypes.items()},
            "shape": (-1, frame.shape[1]),
            "enforce_dtype": enforce_dtype,
            "enforce_shape": enforce_shape,
        }
        descriptor = cls(**{**found, **options})
        descriptor.sample = frame
        return descriptor

    def _decode(self, body: bytes, media: str, content_type: str) -> Any:
        del content_type
        if media == content.JSON:
            return self._fit(self._of_json(loads(body)), strict=False)
        if media == content.CSV:
            return self._fit(read_csv(body, dtype=texts_of(self.dtype, self.columns)), strict=False)
        return self._fit(_READERS[media](body), strict=True)

    def _of_json(self, value: Any) -> Any:
        if value == [] and self.columns:
            import pandas as pd

            return pd.DataFrame(columns=list(self.columns))
        if self.columns is not None and not self.apply_column_names and _are_records(value):
            findings = Findings(self.where, (len(value),))
            note_records(value, self.columns, findings)
            findings.check()
        return read(value, self.orient, self.where)

    def check(self, value: Any) -> Any:
        """Check a DataFrame, or records, columns, rows or an array, by the rules of JSON."""
        return self._fit(self._frame(value), strict=False)

    def _frame(self, value: Any) -> Any:
        if is_a(value, "pandas", "DataFrame"):
            return value
        if is_a(value, "pandas", "Series"):
            return value.to_frame()
        import pandas as pd

        try:
            if is_a(value, "numpy", "ndarray") or isinstance(value, (list, tuple, dict)):
                plain = value if not isinstance(value, tuple) else list(value)
                return pd.DataFrame([plain] if _is_row(plain) else plain)
        except (ValueError, TypeError):
            pass
        raise SchemaMismatch(self.where, [Problem(wanted="a DataFrame, or what makes one", got=told(value))])

    def _fit(self, frame: Any, *, strict: bool) -> Any:
        findings = Findings(self.where, (len(frame),))
        if self.columns is not None:
            arrange = name_columns if self.apply_column_names else order_columns
            frame = arrange(frame, self.columns, findings)
        if self.shape is not None and self.enforce_shape:
            note_shape(self.shape, frame.shape, findings)
        if self.dtype is not None:
            frame = cast_columns(frame, self.dtype, findings, strict=strict, enforce=self.enforce_dtype)
        findings.check()
        return frame

    def _encode(self, value: Any, media: str) -> Encoded:
        with unfit_answers(self.where):
            frame = self._fit(self._frame(value), strict=False)
        if media == content.JSON:
            return Encoded(dumps(WRITERS[self.orient](frame), self.where), media)
        if media == content.CSV:
            return Encoded(write_csv(frame), media)
        write = write_parquet if media == content.PARQUET else write_arrow
        return Encoded(write(frame, self.where), media)

    def json_schema(self) -> dict[str, Any]:
        """Describe the records, or the other layout."""
        from bentobook.io.frame_schema import of_frame

        return of_frame(self.orient, self.columns, self.dtype, required=not self.apply_column_names)

    def example(self) -> Any:
        """Return the example in the declared layout."""
        return None if self.sample is None else loads(dumps(WRITERS[self.orient](self.sample), self.where))


def _is_row(value: Any) -> bool:
    """Whether a dict holds the values of one row."""
    return isinstance(value, dict) and not any(
        isinstance(each, (list, tuple, dict)) or hasattr(each, "__array__") for each in value.values()
    )


def _are_records(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, dict) for each in value)
