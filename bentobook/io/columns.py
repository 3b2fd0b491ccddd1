"""Names and dtypes that a descriptor declares for the columns of a DataFrame: compared, cast, put in order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from bentobook.errors import InvalidArgument
from bentobook.io.shapes import cast
from bentobook.schema.problems import Findings, missing, nearest, told

_LARGEST = 20
_nothing = type(None)
_GOOD: Final[dict[str, tuple[type, ...]]] = {
    "f": (int, float, _nothing),
    "i": (int,),
    "u": (int,),
    "b": (bool,),
    "str": (str, _nothing),
}


def read_dtypes(dtype: Any) -> Any:
    """Read declared dtypes: one for all columns, or one for each of some.

    Raises
    ------
    InvalidArgument
        When one of them is none.
    """
    if isinstance(dtype, Mapping):
        return {str(name): read_dtypes(each) for name, each in dtype.items()}
    if dtype is None or isinstance(dtype, bool):
        return None
    import pandas as pd

    try:
        return pd.api.types.pandas_dtype(dtype)
    except TypeError:
        raise InvalidArgument("dtype", dtype, "the name of a dtype, or a dict of them by column") from None


def name_columns(frame: Any, columns: Sequence[str], findings: Findings) -> Any:
    """Give the columns names by their place."""
    if frame.shape[1] != len(columns):
        findings.note(wanted=f"{len(columns)} columns", got=str(frame.shape[1]))
        return frame
    return frame.set_axis(list(columns), axis=1)


def order_columns(frame: Any, columns: Sequence[str], findings: Findings) -> Any:
    """Put the columns in the declared order; names that are missing, unknown or there twice are noted."""
    given = list(map(str, frame.columns))
    if given == list(columns):
        return frame
    note_names(columns, columns, given, findings)
    if findings:
        return frame
    return frame.set_axis(given, axis=1)[list(columns)]


def note_records(records: Sequence[Mapping[str, Any]], columns: Sequence[str], findings: Findings) -> None:
    """Note what each record lacks or holds too much: a DataFrame would fill the gaps."""
    wanted = set(columns)
    for row, record in enumerate(records):
        if record.keys() != wanted:
            note_names(columns, columns, list(record), findings, row)


def texts_of(dtypes: Any, columns: Sequence[str] | None) -> Any:
    """Tell which columns of a CSV table are texts or dates, whose cells must not be taken for numbers."""
    import pandas as pd

    def is_text(dtype: Any) -> bool:
        return bool(pd.api.types.is_string_dtype(dtype) or getattr(dtype, "kind", "") == "M") and str(dtype) != "object"

    if isinstance(dtypes, dict):
        return {name: str for name, each in dtypes.items() if is_text(each)}
    return (dict.fromkeys(columns, str) if columns else str) if dtypes is not None and is_text(dtypes) else None


def note_names(
    required: Sequence[str], known: Sequence[str], given: Sequence[str], findings: Findings, row: int | None = None
) -> None:
    """Note each name that is missing, unknown or there twice, with the one that was meant perhaps."""
    note = findings.in_row(row) if row is not None else findings.note
    told_already: set[str] = set()

    def once(*, loc: tuple[str | int, ...], **fields: Any) -> None:
        told_already.add(str(loc[0]))
        note(loc=loc, **fields)

    missing(required, known, given, once)
    names = set(known)
    for name in dict.fromkeys(given):
        if name not in names and name not in told_already:
            note(loc=(name,), msg="unknown column", near=nearest(name, known))
        elif given.count(name) > 1:
            note(loc=(name,), msg="the column stands there twice")


def cast_columns(frame: Any, dtypes: Any, findings: Findings, *, strict: bool, enforce: bool) -> Any:
    """Give columns the declared dtypes; what does not fit is noted where that is enforced, else left as it is.

    Parameters
    ----------
    frame : DataFrame
        What came.
    dtypes : dtype or dict of dtype
        What is declared.
    findings : Findings
        Takes the problems.
    strict : bool
        Whether dtypes are compared, as for binary bodies, or cast, as for JSON and CSV.
    enforce : bool
        Whether problems are noted.
    """
    made = {}
    wanted_of = dtypes if isinstance(dtypes, dict) else dict.fromkeys(map(str, frame.columns), dtypes)
    if enforce and not findings and isinstance(dtypes, dict):
        missing(list(dtypes), list(map(str, frame.columns)), list(map(str, frame.columns)), findings.note)
    for place, label in enumerate(frame.columns):
        wanted = wanted_of.get(str(label))
        series = frame.iloc[:, place]
        if wanted is None or series.dtype == wanted:
            continue
        fitted = None if strict and enforce else cast_series(series, wanted)
        if fitted is not None:
            made[label] = fitted
        elif enforce:
            _note_values(series, wanted, findings, strict=strict)
    return frame.assign(**{str(k): v for k, v in made.items()}) if made and _texts(frame) else _replace(frame, made)


def _texts(frame: Any) -> bool:
    return all(isinstance(label, str) for label in frame.columns)


def _replace(frame: Any, made: Mapping[Any, Any]) -> Any:
    for label, series in made.items():
        frame = frame.copy(deep=False)
        frame[label] = series
    return frame


def cast_series(series: Any, wanted: Any) -> Any:
    """Cast a column where no value becomes another kind of value; None where one would."""
    import numpy as np
    import pandas as pd

    if not isinstance(wanted, np.dtype):
        return _cast_extension(series, wanted)
    if wanted.kind == "O":
        return series.astype(object)
    if pd.api.types.is_string_dtype(series.dtype) and wanted.kind in "MUS":
        return _dates(series, wanted) if wanted.kind == "M" else series
    made = _cast_numbers(series.to_numpy(), wanted)
    return None if made is None else pd.Series(made, index=series.index, name=series.name)


def _dates(series: Any, wanted: Any) -> Any:
    import pandas as pd

    try:
        return pd.to_datetime(series, format="ISO8601").astype(wanted)
    except (ValueError, TypeError):
        return None


def _cast_numbers(array: Any, wanted: Any) -> Any:
    if array.dtype.kind == "O" and array.size:
        if wanted.kind != "f" or not {type(each) for each in array.tolist()} <= {int, float, type(None)}:
            return None
        array = array.astype("float64")
    return None if wanted.kind in "US" else cast(array, wanted)


def _cast_extension(series: Any, wanted: Any) -> Any:
    """Cast to a dtype of pandas: texts, categories, and numbers that may be missing."""
    import pandas as pd

    kind = getattr(wanted, "kind", "O")
    text = pd.api.types.is_string_dtype(series.dtype)
    if pd.api.types.is_string_dtype(wanted) and not text and len(series):
        return None
    if kind in "biuf" and (
        text or (kind in "biu" and series.dtype.kind == "f" and series.notna().any() and not _whole(series))
    ):
        return None
    try:
        return series.astype(wanted)
    except (ValueError, TypeError, OverflowError):
        return None


def _whole(series: Any) -> bool:
    """Whether floats are only floats because something is missing among whole numbers."""
    there = series.dropna()
    return bool(series.isna().any() and (there == there.round()).all())


def _note_values(series: Any, wanted: Any, findings: Findings, *, strict: bool) -> None:
    """Note the values that are of another kind; the whole column where dtypes are compared or all are."""
    import pandas as pd

    kind = "str" if pd.api.types.is_string_dtype(wanted) else getattr(wanted, "kind", "O")
    values = series.tolist()
    good = _GOOD.get(kind)
    bad = []
    if good and not strict:
        bad = [
            row
            for row, each in enumerate(values)
            if not isinstance(each, good) or (kind != "b" and isinstance(each, bool))
        ]
    if not bad or (len(bad) == len(values) > _LARGEST):
        findings.note(loc=(str(series.name),), wanted=str(wanted), got=f"a column of {series.dtype}")
        return
    for row in bad:
        findings.note(row=row, loc=(str(series.name),), wanted=str(wanted), got=told(values[row]))
