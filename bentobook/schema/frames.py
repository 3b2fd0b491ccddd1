"""DataFrames that have a verdict: reorder, drop, cast and fill once per batch."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

from bentobook.schema.columns import from_series, nothing
from bentobook.schema.dtypes import NUMBERS, NUMPY, Step, holds, step_of
from bentobook.schema.prepared import Plan
from bentobook.schema.problems import Findings, missing
from bentobook.schema.spec import ColumnSpec


@dataclass(frozen=True, slots=True)
class Found:
    """A column of the model and where it stands in the frame that came; None when an optional one is not there."""

    spec: ColumnSpec
    label: Any
    place: int | None
    step: Step


def _remedy(spec: ColumnSpec, dtype: Any) -> str:
    """Say what makes a column fit, if that is what the caller wants: a cast that loses something is theirs to make."""
    if spec.type in NUMBERS and getattr(dtype, "kind", "") in "iufb":
        return f", cast it with .astype({NUMPY[spec.type]!r}) if that is meant"
    if spec.type == "datetime" and getattr(dtype, "kind", "") == "M":
        return ", take the time zone off with .dt.tz_localize(None)"
    return ""


def find_columns(specs: Sequence[ColumnSpec], labels: Sequence[Any], dtypes: Sequence[Any], where: str) -> list[Found]:
    """Find each column of the model by its name, or by its place where the model has no names.

    Raises
    ------
    SchemaMismatch
        When a required one is missing, stands there twice, or has a dtype that cannot fit.
    """
    findings = Findings(where, ())
    if specs[0].name is None:
        if len(labels) < len(specs):
            findings.note(msg=f"expected {len(specs)} columns, got {len(labels)}")
        places: dict[int, int] = {place: place for place in range(min(len(labels), len(specs)))}
    else:
        texts = [label if isinstance(label, str) else str(label) for label in labels]
        required = [spec.name for spec in specs if spec.required and spec.name is not None]
        missing(required, [str(spec.name) for spec in specs], texts, findings.note)
        wanted = {spec.name: number for number, spec in enumerate(specs)}
        places = {}
        for place, text in enumerate(texts):
            if text in wanted and places.setdefault(wanted[text], place) != place:
                findings.note(loc=(text,), msg="the column stands there twice")
    found = []
    for number, spec in enumerate(specs):
        if number not in places:
            found.append(Found(spec, spec.name, None, Step.KEEP))
            continue
        label, dtype = labels[places[number]], dtypes[places[number]]
        step = step_of(spec.type, dtype)
        if step is None:
            findings.note(loc=(str(label),), wanted=spec.describe(), got=f"a column of {dtype}{_remedy(spec, dtype)}")
        found.append(Found(spec, label, places[number], step or Step.KEEP))
    findings.check()
    return found


class Frame(Plan):
    """DataFrames with equal columns and dtypes.

    Parameters
    ----------
    columns : sequence of Found
        The columns of the model.
    n_given : int
        How many columns the frames have.
    where : str
        The method and model that are asked.
    """

    def __init__(self, columns: Sequence[Found], n_given: int, where: str) -> None:
        self._columns = columns
        self._where = where
        places = [column.place for column in columns]
        self._in_order = places == list(range(n_given))
        self._as_it_is = self._in_order and all(column.step is Step.KEEP for column in columns)
        self._type = self._only_type() if None not in places else None
        self._places = [place for place in places if place is not None]
        self._uses_all = len(self._places) == n_given
        self._labels: Any = None
        self._exact = [c.place for c in columns if c.step is Step.EXACT]
        self.row_size = 8 * n_given

    def _only_type(self) -> str | None:
        types = {column.spec.type for column in self._columns}
        if len(types) != 1 or not types <= NUMBERS or any(column.step is Step.VALUES for column in self._columns):
            return None
        return types.pop()

    def layout(self, value: Any) -> Hashable:
        """Tell the plan, and the kind of index where it is not the default one."""
        index = value.index
        kind = type(index)
        if kind.__name__ != "RangeIndex":
            return self, kind, index.dtype, tuple(index.names)
        if index.start == 0 and index.step == 1 and index.name is None:
            return self
        return self, "range", index.name

    def layout_of_piece(self, piece: Any, whole: Hashable) -> Hashable:
        """Tell it anew: the index of a piece may be of another kind."""
        del whole
        return self.layout(piece)

    def index(self, value: Any, rows: int) -> Any:
        """Tell the index that was given."""
        del rows
        return value.index

    def cut(self, value: Any, start: int, stop: int) -> Any:
        """Take rows with their index."""
        return value.iloc[start:stop]

    def finish(self, value: Any, sizes: Sequence[int], *, fresh: bool) -> Any:
        """Make the frame that the model takes; its index stays."""
        if self._as_it_is:
            return value if fresh else _own(value)
        if self._type is not None:
            quick = self._numbers(value)
            if quick is not None:
                return quick
        return self._by_column(value, sizes)

    def _numbers(self, frame: Any) -> Any:
        """Cast all columns at once where the model takes numbers of one type; None where something is in the way."""
        import numpy as np
        import pandas as pd

        target = np.dtype(NUMPY[str(self._type)])
        try:
            if self._exact and not holds(frame.take(self._exact, axis=1).to_numpy(), target):
                return None
            if self._uses_all:
                numbers = frame.to_numpy(target, copy=self._in_order)
                numbers = numbers if self._in_order else numbers[:, self._places]
            else:
                numbers = frame.take(self._places, axis=1).to_numpy(target, copy=True)
        except (ValueError, TypeError, OverflowError):
            return None
        if self._labels is None:
            self._labels = frame.columns.take(self._places)
        return pd.DataFrame(numbers, index=frame.index, columns=self._labels, copy=False)

    def _by_column(self, frame: Any, sizes: Sequence[int]) -> Any:
        import pandas as pd

        findings = Findings(self._where, sizes)
        made: dict[int, Any] = {}
        for number, column in enumerate(self._columns):
            if column.place is None:
                made[number] = nothing(column.spec, len(frame))
                continue
            note = findings.of_column(column.spec.name)
            made[number] = from_series(column.spec, column.step, frame.iloc[:, column.place], note)
        findings.check()
        kept = {number: values for number, values in made.items() if values is not None}
        out = pd.DataFrame(kept, index=frame.index)
        out.columns = pd.Index([self._columns[number].label for number in kept])
        return out


def _own(frame: Any) -> Any:
    """Give the model a frame of its own; from pandas 3 on its data is copied when somebody writes."""
    import pandas as pd

    return frame.copy(deep=int(pd.__version__.partition(".")[0]) < 3)  # noqa: PLR2004


class Grid(Plan):
    """Something that becomes a DataFrame when it is merged: rows of one array, or one array for each column.

    Parameters
    ----------
    frame : Frame
        What becomes of the DataFrame.
    labels : sequence or None
        Its columns, where the value does not name them.
    """

    def __init__(self, frame: Frame, labels: Any = None) -> None:
        self._frame = frame
        self._labels = labels

    def cut(self, value: Any, start: int, stop: int) -> Any:
        """Take rows of the array, or of each column."""
        if isinstance(value, dict):
            return {label: column[start:stop] for label, column in value.items()}
        return value[start:stop]

    def finish(self, value: Any, sizes: Sequence[int], *, fresh: bool) -> Any:
        """Make the DataFrame, and of it what the model takes."""
        import pandas as pd

        return self._frame.finish(pd.DataFrame(value, columns=self._labels, copy=not fresh), sizes, fresh=True)
