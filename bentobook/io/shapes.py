"""Shapes and dtypes that a descriptor declares: compared, and cast where no number becomes another kind of number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bentobook.errors import InvalidArgument
from bentobook.schema.dtypes import holds
from bentobook.schema.problems import Findings


def read_shape(shape: Sequence[int | None] | None) -> tuple[int, ...] | None:
    """Read a declared shape; ``None`` and ``-1`` are any length.

    Raises
    ------
    InvalidArgument
        When a length is no whole number.
    """
    if shape is None:
        return None
    lengths = tuple(-1 if each is None else each for each in shape)
    for each in lengths:
        if isinstance(each, bool) or not isinstance(each, int) or each < -1:
            raise InvalidArgument("shape", each, "whole numbers, -1 for any length")
    return lengths


def fits(shape: tuple[int, ...], got: Sequence[int]) -> bool:
    """Whether a value has a declared shape.

    >>> fits((-1, 4), (3, 4)), fits((-1, 4), (4,))
    (True, False)
    """
    return len(shape) == len(got) and all(wanted in {-1, each} for wanted, each in zip(shape, got, strict=True))


def note_shape(shape: tuple[int, ...], got: Sequence[int], findings: Findings) -> None:
    """Note a value that has another shape."""
    if not fits(shape, got):
        findings.note(wanted=f"the shape {list(shape)}", got=f"{list(got)}")


def same_dtype(dtype: Any, wanted: Any) -> bool:
    """Whether two dtypes hold the same; the order of bytes and the length of texts make no difference."""
    if dtype.kind == wanted.kind and wanted.kind in "US":
        return bool(dtype.itemsize <= wanted.itemsize or not wanted.itemsize)
    return bool(dtype.newbyteorder("=") == wanted.newbyteorder("="))


def cast(array: Any, wanted: Any) -> Any:
    """Cast numbers of one kind, or whole numbers to floats.

    Parameters
    ----------
    array : ndarray
        What came.
    wanted : numpy.dtype
        What is declared.

    Returns
    -------
    ndarray or None
        None when a number would become another one, or the kinds differ.
    """
    import numpy as np

    kind = array.dtype.kind
    if kind == wanted.kind == "f":
        return _narrowed(array, wanted)
    if same_dtype(array.dtype, wanted) or not array.size:
        return array.astype(wanted)
    if kind in "iu" and wanted.kind in "iu":
        return array.astype(wanted) if holds(array, wanted) else None
    if not np.can_cast(array.dtype, wanted, "same_kind") or kind in "OUS" or wanted.kind in "OUSmM":
        return None
    return array.astype(wanted)


def numbers(value: Any, wanted: Any) -> Any:
    """Make an array of a nested list of numbers; None where it is anything else, or a number does not fit."""
    import numpy as np

    if not isinstance(value, list):
        return None
    try:
        array = np.array(value)
    except ValueError:
        return None
    kind = array.dtype.kind
    if kind in "iu":
        return array.astype(wanted) if holds(array, wanted) else None
    if kind != "f" or wanted.kind != "f":
        return None
    return array if array.dtype == wanted else _narrowed(array, wanted)


def _narrowed(array: Any, wanted: Any) -> Any:
    """Cast floats; None where a number is too large for the smaller type."""
    import numpy as np

    if wanted.itemsize >= array.dtype.itemsize:
        return array.astype(wanted)
    with np.errstate(over="ignore"):
        made = array.astype(wanted)
    infinite = np.isinf(made)
    return None if infinite.any() and not np.isinf(array)[infinite].all() else made
