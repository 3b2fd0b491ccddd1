"""What becomes of a whole column, as far as its dtype tells: the rules of MLflow, and the casts that lose nothing."""

from __future__ import annotations

import enum
import sys
from typing import Any, Final

NUMPY: Final = {
    "boolean": "bool",
    "integer": "int32",
    "long": "int64",
    "float": "float32",
    "double": "float64",
    "datetime": "datetime64[ns]",
}
NUMBERS: Final = frozenset({"integer", "long", "float", "double"})
TEXTS: Final = frozenset({"string", "binary"})
_DIGITS: Final[dict[int, int]] = {2: 11, 4: 24, 8: 53}  # bits of the mantissa of a float of so many bytes


class Step(enum.Enum):
    """How a column becomes what the model takes."""

    KEEP = "it is right as it is"
    CAST = "the dtype is cast"
    EXACT = "the dtype is cast if each number stays what it is"
    VALUES = "each value is judged"


def step_of(wanted: str, dtype: Any) -> Step | None:
    """Tell what becomes of a column.

    Parameters
    ----------
    wanted : str
        MLflow's name of the type.
    dtype : numpy.dtype or pandas ExtensionDtype
        What the column has.

    Returns
    -------
    Step or None
        None when such a column is not taken, whatever is in it.
    """
    kind = getattr(dtype, "kind", "O")
    if wanted in TEXTS:
        return _step_of_text(dtype, kind)
    if wanted not in NUMPY:
        return Step.KEEP if wanted == "any" else Step.VALUES if kind == "O" else None
    import numpy as np

    target = np.dtype(NUMPY[wanted])
    if dtype == target:
        return Step.KEEP
    if kind == "O":
        return None if _is_text(dtype) and wanted != "datetime" else Step.VALUES
    if wanted == "datetime":
        return Step.CAST if kind == "M" and _zone(dtype) is None else None
    return cast_of(target, dtype)


def cast_of(target: Any, dtype: Any) -> Step | None:
    """Tell how numbers of one dtype become numbers of another; None where they cannot without loss."""
    kind, size = dtype.kind, getattr(dtype, "itemsize", None)
    if size is None:  # a sparse column
        return None
    if kind == target.kind and kind in "biufc":
        return Step.CAST if size <= target.itemsize else Step.EXACT if kind in "iu" else None
    if kind not in "iu" or target.kind not in "iuf":
        return None
    if target.kind == "f":
        return Step.CAST if 8 * size <= _DIGITS.get(target.itemsize, 64) else Step.EXACT
    return Step.CAST if kind == "u" and size < target.itemsize else Step.EXACT


def holds(numbers: Any, target: Any) -> bool:
    """Whether whole numbers are so small that each is exact in a dtype.

    Parameters
    ----------
    numbers : ndarray
        Of integers.
    target : numpy.dtype
        Of integers or floats.
    """
    if not numbers.size:
        return True
    import numpy as np

    least, most = int(numbers.min()), int(numbers.max())
    if target.kind == "f":
        limit = 1 << _DIGITS.get(target.itemsize, 53)
        return -limit <= least and most <= limit
    info = np.iinfo(target)
    return int(info.min) <= least and most <= int(info.max)


def _step_of_text(dtype: Any, kind: str) -> Step | None:
    import numpy as np

    if _is_text(dtype) or dtype == np.dtype(object):
        return Step.KEEP
    return Step.VALUES if kind == "O" else None


def _is_text(dtype: Any) -> bool:
    pandas = sys.modules.get("pandas")
    return pandas is not None and isinstance(dtype, pandas.StringDtype)


def _zone(dtype: Any) -> object:
    return getattr(dtype, "tz", None) or getattr(getattr(dtype, "pyarrow_dtype", None), "tz", None)
