"""Rows of Python's values: lists, records and dicts, kept as tuples until one DataFrame is made of a whole batch."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import chain
from operator import contains
from typing import Any

from bentobook.schema.columns import block, from_values, judge, nothing
from bentobook.schema.dtypes import NUMBERS
from bentobook.schema.prepared import Merge, Plan, Prepared
from bentobook.schema.problems import Findings
from bentobook.schema.scalars import GOOD
from bentobook.schema.spec import ColumnSpec

BYTES_OF_A_CELL = 32


class _Everything:
    """What holds every type."""

    def __contains__(self, item: object) -> bool:
        return True


class Rows(Plan):
    """Rows that hold one value for each of some columns.

    Parameters
    ----------
    columns : sequence of (object, ColumnSpec)
        All columns in the order of the model, each with its label.
    there : frozenset of str
        The labels of those that the rows have; the others are optional.
    where : str
        The method and model that are asked.
    """

    def __init__(self, columns: Sequence[tuple[Any, ColumnSpec]], there: frozenset[Any], where: str) -> None:
        self._columns = columns
        self._there = there
        self._where = where
        self.specs = [spec for label, spec in columns if label in there]
        types = {spec.type for spec in self.specs}
        whole = len(self.specs) == len(columns)
        self._type = next(iter(types)) if len(types) == 1 and whole and types <= NUMBERS else None
        self._good = GOOD[self._type] if self._type else None
        self._each_good = [GOOD.get(spec.type, _Everything()) for spec in self.specs]
        self._labels: Any = None

    def prepare(self, rows: list[Any]) -> Prepared:
        """Check the types of all values; what else is wrong is seen when the columns are made.

        Raises
        ------
        SchemaMismatch
            When they do not fit.
        """
        if not (self._good.issuperset(chain.from_iterable(map(_types, rows))) if self._good else self._all_good(rows)):
            self._judge(rows)
        return Prepared(rows, self, self, len(rows), len(rows) * len(self.specs) * BYTES_OF_A_CELL)

    def _all_good(self, rows: list[Any]) -> bool:
        each_good = self._each_good
        return all(all(map(contains, each_good, map(type, row))) for row in rows)

    def _judge(self, rows: list[Any]) -> None:
        findings = Findings(self._where, (len(rows),))
        for number, row in enumerate(rows):
            for spec, value in zip(self.specs, row, strict=True):
                judge(spec, value, partial(findings.of_column(spec.name), row=number))
        findings.check()

    def merge(self, values: Sequence[Any], merge: Merge) -> list[Any]:
        """Make one list of all rows."""
        del merge
        return list(chain.from_iterable(values))

    def finish(self, value: Any, sizes: Sequence[int], *, fresh: bool) -> Any:
        """Make the DataFrame."""
        del fresh
        import pandas as pd

        if self._labels is None:
            self._labels = pd.Index([label for label, _ in self._columns])
        if self._type is not None and value:
            try:
                return pd.DataFrame(block(self._type, value), columns=self._labels, copy=False)
            except (ValueError, TypeError, OverflowError):
                pass  # one of them does not fit: find out which
        return self._by_column(value, sizes)

    def _by_column(self, rows: list[Any], sizes: Sequence[int]) -> Any:
        import pandas as pd

        findings = Findings(self._where, sizes)
        values = iter(zip(*rows, strict=True) if rows else [()] * len(self.specs))
        made: dict[int, Any] = {}
        for place, (label, spec) in enumerate(self._columns):
            if label in self._there:
                made[place] = from_values(spec, next(values), findings.of_column(spec.name))
            else:
                made[place] = nothing(spec, len(rows))
        findings.check()
        kept = {place: column for place, column in made.items() if column is not None}
        frame = pd.DataFrame(kept, index=pd.RangeIndex(len(rows)))
        frame.columns = self._labels if len(kept) == len(made) else self._labels.take(list(kept))
        return frame


def _types(row: Any) -> Any:
    return map(type, row)
