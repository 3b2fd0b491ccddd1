"""Lists of rows, dicts of columns, tuples of answers, and the arguments of a call that has several."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any, TypeAlias

from bentobook.errors import InvalidArgument
from bentobook.runner.kinds import ALONE, AS_IT_IS, Kind, Measure

LONG = 1000
"""A list longer than this gains nothing from company, and looking at each of its items would cost."""

KindOf: TypeAlias = Callable[[Any], Kind]
_SCALARS = frozenset({bool, int, float, str, bytes, type(None)})
_BYTES_OF_AN_ITEM = 64


def _kinds_of(items: Sequence[Any]) -> frozenset[Hashable]:
    """Tell what the items are: lists from which a model would make other dtypes or shapes differ here."""
    types = frozenset(map(type, items))
    return types if types <= _SCALARS else frozenset(map(_kind_of, items))


def _kind_of(item: Any) -> Hashable:
    kind = type(item)
    if kind in (list, tuple):
        return kind, len(item), _kinds_of(item)
    if kind is dict:
        return kind, tuple((key, _kind_of(value)) for key, value in item.items())
    shape = getattr(item, "shape", None)
    return (kind, str(getattr(item, "dtype", "")), None if shape is None else tuple(shape))


class Lists(Kind):
    """Lists, one item a row."""

    def measure(self, value: list[Any], dim: int) -> Measure:
        """Tell the kinds of all items, how many there are, and a guess of the bytes."""
        if dim != 0:
            raise InvalidArgument("batch_dim", dim, "0 for lists and columns")
        wide = len(value[0]) if value and isinstance(value[0], (list, tuple, dict)) else 1
        key = (list, _kinds_of(value)) if len(value) <= LONG else ALONE
        return key, len(value), len(value) * wide * _BYTES_OF_AN_ITEM

    def join(self, answers: Sequence[list[Any]], dim: int) -> list[Any]:
        """Make one list of all items."""
        del dim
        return [item for answer in answers for item in answer]


class _Parts(Kind):
    """Something with parts that each have the same rows."""

    def __init__(self, kind_of: KindOf) -> None:
        self._kind = kind_of

    def _measure(self, parts: Sequence[Any], dim: int, names: Hashable) -> Measure:
        measures = [self._kind(part).measure(part, dim) for part in parts]
        keys = tuple(key for key, _, _ in measures)
        rows = {rows for _, rows, _ in measures}
        if len(rows) != 1 or None in keys:
            return AS_IT_IS
        key = ALONE if ALONE in keys else (type(self), names, keys)
        return key, rows.pop(), sum(size for _, _, size in measures)

    def _length(self, parts: Sequence[Any], dim: int) -> int | None:
        lengths = {self._kind(part).length(part, dim) for part in parts}
        return lengths.pop() if len(lengths) == 1 else None


class Columns(_Parts):
    """A dict of columns of equal length, as a DataFrame is made from it; other dicts run alone."""

    def measure(self, value: Mapping[str, Any], dim: int) -> Measure:
        """Tell names and layouts of the columns in their order, the rows and the bytes."""
        return self._measure(tuple(value.values()), dim, tuple(value))

    def length(self, value: Mapping[str, Any], dim: int) -> int | None:
        """Count the rows, when all columns have equally many."""
        return self._length(tuple(value.values()), dim)

    def cut(self, value: Mapping[str, Any], start: int, stop: int, dim: int) -> dict[str, Any]:
        """Take some rows of each column."""
        return {name: self._kind(part).cut(part, start, stop, dim) for name, part in value.items()}

    def split(self, answer: Any, sizes: Sequence[int], values: Sequence[Any], merged: Any, dim: int) -> list[Any]:
        """Split column by column."""
        columns = [self._kind(part).split(part, sizes, values, merged, dim) for part in answer.values()]
        return [dict(zip(answer, pieces, strict=True)) for pieces in zip(*columns, strict=True)]

    def merge(self, values: Sequence[Mapping[str, Any]], dim: int) -> dict[str, Any]:
        """Merge column by column."""
        return {name: self._kind(part).merge([v[name] for v in values], dim) for name, part in values[0].items()}

    def join(self, answers: Sequence[Mapping[str, Any]], dim: int) -> dict[str, Any]:
        """Join column by column."""
        return {name: self._kind(part).join([a[name] for a in answers], dim) for name, part in answers[0].items()}

    def one_row(self, value: Mapping[str, Any], dim: int) -> dict[str, Any] | None:
        """Make up one row of each column."""
        made = {name: self._kind(part).one_row(part, dim) for name, part in value.items()}
        return None if any(part is None for part in made.values()) else made


class Tuples(_Parts):
    """Answers that are tuples of answers; as values, tuples run alone."""

    def length(self, value: tuple[Any, ...], dim: int) -> int | None:
        """Count the rows, when all parts have equally many."""
        return self._length(value, dim)

    def cut(self, value: tuple[Any, ...], start: int, stop: int, dim: int) -> Any:
        """Take some rows of each part."""
        return _like(value, [self._kind(part).cut(part, start, stop, dim) for part in value])

    def split(self, answer: Any, sizes: Sequence[int], values: Sequence[Any], merged: Any, dim: int) -> list[Any]:
        """Split part by part; a named tuple stays one."""
        columns = [self._kind(part).split(part, sizes, values, merged, dim) for part in answer]
        return [_like(answer, pieces) for pieces in zip(*columns, strict=True)]

    def merge(self, values: Sequence[tuple[Any, ...]], dim: int) -> Any:
        """Merge part by part."""
        return _like(values[0], [self._kind(c[0]).merge(c, dim) for c in zip(*values, strict=True)])

    def join(self, answers: Sequence[tuple[Any, ...]], dim: int) -> Any:
        """Join part by part."""
        return _like(answers[0], [self._kind(c[0]).join(c, dim) for c in zip(*answers, strict=True)])


class Pack(tuple[Any, ...]):  # noqa: SLOT001  # a tuple cannot have further slots
    """The arguments of a call that has several; the last of them have ``names``."""

    names: tuple[str, ...] = ()

    @classmethod
    def of(cls, args: Sequence[Any], names: tuple[str, ...] = ()) -> Pack:
        """Hold positional values and, after them, named ones."""
        pack = cls(args)
        pack.names = names
        return pack


class Packs(Tuples):
    """Packs: each argument is batched along the same dimension."""

    def measure(self, value: Pack, dim: int) -> Measure:
        """Tell the layouts of all arguments, their rows and bytes."""
        return self._measure(value, dim, value.names)

    def one_row(self, value: Pack, dim: int) -> Pack | None:
        """Make up one row of each argument."""
        made = [self._kind(part).one_row(part, dim) for part in value]
        return None if any(part is None for part in made) else Pack.of(made, value.names)


def _like(first: tuple[Any, ...], parts: Sequence[Any]) -> Any:
    """Make a tuple of the same type: a plain one, a named one or a pack."""
    if isinstance(first, Pack):
        return Pack.of(parts, first.names)
    return getattr(type(first), "_make", type(first))(parts)
