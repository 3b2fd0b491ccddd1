"""Types of packages that may not be loaded: a value of such a type can only be here when its package is."""

from __future__ import annotations

import sys
from typing import Any


def is_a(value: Any, package: str, name: str) -> bool:
    """Whether a value is of a type of a package; the package is never imported for it.

    >>> is_a("a text", "pandas", "DataFrame")
    False
    """
    module = sys.modules.get(package)
    return module is not None and isinstance(value, getattr(module, name, ()))


def is_sparse(value: Any) -> bool:
    """Whether a value is one of SciPy's sparse matrices or arrays by rows or columns."""
    return type(value).__module__.startswith("scipy.sparse") and getattr(value, "format", "") in {"csr", "csc"}


def to_array(tensor: Any) -> Any:
    """Make an ndarray of a torch tensor, on whichever device it is."""
    return tensor.detach().cpu().numpy()
