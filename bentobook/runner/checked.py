"""Values that were checked against a schema on their way through a runner: merged, cast and judged once per batch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any

from bentobook.errors import InvalidArgument
from bentobook.runner.batch import Batching
from bentobook.runner.plain import Pack
from bentobook.schema.check import Checker
from bentobook.schema.prepared import Prepared


class Checked(Batching):
    """Merge and split for a method with a schema.

    Parameters
    ----------
    checker : Checker
        What the method takes.
    dim_out : int
        The dimension of the output along which rows are counted.
    """

    def __init__(self, checker: Checker, dim_out: int = 0) -> None:
        super().__init__((0, dim_out))
        self._checker = checker
        self.measures[Prepared] = attrgetter("layout", "n_rows", "size")

    def merge(self, values: Sequence[Any]) -> Any:
        """Make what the model takes of all values; its errors name the requests that are to blame."""
        return self._checker.build_batch(values, super().merge)

    def cut(self, value: Any, start: int, stop: int) -> Any:
        """Take some rows of an input."""
        return value.cut(start, stop)

    def one_row(self, value: Any) -> Any:
        """Make up one row; None when there is no way to."""
        return self._checker.one_row(value)

    def split(self, answer: Any, sizes: Sequence[int], values: Sequence[Any] = (), merged: Any = None) -> list[Any]:
        """Cut an answer; each piece gets the index of its request where the answer carries that of the batch."""
        return super().split(answer, sizes, values, None if isinstance(merged, dict) else merged)


def check_with(checker: Checker) -> Callable[[Any], Any]:
    """Make the function that sees each value in its caller, before it is queued."""
    prepare = checker.prepare

    def check(value: Any) -> Any:
        if type(value) is Prepared:  # a service has checked it already
            return value
        return prepare(only(value) if type(value) is Pack else value)

    return check


def only(pack: Pack) -> Any:
    """Take the one value of a call, which may have been given by its name.

    Raises
    ------
    InvalidArgument
        When there are several.
    """
    if len(pack) != 1:
        hint = "Settings of a prediction are given as params={...}."
        raise InvalidArgument("value", f"{len(pack)} arguments", "one: the rows", hint=hint)
    return pack[0]
