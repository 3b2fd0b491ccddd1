"""Find the requests that make a batch fail, by running its halves again; the others get their answers.

One bad request among n costs about two runs for each halving, and n bad ones cost 2n - 1 runs in all. What failed last,
alone, is a request's own error. A method that must not run twice for one request is never isolated.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


def isolate(
    items: Sequence[T],
    error: Exception,
    run: Callable[[Sequence[T]], None],
    blame: Callable[[T, Exception], None],
    wanted: Callable[[T], bool],
) -> int:
    """Run the halves of what failed together until each failure stands alone.

    Parameters
    ----------
    items : sequence
        What failed together with ``error``.
    error : Exception
        What they failed with.
    run : callable
        Runs some of them; they have their answers when it returns.
    blame : callable
        Gets an item and the error that it failed with alone.
    wanted : callable
        Whether somebody still waits for an item; others are not run again.

    Returns
    -------
    int
        How many further runs it took.
    """
    if len(items) == 1:
        blame(items[0], error)
        return 0
    runs = 0
    middle = len(items) // 2
    for half in (items[:middle], items[middle:]):
        left = [item for item in half if wanted(item)]
        if not left:
            continue
        runs += 1
        try:
            run(left)
        except MemoryError as failure:
            for item in left:
                blame(item, failure)
        except Exception as failure:  # noqa: BLE001  # whatever a model raises belongs to those who asked it
            runs += isolate(left, failure, run, blame, wanted)
    return runs
