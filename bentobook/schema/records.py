"""Records, and dicts that are columns or one row, for a model that takes columns.

What is a row and what a column is told by the signature: a dict is one row when each of its values is one value of its
column, else it is columns. MLflow makes one row of ``{"text": ["a", "b"]}``; here these are two. A record of a list
must hold all required columns itself; MLflow fills in what other records of the list have.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from operator import itemgetter
from typing import Any

from bentobook.schema.columns import from_values, judge
from bentobook.schema.loaded import is_a, to_array
from bentobook.schema.prepared import Prepared
from bentobook.schema.problems import Findings, missing, told
from bentobook.schema.spec import ColumnSpec
from bentobook.schema.target import Target

_SCALARS = frozenset({bool, int, float, str, bytes, type(None)})


class Records:
    """Read values that name their columns.

    Parameters
    ----------
    target : Target
        What the model takes.
    """

    def __init__(self, target: Target) -> None:
        self._target = target
        names = target.schema.names
        self._pick: Callable[[Any], Any] = itemgetter(*names) if len(names) > 1 else lambda record: (record[names[0]],)

    def prepare_list(self, value: Sequence[Any]) -> Prepared:
        """Check a list of records."""
        if self._target.named:
            try:
                return self._target.whole.prepare(list(map(self._pick, value)))
            except (KeyError, TypeError, IndexError):
                pass  # a record holds less, or has other labels, or is none
        findings = Findings(self._target.where, (len(value),))
        for row, record in enumerate(value):
            if not isinstance(record, Mapping):
                findings.note(row=row, wanted="a record", got=told(record))
        findings.check()
        return self._list([self._target.by_label(record) for record in value], findings)

    def _list(self, records: Sequence[Mapping[Any, Any]], findings: Findings) -> Prepared:
        columns = self._target.paired(records[0])
        required = [str(label) for label, spec in columns if spec.required]
        known = [str(label) for label, _ in columns]
        for row, record in enumerate(records):
            missing(required, known, record, findings.in_row(row))
        if findings:
            for row, record in enumerate(records):
                for label, spec in columns:
                    if label in record:
                        judge(spec, record[label], partial(findings.of_column(str(label)), row=row))
        findings.check()
        there = frozenset(label for label, _ in columns if any(label in record for record in records))
        chosen = [label for label, _ in columns if label in there]
        rows = [tuple([record.get(label) for label in chosen]) for record in records]
        return self._target.rows(columns, there).prepare(rows)

    def prepare_dict(self, value: Mapping[Any, Any]) -> Prepared:
        """Check a dict of columns, or of the values of one row."""
        target = self._target
        if target.is_cell(value):
            return target.whole.prepare([(value,)])
        if target.named and _SCALARS.issuperset(map(type, value.values())):
            try:
                return target.whole.prepare([self._pick(value)])
            except KeyError:
                pass  # an optional name is missing, or a required one, or labels are numbers
        if any(is_a(each, "pandas", "Series") for each in value.values()):
            import pandas as pd

            return target.frames.prepare(pd.DataFrame(dict(value)))
        values = target.by_label(value)
        columns = target.paired(values)
        findings = Findings(target.where, ())
        required = [str(label) for label, spec in columns if spec.required]
        missing(required, [str(label) for label, _ in columns], values, findings.note)
        specs = {label: spec for label, spec in columns if label in values}
        given = {label: _plain(values[label]) for label in specs}
        many = [label for label, spec in specs.items() if _is_many(spec, given[label])]
        if findings and not many:
            for label, spec in specs.items():
                judge(spec, given[label], findings.of_column(str(label)))
        findings.check()
        plan = target.rows(columns, frozenset(given))
        if not many:
            return plan.prepare([tuple(given.values())])
        rows = self._length({label: given[label] for label in many})
        every = {label: each if label in many else [each] * rows for label, each in given.items()}
        if any(hasattr(each, "dtype") for each in every.values()):
            return self._arrays(every, specs, rows)
        return plan.prepare(list(zip(*every.values(), strict=True)))

    def _length(self, columns: Mapping[Any, Any]) -> int:
        lengths = {label: len(each) for label, each in columns.items()}
        first, rows = next(iter(lengths.items()))
        findings = Findings(self._target.where, ())
        for label, length in lengths.items():
            if length != rows:
                findings.note(loc=(str(label),), wanted=f"{rows} rows, as {str(first)!r} has", got=str(length))
        findings.check()
        return rows

    def _arrays(self, columns: Mapping[Any, Any], specs: Mapping[Any, ColumnSpec], rows: int) -> Prepared:
        """Check columns of which some are arrays, which have dtypes; make arrays of the others."""
        findings = Findings(self._target.where, (rows,))
        arrays = {}
        for label, each in columns.items():
            made = each
            if not hasattr(each, "dtype"):
                made = from_values(specs[label], list(each), findings.of_column(str(label)))
            arrays[label] = _as_array(made)
        findings.check()
        plan = self._target.grid_of({label: each.dtype for label, each in arrays.items()})
        return Prepared(arrays, plan, plan, rows, sum(each.nbytes for each in arrays.values()))


def _as_array(column: Any) -> Any:
    if not isinstance(column, list):
        return column
    import numpy as np

    array = np.empty(len(column), object)
    array[:] = column
    return array


def _plain(value: Any) -> Any:
    """Take arrays that are no columns of numbers for the lists or the values that they hold."""
    if not is_a(value, "numpy", "ndarray"):
        return to_array(value) if is_a(value, "torch", "Tensor") else value
    return value if value.ndim == 1 and value.dtype.kind not in "OUS" else value.tolist()


def _is_many(spec: ColumnSpec, value: Any) -> bool:
    """Whether a value is a column, not one value of it."""
    if spec.type == "array":
        return _depth(value) > _depth_of(spec)
    return isinstance(value, (list, tuple)) or getattr(value, "ndim", 0) > 0


def _depth(value: Any) -> int:
    if hasattr(value, "ndim"):
        return int(value.ndim)
    if not isinstance(value, (list, tuple)):
        return 0
    return 1 + max((_depth(each) for each in value), default=0)


def _depth_of(spec: ColumnSpec) -> int:
    return 1 + _depth_of(spec.items) if spec.type == "array" and spec.items else int(spec.type == "array")
