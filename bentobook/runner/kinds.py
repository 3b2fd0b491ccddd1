"""What merge and split need to know about the values of one type; and what is done with types that nobody knows."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any, Final, TypeAlias

from bentobook.errors import InvalidArgument

Measure: TypeAlias = tuple[Hashable, int, int]
"""The layout of a value, its number of rows, and about how many bytes it holds."""

ALONE: Final = "alone"
"""The layout of a value that has rows and can be cut, but joins no batch."""

AS_IT_IS: Final[Measure] = (None, 1, 0)
"""The measure of a value in which no rows are known: it runs alone, and its answer is not cut."""


def along(start: int, stop: int, dim: int, n_dims: int) -> tuple[slice, ...]:
    """Index the rows from ``start`` up to ``stop`` of something with ``n_dims`` dimensions."""
    return (slice(None),) * (dim % n_dims) + (slice(start, stop),)


def length_of(shape: Sequence[int], dim: int) -> int | None:
    """Count the rows of something with a shape; None when it has no such dimension."""
    return int(shape[dim]) if -len(shape) <= dim < len(shape) else None


class Kind:
    """Values of a type that is not known: they run alone; an answer that can be sliced can be split.

    A subclass tells what it can do more. ``dim`` is always the dimension along which rows are counted.
    """

    def measure(self, value: Any, dim: int) -> Measure:
        """Tell the layout, the number of rows and about how many bytes there are."""
        del value, dim
        return AS_IT_IS

    def length(self, value: Any, dim: int) -> int | None:
        """Count the rows; None when there are none to count. A text is no rows of letters."""
        if isinstance(value, (str, bytes, Mapping)) or not hasattr(value, "__getitem__"):
            return None
        shape = getattr(value, "shape", None)
        if shape is not None:
            return length_of(shape, dim)
        return len(value) if dim == 0 and hasattr(value, "__len__") else None

    def cut(self, value: Any, start: int, stop: int, dim: int) -> Any:
        """Take the rows from ``start`` up to ``stop``."""
        return value[start:stop] if dim == 0 else value[along(start, stop, dim, len(value.shape))]

    def split(self, answer: Any, sizes: Sequence[int], values: Sequence[Any], merged: Any, dim: int) -> list[Any]:
        """Cut an answer into one piece for each of the ``values`` that were ``merged``."""
        del values, merged
        start, pieces = 0, []
        for size in sizes:
            pieces.append(self.cut(answer, start, start + size, dim))
            start += size
        return pieces

    def merge(self, values: Sequence[Any], dim: int) -> Any:
        """Put values of one layout one after the other."""
        return self.join(values, dim)

    def join(self, answers: Sequence[Any], dim: int) -> Any:
        """Put the answers for the pieces of one request together again."""
        del dim
        raise InvalidArgument("value", type(answers[0]).__name__, "a type whose pieces can be joined")

    def one_row(self, value: Any, dim: int) -> Any:
        """Make up one row of the same layout; None when there is no way to."""
        del value, dim
