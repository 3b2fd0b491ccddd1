"""The verdict on a DataFrame, kept for each layout, so that a second frame with the same columns costs a look-up.

Frames that were cut from one frame share the array inside their columns, their dtypes and the placements of their
blocks: pandas makes new objects around these, but not new ones of these. They are looked up by identity. They are
reached through ``DataFrame._mgr`` and ``Index._data``; without these, or for a frame that was made anew, columns and
dtypes are compared by value.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any, NamedTuple

from bentobook.schema.frames import Frame, find_columns
from bentobook.schema.prepared import Prepared
from bentobook.schema.spec import ColumnSpec

MAX_KEPT = 256


class _Seen(NamedTuple):
    """A verdict, and what its key is made of: as long as these live, nothing else can have their identity."""

    plan: Frame
    parts: tuple[Any, ...]


class _Known(NamedTuple):
    columns: Any
    dtypes: Hashable
    plan: Frame


class Frames:
    """Read DataFrames for a model that takes columns.

    Parameters
    ----------
    specs : sequence of ColumnSpec
        The columns of the model.
    where : str
        The method and model that are asked.
    """

    def __init__(self, specs: Sequence[ColumnSpec], where: str) -> None:
        self._specs = specs
        self._where = where
        self._seen: dict[Hashable, _Seen] = {}
        self._known: list[_Known] = []

    def prepare(self, frame: Any) -> Prepared:
        """Check columns and dtypes.

        Raises
        ------
        SchemaMismatch
            When they do not fit.
        """
        try:
            blocks = frame._mgr.blocks  # noqa: SLF001
            labels = frame.columns._data  # noqa: SLF001
            if len(blocks) == 1:
                dtype = blocks[0].values.dtype
                seen = self._seen.get((id(labels), id(dtype)))
            else:
                seen = self._seen.get((id(labels), *[id(p) for b in blocks for p in (b.values.dtype, b.mgr_locs)]))
        except AttributeError:
            plan = self._compare(frame, tuple(frame.dtypes))
        else:
            plan = self._first(frame, labels, blocks) if seen is None else seen.plan
        rows = len(frame.index)
        return Prepared(frame, plan, plan.layout(frame), rows, rows * plan.row_size)

    def _first(self, frame: Any, labels: Any, blocks: Any) -> Frame:
        """Judge a frame whose parts were not seen, and keep the verdict."""
        key = blocks[0].values.dtype if len(blocks) == 1 else tuple((b.dtype, tuple(b.mgr_locs)) for b in blocks)
        plan = self._compare(frame, key)
        one = len(blocks) == 1
        parts = [blocks[0].values.dtype] if one else [part for b in blocks for part in (b.values.dtype, b.mgr_locs)]
        parts.insert(0, labels)
        if len(self._seen) >= MAX_KEPT:
            self._seen = {}
        self._seen[tuple(map(id, parts))] = _Seen(plan, tuple(parts))
        return plan

    def _compare(self, frame: Any, dtypes: Hashable) -> Frame:
        """Find the verdict on equal columns and dtypes; else judge."""
        columns = frame.columns
        for known in self._known:
            if known.dtypes == dtypes and known.columns.dtype == columns.dtype and known.columns.equals(columns):
                return known.plan
        plan = self.plan(columns.tolist(), list(frame.dtypes))
        self._known = [_Known(columns, dtypes, plan), *self._known[: MAX_KEPT - 1]]
        return plan

    def plan(self, labels: Sequence[Any], dtypes: Sequence[Any]) -> Frame:
        """Judge columns with these labels and dtypes; see :func:`find_columns`."""
        return Frame(find_columns(self._specs, labels, dtypes, self._where), len(labels), self._where)
