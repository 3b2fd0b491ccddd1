"""Many values become one and one answer becomes many: merge and split along the batch dimension.

What may be merged is told by a *layout*: two values with the same layout differ only in their rows, so that a model
cannot tell the merged value from one that somebody sent whole. Values with different columns, dtypes, other dimensions
or kinds of index have different layouts: there is never a union of columns and never a cast. A value in which no rows
are known (a number, a text, somebody's own class) runs alone, as it came.

No package is imported for this: a value of numpy, pandas or torch can only be here when its package is loaded already.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Any

from bentobook.runner.arrays import Arrays, Tensors, measure_rows
from bentobook.runner.frames import Frames
from bentobook.runner.kinds import Kind, Measure
from bentobook.runner.plain import Columns, Lists, Pack, Packs, Tuples


class Measures(dict[type, Callable[[Any], Measure]]):
    """How values of each type are measured, found when the first of the type comes."""

    def __init__(self, find: Callable[[type], Callable[[Any], Measure]]) -> None:
        super().__init__()
        self._find = find

    def __missing__(self, kind: type) -> Callable[[Any], Measure]:
        """Find and keep how values of a new type are measured."""
        found = self[kind] = self._find(kind)
        return found


class Batching:
    """Merge and split for one method.

    Parameters
    ----------
    batch_dim : (int, int)
        The dimension of the input and of the output along which rows are counted; BentoML's ``batch_dim``.
    """

    def __init__(self, batch_dim: tuple[int, int] = (0, 0)) -> None:
        self.dim_in, self.dim_out = batch_dim
        self._frames = Frames()
        self._kinds: dict[type, Kind] = {list: Lists(), dict: Columns(self.kind), Pack: Packs(self.kind)}
        self.measures = Measures(self._measure_for)

    def measure(self, value: Any) -> Measure:
        """Tell the layout of a value, its rows and about its bytes; a layout of None means: run it alone, as it is."""
        return self.measures[type(value)](value)

    def _measure_for(self, kind: type) -> Callable[[Any], Measure]:
        found, dim = self._kind_of(kind), self.dim_in
        if dim == 0 and isinstance(found, Arrays):
            return measure_rows
        return lambda value: found.measure(value, dim)

    def merge(self, values: Sequence[Any]) -> Any:
        """Put values of one layout together, in their order."""
        return self.kind(values[0]).merge(values, self.dim_in)

    def cut(self, value: Any, start: int, stop: int) -> Any:
        """Take some rows of an input: a request that is larger than a batch goes in pieces."""
        return self.kind(value).cut(value, start, stop, self.dim_in)

    def one_row(self, value: Any) -> Any:
        """Make up one row of the layout of ``value``; None when there is no way to."""
        return self.kind(value).one_row(value, self.dim_in)

    def length(self, answer: Any) -> int | None:
        """Count the rows of an answer; None when it has none."""
        return self.kind(answer).length(answer, self.dim_out)

    def split(self, answer: Any, sizes: Sequence[int], values: Sequence[Any] = (), merged: Any = None) -> list[Any]:
        """Cut an answer into one piece for each request.

        Parameters
        ----------
        answer : object
            What the model returned for the merged value.
        sizes : sequence of int
            The rows of each request, in the order in which they were merged.
        values, merged : sequence of object, object
            The requests and their merged value: where the answer carries the index of the merged value, each piece
            gets the index of its own request.
        """
        while isinstance(merged, (Pack, dict)) and merged:
            name = 0 if isinstance(merged, Pack) else next(iter(merged))
            values, merged = [value[name] for value in values], merged[name]
        return self.kind(answer).split(answer, sizes, values, merged, self.dim_out)

    def join(self, answers: Sequence[Any]) -> Any:
        """Put the answers for the pieces of one request together."""
        return self.kind(answers[0]).join(answers, self.dim_out)

    def empty(self, answer: Any) -> Any:
        """Keep what an answer looks like, without its rows."""
        none = self.kind(answer).cut(answer, 0, 0, self.dim_out)
        return none.copy() if hasattr(none, "copy") else none

    def kind(self, value: Any) -> Kind:
        """Find how values of this type are handled."""
        return self._kinds.get(type(value)) or self._kind_of(type(value))

    def _kind_of(self, kind: type) -> Kind:
        found = self._kinds.get(kind)
        if found is None:
            found = self._kinds[kind] = self._find(kind)
        return found

    def _find(self, kind: type) -> Kind:
        numpy, pandas, torch = (sys.modules.get(name) for name in ("numpy", "pandas", "torch"))
        if numpy and kind in (numpy.ndarray, numpy.memmap):
            return Arrays(numpy)
        if pandas and issubclass(kind, (pandas.DataFrame, pandas.Series)):
            return self._frames
        if torch and issubclass(kind, torch.Tensor):
            return Tensors(torch)
        return Tuples(self.kind) if issubclass(kind, tuple) else Kind()
