"""The columns that a model takes, and the plans that were made for the forms in which they come."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any, TypeAlias

from bentobook.schema.frames import Grid
from bentobook.schema.prepared import Prepared
from bentobook.schema.problems import Findings
from bentobook.schema.rows import Rows
from bentobook.schema.spec import ColumnSpec, Schema
from bentobook.schema.verdict import Frames

Columns: TypeAlias = Sequence[tuple[Any, ColumnSpec]]
"""Labels and what stands under them."""
MAX_KEPT = 256
_EMPTY: dict[str, Any] = {
    "boolean": False,
    "integer": 0,
    "long": 0,
    "float": 0.0,
    "double": 0.0,
    "string": "",
    "binary": b"",
    "datetime": "1970-01-01",
    "array": [],
}


class Target:
    """The columns of a model.

    Parameters
    ----------
    schema : Schema
        What the model takes.
    where : str
        The method and model that are asked.

    Attributes
    ----------
    named : bool
        Whether its columns have names; else they are told by their places.
    only : ColumnSpec or None
        The column of a model that has one.
    """

    def __init__(self, schema: Schema, where: str) -> None:
        self.schema = schema
        self.where = where
        self.specs = schema.columns
        self.columns: Columns = list(zip(_labels(schema), schema.columns, strict=True))
        self.named = schema.columns[0].name is not None
        self.only = schema.columns[0] if len(schema.columns) == 1 else None
        self.frames = Frames(schema.columns, where)
        self._rows: dict[Hashable, Rows] = {}
        self._grids: dict[Hashable, Grid] = {}
        self.whole = self.rows(self.columns, frozenset(label for label, _ in self.columns))

    def rows(self, columns: Columns, there: frozenset[Any]) -> Rows:
        """Find or make the plan for rows that hold some of the columns."""
        key = there if self.named else tuple(label for label, _ in columns)
        if key not in self._rows:
            if len(self._rows) >= MAX_KEPT:
                self._rows = {}
            self._rows[key] = Rows(columns, there, self.where)
        return self._rows[key]

    def grid(self, dtype: Any, width: int) -> Grid:
        """Find or make the plan for rows of one array."""
        plan = self._grids.get((dtype, width))
        if plan is None:
            labels = [label for label, _ in self.columns] if self.named else list(range(width))
            plan = self._keep((dtype, width), Grid(self.frames.plan(labels, [dtype] * width), labels))
        return plan

    def grid_of(self, dtypes: Mapping[Any, Any]) -> Grid:
        """Find or make the plan for an array for each column."""
        key = tuple(dtypes.items())
        return self._grids.get(key) or self._keep(key, Grid(self.frames.plan(list(dtypes), list(dtypes.values()))))

    def _keep(self, key: Hashable, plan: Grid) -> Grid:
        if len(self._grids) >= MAX_KEPT:
            self._grids = {}
        self._grids[key] = plan
        return plan

    def is_cell(self, value: Mapping[Any, Any]) -> bool:
        """Whether a mapping is the value of the only column, not a record that has the column."""
        return self.only is not None and self.only.type in {"object", "map"} and self.only.name not in value

    def by_label(self, values: Mapping[Any, Any]) -> dict[Any, Any]:
        """Name values as the columns are named: numbers may be texts, as in JSON."""
        if not self.named:
            return dict(values)
        labels = {str(label): label for label, _ in self.columns}
        return {labels.get(str(key), key): each for key, each in values.items()}

    def paired(self, given: Mapping[Any, Any]) -> Columns:
        """Tell the label of each column: that of the model, or where it has none, what was given.

        Raises
        ------
        SchemaMismatch
            When too little was given for a model without names.
        """
        if self.named:
            return self.columns
        if len(given) < len(self.specs):
            findings = Findings(self.where, ())
            findings.note(wanted=values_of(len(self.specs)), got=str(len(given)))
            findings.check()
        return list(zip(given, self.specs, strict=False))

    def one_row(self) -> Prepared | None:
        """Make a row of zeros and empty texts; None where a column holds objects."""
        if any(spec.type in {"object", "map"} for spec in self.specs):
            return None
        return self.whole.prepare([tuple([_EMPTY.get(spec.type) for spec in self.specs])])


def _labels(schema: Schema) -> list[Any]:
    """Tell the labels that the columns have in a DataFrame: 0, 1, 2 … where the model was logged with bare numbers."""
    names = [spec.name for spec in schema.columns]
    numbers = list(range(len(names)))
    if names == [str(number) for number in numbers] or None in names:
        return list(numbers)
    return list(names)


def values_of(count: int) -> str:
    """Write how many values.

    >>> values_of(1)
    '1 value'
    """
    return f"{count} value{'' if count == 1 else 's'}"
