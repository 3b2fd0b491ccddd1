"""What may be set for a method."""

from __future__ import annotations

from math import inf

import pytest

from bentobook.errors import InvalidArgument
from bentobook.runner.config import MethodConfig


def test_only_what_is_given_replaces_what_was_set() -> None:
    config = MethodConfig(max_batch_size=8, max_wait_ms=2).updated({"max_batch_size": None, "max_wait_ms": 5})

    assert (config.max_batch_size, config.max_wait_ms) == (8, 5)


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(InvalidArgument, match="Did you mean max_batch_size"):
        MethodConfig().updated({"max_batchsize": 8})


@pytest.mark.parametrize(
    "values",
    [{"max_batch_size": 0}, {"max_latency_ms": -1}, {"max_wait_ms": -1}, {"max_queue": 0}, {"max_queue_bytes": 0}],
    ids=str,
)
def test_numbers_that_mean_nothing_are_refused(values: dict[str, int]) -> None:
    with pytest.raises(InvalidArgument, match=next(iter(values))):
        MethodConfig(**values)


def test_no_latency_bound_means_to_wait_for_ever() -> None:
    assert MethodConfig(max_latency_ms=0).max_latency == inf
    assert MethodConfig().max_latency == 60
