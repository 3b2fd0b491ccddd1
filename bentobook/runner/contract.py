"""What a batchable method promises: one row of answer for each row that it got."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bentobook.errors import BatchContractBroken
from bentobook.runner.batch import Batching


def broken(label: str, batching: Batching, answer: Any, rows: int, values: Sequence[Any]) -> BatchContractBroken:
    """Say that an answer has not as many rows as the batch had.

    Parameters
    ----------
    label : str
        The method and model.
    batching : Batching
        What counts rows.
    answer : object
        What the method returned.
    rows : int
        How many rows it got.
    values : sequence of object
        The values that were merged; the first is described.
    """
    returned = batching.length(answer)
    said = _described(answer) if returned is None else returned
    return BatchContractBroken(label, rows, said, describe(values[0]))


def _described(answer: Any) -> str:
    return f"{describe(answer)}, in which no rows can be counted"


def describe(value: Any) -> str:
    """Say what a value is in a few words: its type and its shape or length, never its content."""
    name = type(value).__name__
    shape = getattr(value, "shape", None)
    if shape is not None:
        return f"{name} of shape {tuple(shape)}"
    if isinstance(value, (list, tuple, dict)):
        return f"{name} of {len(value)}"
    return name
