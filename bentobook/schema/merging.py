"""Put values of one layout one after the other, in the plainest way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bentobook.schema.loaded import is_a


def merge_plainly(values: Sequence[Any]) -> Any:
    """Merge DataFrames, arrays, tensors, or dicts of arrays; the rows of a DataFrame keep their labels.

    Parameters
    ----------
    values : sequence
        At least one, all of one layout.
    """
    first = values[0]
    if isinstance(first, dict):
        return {name: merge_plainly([value[name] for value in values]) for name in first}
    if is_a(first, "pandas", "DataFrame"):
        import pandas as pd

        return pd.concat(values, ignore_index=_is_default(first.index))
    if is_a(first, "torch", "Tensor"):
        import torch

        return torch.cat(tuple(values))
    import numpy as np

    return np.concatenate(values, dtype=first.dtype)


def _is_default(index: Any) -> bool:
    return type(index).__name__ == "RangeIndex" and index.start == 0 and index.step == 1 and index.name is None
