"""A value that was checked as far as its layout tells, ready to be merged with others of the same layout."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any, TypeAlias

Merge: TypeAlias = Callable[[Sequence[Any]], Any]
"""Puts arrays, tensors, DataFrames or dicts of arrays of one layout one after the other."""


class Plan:
    """What is done with the values of one layout; its subclasses are the kinds of values.

    A plan is made when the first value of a layout comes, and is itself the layout, or a part of it.
    """

    def merge(self, values: Sequence[Any], merge: Merge) -> Any:
        """Put values together that are not yet what the model takes."""
        return merge(values)

    def finish(self, value: Any, sizes: Sequence[int], *, fresh: bool) -> Any:
        """Make of a merged value what the model takes.

        Parameters
        ----------
        value : object
            What :meth:`merge` returned, or the value of the only request.
        sizes : sequence of int
            The rows of each request.
        fresh : bool
            Whether nobody else holds the value: a model may write into what it gets.

        Raises
        ------
        SchemaMismatch
            When the values do not fit; it names the rows and their requests.
        """
        raise NotImplementedError

    def cut(self, value: Any, start: int, stop: int) -> Any:
        """Take some rows."""
        return value[start:stop]

    def layout_of_piece(self, piece: Any, whole: Hashable) -> Hashable:
        """Tell the layout of some rows of a value, whose own is given."""
        del piece
        return whole

    def index(self, value: Any, rows: int) -> Any:
        """Tell the labels of the rows: those that were given, else numbers from 0 on."""
        del value
        import pandas as pd

        return pd.RangeIndex(rows)


class Prepared:
    """A value on its way into a batch.

    Attributes
    ----------
    value : object
        The value in the form in which it is merged.
    plan : Plan
        What becomes of it.
    layout : hashable or None
        Values with equal layouts may share a batch. None: no rows are known, it runs alone, its answer is not cut.
    n_rows : int
        Its rows.
    size : int
        About how many bytes it holds.
    """

    __slots__ = ("layout", "n_rows", "plan", "size", "value")

    def __init__(self, value: Any, plan: Plan, layout: Hashable, n_rows: int, size: int) -> None:
        self.value = value
        self.plan = plan
        self.layout = layout
        self.n_rows = n_rows
        self.size = size

    @property
    def index(self) -> Any:
        """The labels of its rows, as a pandas Index: an answer that carries the labels of the batch gets these back."""
        return self.plan.index(self.value, self.n_rows)

    def cut(self, start: int, stop: int) -> Prepared:
        """Take the rows from ``start`` up to ``stop``: a request that is larger than a batch goes in pieces."""
        value = self.plan.cut(self.value, start, stop)
        size = self.size * (stop - start) // max(self.n_rows, 1)
        return Prepared(value, self.plan, self.plan.layout_of_piece(value, self.layout), stop - start, size)
