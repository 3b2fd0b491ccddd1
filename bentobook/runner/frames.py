"""DataFrames and Series: built once per batch, and every piece comes back with the index that was asked.

What kind of index a frame has is part of its layout. Frames with the default index (0, 1, 2 …) are merged into one with
the default index. Frames with other ranges, as ``X.iloc[5:6]`` has, are merged into one whose index starts at 1: so an
answer that carries the index on can be told from an answer that has a new default index. Frames with labels are merged
with their labels, for models that read them.

pandas needs longer to concatenate 64 frames of one row than a small model needs to answer, so the arrays inside frames
of one dtype are concatenated instead. They are reached through ``DataFrame._mgr``, as pandas' own ``DataFrame.values``
does; where that is not there, or is not one plain array, ``pandas.concat`` does the work.
"""

from __future__ import annotations

import sys
from collections.abc import Hashable, Iterable, Sequence
from itertools import count
from operator import attrgetter
from typing import Any, TypeAlias

from bentobook.errors import InvalidArgument
from bentobook.runner.kinds import Kind, Measure

Index: TypeAlias = Any  # pandas' stubs and pandas' releases do not agree on what an Index is
MAX_KNOWN = 16
_BYTES_OF_A_CELL = 8
_blocks = attrgetter("_mgr.blocks")
_numbers = count()


def _pandas() -> Any:
    return sys.modules["pandas"]


def _is_default(index: Index) -> bool:
    return type(index) is _pandas().RangeIndex and index.start == 0 and index.step == 1


def _kind_of_index(index: Index) -> Hashable:
    if type(index) is _pandas().RangeIndex:
        plain = index.start == 0 and index.step == 1 and index.name is None
        return "default" if plain else ("range", index.name)
    return type(index), index.dtype, tuple(index.names)


def _dtypes(frame: Any) -> Hashable:
    """Tell the dtypes of the columns: one where there is one array inside, else each with the places of its columns."""
    try:
        blocks = frame._mgr.blocks  # noqa: SLF001  # the public ``dtypes`` takes longer than a small model
        if len(blocks) == 1:
            return blocks[0].dtype  # type: ignore[no-any-return]
        return tuple([(block.dtype, block.mgr_locs.as_array.tobytes()) for block in blocks])
    except AttributeError:
        return tuple(frame.dtypes)


class _Labels:
    """Gives equal column labels one number: comparing an Index with a known one is cheaper than hashing its labels."""

    def __init__(self) -> None:
        self._known: list[tuple[Index, int]] = []

    def number(self, labels: Index) -> int:
        for known, number in self._known:
            if labels.is_(known):
                return number
        for known, number in self._known:
            if _same(labels, known):
                return number
        number = next(_numbers)
        self._known = [(labels, number), *self._known[: MAX_KNOWN - 1]]
        return number


def _same(labels: Index, known: Index) -> bool:
    return bool(labels.dtype == known.dtype and labels.equals(known) and labels.names == known.names)


class Frames(Kind):
    """DataFrames and Series of one method."""

    def __init__(self) -> None:
        self._labels = _Labels()

    def measure(self, value: Any, dim: int) -> Measure:
        """Tell columns, dtypes and the kind of index; the rows; a guess of the bytes."""
        if dim != 0:
            raise InvalidArgument("batch_dim", dim, "0 for DataFrames and Series")
        index = value.index
        rows = len(index)
        if value.ndim == 1:
            return (type(value), value.dtype, value.name, _kind_of_index(index)), rows, rows * _BYTES_OF_A_CELL
        columns = value.columns
        key = (type(value), self._labels.number(columns), _dtypes(value), _kind_of_index(index))
        return key, rows, rows * len(columns) * _BYTES_OF_A_CELL

    def length(self, value: Any, dim: int) -> int | None:
        """Count the rows."""
        return len(value) if dim == 0 else None

    def merge(self, values: Sequence[Any], dim: int) -> Any:
        """Make one frame; its index is told in the description of this module."""
        del dim
        first = values[0].index
        merged = _merge_arrays(values)
        if merged is None:
            merged = _pandas().concat(values, ignore_index=True)
        if not _is_default(first) or first.name is not None:
            merged.index = _merged_index([value.index for value in values], len(merged))
        return merged

    def cut(self, value: Any, start: int, stop: int, dim: int) -> Any:
        """Take rows with their index."""
        del dim
        return value.iloc[start:stop]

    def split(self, answer: Any, sizes: Sequence[int], values: Sequence[Any], merged: Any, dim: int) -> list[Any]:
        """Cut into pieces; each gets the index of its request, a new default index, or keeps what the model gave."""
        pieces = super().split(answer, sizes, values, merged, dim)
        for piece, index in zip(pieces, _indexes(answer.index, sizes, values, merged), strict=False):
            piece.index = index
        return pieces

    def join(self, answers: Sequence[Any], dim: int) -> Any:
        """Concatenate; pieces with default indexes make a whole with a default index, of the same name."""
        del dim
        default = all(_is_default(answer.index) for answer in answers)
        joined = _pandas().concat(answers, ignore_index=default)
        if default:
            joined.index.name = answers[0].index.name
        return joined

    def one_row(self, value: Any, dim: int) -> Any:
        """Make a row of zeros, empty texts or missing values, as the dtypes allow."""
        del dim
        if value.ndim == 1:
            return _pandas().Series(_one(value.dtype), name=value.name, dtype=value.dtype)
        row = _pandas().concat([_pandas().Series(_one(dtype), dtype=dtype) for dtype in value.dtypes], axis=1)
        row.columns = value.columns
        return row


def _merge_arrays(values: Sequence[Any]) -> Any:
    """Concatenate the arrays inside frames of one dtype; None where there is not one plain array in each."""
    numpy, pandas = sys.modules["numpy"], _pandas()
    if type(values[0]) is not pandas.DataFrame:
        return None
    try:
        arrays = [block.values for (block,) in map(_blocks, values)]  # a block is no frame
    except (AttributeError, ValueError):
        return None
    if type(arrays[0]) is not numpy.ndarray:
        return None
    return pandas.DataFrame(numpy.concatenate(arrays, axis=1).T, columns=values[0].columns, copy=False)


def _merged_index(indexes: Sequence[Index], rows: int) -> Index:
    pandas = _pandas()
    if type(indexes[0]) is pandas.RangeIndex:
        return pandas.RangeIndex(1, rows + 1, name=indexes[0].name)
    return indexes[0].append(list(indexes[1:]))


def _indexes(index: Index, sizes: Sequence[int], values: Sequence[Any], merged: Any) -> Iterable[Index]:
    """Tell the index of each piece; nothing where the pieces keep what they have."""
    asked = getattr(merged, "index", None)
    if isinstance(asked, _pandas().Index) and type(index) is type(asked) and index.equals(asked):
        if index.names == asked.names:
            return [value.index for value in values]
        return [value.index.set_names(index.names) for value in values]
    return [_pandas().RangeIndex(size, name=index.name) for size in sizes] if _is_default(index) else ()


def _one(dtype: Any) -> Any:
    pandas, numpy = _pandas(), sys.modules["numpy"]
    if isinstance(dtype, numpy.dtype):
        return numpy.array([""], object) if dtype.kind == "O" else numpy.zeros(1, dtype)
    if isinstance(dtype, pandas.CategoricalDtype):
        return pandas.Categorical(list(dtype.categories[:1]) or [None], dtype=dtype)
    if pandas.api.types.is_string_dtype(dtype):
        return pandas.array([""], dtype=dtype)
    return pandas.array([None], dtype=dtype)
