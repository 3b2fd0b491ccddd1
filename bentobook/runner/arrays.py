"""Arrays and tensors: rows lie along one dimension, everything else is the layout."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from types import ModuleType
from typing import Any

from bentobook.errors import InvalidArgument
from bentobook.runner.kinds import Kind, Measure, along, length_of


def measure_rows(array: Any) -> Measure:
    """Measure an ndarray along dimension 0: the way of most requests, so nothing is called in it."""
    shape = array.shape
    if not shape:
        raise _no_rows(shape, 0)
    return (array.dtype, shape[1:]), shape[0], array.nbytes


def _no_rows(shape: Sequence[int], dim: int) -> InvalidArgument:
    return InvalidArgument("value", f"an array of shape {tuple(shape)}", f"rows along dimension {dim}")


def _without(shape: tuple[int, ...], dim: int) -> tuple[tuple[int, ...], tuple[int, ...], int]:
    """Tell what lies before and after a dimension, and how long it is."""
    if not -len(shape) <= dim < len(shape):
        raise _no_rows(shape, dim)
    dim %= len(shape)
    return shape[:dim], shape[dim + 1 :], shape[dim]


class Arrays(Kind):
    """numpy arrays, but not the subclasses for which an operation means something else."""

    def __init__(self, numpy: ModuleType) -> None:
        self._np = numpy

    def measure(self, value: Any, dim: int) -> Measure:
        """Tell dtype and the other dimensions, the rows and the bytes."""
        if dim == 0:
            return measure_rows(value)
        before, after, rows = _without(value.shape, dim)
        return (value.dtype, before, after), rows, value.nbytes

    def length(self, value: Any, dim: int) -> int | None:
        """Count the rows."""
        return length_of(value.shape, dim)

    def cut(self, value: Any, start: int, stop: int, dim: int) -> Any:
        """Take rows, as a view."""
        return value[start:stop] if dim == 0 else value[along(start, stop, dim, value.ndim)]

    def split(self, answer: Any, sizes: Sequence[int], values: Sequence[Any], merged: Any, dim: int) -> list[Any]:
        """Cut into views."""
        if dim != 0:
            return super().split(answer, sizes, values, merged, dim)
        size = sizes[0]
        if len(sizes) * size == answer.shape[0] and len(set(sizes)) == 1:
            # Iterating is one call for all pieces, and takes half as long as slicing.
            return list(answer.reshape(len(sizes), size, *answer.shape[1:]))
        stops = list(accumulate(sizes))
        return [answer[stop - size : stop] for stop, size in zip(stops, sizes, strict=True)]

    def merge(self, values: Sequence[Any], dim: int) -> Any:
        """Concatenate; the dtype is said, or else numpy would change the byte order."""
        return self._np.concatenate(values, axis=dim, dtype=values[0].dtype)

    def join(self, answers: Sequence[Any], dim: int) -> Any:
        """Concatenate; texts of different lengths get the longer dtype."""
        return self._np.concatenate(answers, axis=dim)

    def one_row(self, value: Any, dim: int) -> Any:
        """Make a row of zeros."""
        shape = list(value.shape)
        shape[dim] = 1
        return self._np.zeros(shape, value.dtype)


class Tensors(Kind):
    """torch tensors; those of different devices are never merged."""

    def __init__(self, torch: ModuleType) -> None:
        self._torch = torch

    def measure(self, value: Any, dim: int) -> Measure:
        """Tell dtype, device and the other dimensions, the rows and the bytes."""
        before, after, rows = _without(tuple(value.shape), dim)
        what = (type(value), value.dtype, value.device, value.layout, value.requires_grad)
        return (what, before, after), rows, value.numel() * value.element_size()

    def length(self, value: Any, dim: int) -> int | None:
        """Count the rows."""
        return length_of(value.shape, dim)

    def join(self, answers: Sequence[Any], dim: int) -> Any:
        """Concatenate."""
        return self._torch.cat(tuple(answers), dim)

    def one_row(self, value: Any, dim: int) -> Any:
        """Make a row of zeros."""
        shape = list(value.shape)
        shape[dim] = 1
        return value.new_zeros(shape)
