"""Values for a model that takes columns: DataFrames, Series, arrays, lists, records and dicts.

DataFrames, records and dicts are taken by name, lists of rows and arrays by place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bentobook.schema.accepts import refusal
from bentobook.schema.loaded import is_a, to_array
from bentobook.schema.prepared import Prepared
from bentobook.schema.problems import Findings, told
from bentobook.schema.records import Records
from bentobook.schema.spec import Schema
from bentobook.schema.target import Target, values_of

_SCALARS = (str, bytes, int, float)


class Tables:
    """Read values for one schema of columns.

    Parameters
    ----------
    schema : Schema
        What the model takes.
    where : str
        The method and model that are asked.
    """

    def __init__(self, schema: Schema, where: str) -> None:
        self._target = Target(schema, where)
        self._records = Records(self._target)
        self._width = len(schema.columns)

    def prepare(self, value: Any) -> Prepared:
        """Check a value and bring it into the form in which it is merged.

        Raises
        ------
        SchemaMismatch
            When it does not fit.
        """
        if is_a(value, "pandas", "DataFrame"):
            return self._target.frames.prepare(value)
        if isinstance(value, (list, tuple)):
            return self._list(value)
        if isinstance(value, Mapping):
            return self._records.prepare_dict(value)
        if is_a(value, "pandas", "Series"):
            return self._series(value)
        array = to_array(value) if is_a(value, "torch", "Tensor") else value
        if is_a(array, "numpy", "ndarray"):
            return self._array(array)
        if isinstance(value, _SCALARS) and self._target.only:
            return self._target.whole.prepare([(value,)])
        raise self._refusal(value)

    def one_row(self, prepared: Prepared) -> Prepared | None:
        """Make a row of zeros and empty texts; None where there is no way to."""
        del prepared
        return self._target.one_row()

    def _refusal(self, value: Any) -> Exception:
        return refusal(self._target.where, value, self._target.schema)

    def _list(self, value: Sequence[Any]) -> Prepared:
        target = self._target
        if not value:
            return target.whole.prepare([])
        first = value[0]
        if isinstance(first, Mapping) and not target.is_cell(first):
            return self._records.prepare_list(value)
        holds_arrays = target.only is not None and target.only.type == "array"
        if not holds_arrays and is_a(first, "numpy", "ndarray") and first.ndim == 1:
            return self._rows([each.tolist() if is_a(each, "numpy", "ndarray") else each for each in value])
        if not holds_arrays and isinstance(first, (list, tuple)):
            return self._rows(list(value))
        if target.only:
            return target.whole.prepare([(each,) for each in value])
        if len(value) == self._width and not any(isinstance(each, (list, tuple, Mapping)) for each in value):
            return target.whole.prepare([tuple(value)])
        raise self._refusal(value)

    def _rows(self, rows: list[Any]) -> Prepared:
        try:
            if set(map(len, rows)) == {self._width}:
                return self._target.whole.prepare(rows)
        except TypeError:
            pass  # one of them is no list
        findings = Findings(self._target.where, (len(rows),))
        for number, row in enumerate(rows):
            if not isinstance(row, (list, tuple)):
                findings.note(row=number, wanted=f"a list of {values_of(self._width)}", got=told(row))
            elif len(row) != self._width:
                findings.note(row=number, wanted=values_of(self._width), got=str(len(row)))
        findings.check()
        return self._target.whole.prepare(rows)

    def _array(self, value: Any) -> Prepared:
        target = self._target
        if value.ndim == 1:
            value = value.reshape(-1, 1) if target.only else value.reshape(1, -1)
        two = value.ndim == 2  # noqa: PLR2004
        if not two or (value.shape[1] != self._width if target.named else value.shape[1] < self._width):
            raise self._refusal(value)
        if value.dtype.kind in "OUS":
            return target.whole.prepare(value[:, : self._width].tolist())
        plan = target.grid(value.dtype, value.shape[1])
        return Prepared(value, plan, plan, len(value), value.nbytes)

    def _series(self, value: Any) -> Prepared:
        target = self._target
        if target.named and not target.only:
            labels = {str(label) for label in value.index[: 2 * self._width]}
            if labels.issuperset(str(spec.name) for spec in target.specs if spec.required):
                return self._records.prepare_dict(dict(zip(value.index, value.tolist(), strict=True)))
        if target.named and target.only and value.name is None:
            return target.frames.prepare(value.to_frame(target.columns[0][0]))
        return target.frames.prepare(value.to_frame())
