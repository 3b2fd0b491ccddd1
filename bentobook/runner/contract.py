"""What a batchable method promises: one row of answer for each row that it got."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bentobook.errors import BatchContractBroken
from bentobook.runner.batch import Batching


def check(label: str, batching: Batching, answer: Any, rows: int, values: Sequence[Any]) -> None:
    """Compare the rows of an answer with the rows of the batch.

    Parameters
    ----------
    label : str
        The method and model, for the error.
    batching : Batching
        What counts rows.
    answer : object
        What the method returned.
    rows : int
        How many rows it got.
    values : sequence of object
        The values that were merged; the first is described in the error.

    Raises
    ------
    BatchContractBroken
        When the numbers differ, or the answer has no rows that could be counted.
    """
    returned = batching.length(answer)
    if returned != rows:
        raise BatchContractBroken(
            label, rows, _described(answer) if returned is None else returned, describe(values[0])
        )


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
