"""Exactly the bad ones fail, each with its own error, in as few runs as halving needs."""

from __future__ import annotations

from math import ceil, log2
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bentobook.runner.isolate import isolate


def isolated(n: int, bad: set[int], wanted: set[int] | None = None) -> tuple[dict[int, str], list[int], int]:
    blamed: dict[int, str] = {}
    answered: list[int] = []

    def run(items: Any) -> None:
        wrong = [item for item in items if item in bad]
        if wrong:
            raise ValueError(f"item {wrong[0]}")
        answered.extend(items)

    def blame(item: int, error: Exception) -> None:
        blamed[item] = str(error)

    items = list(range(n))
    with pytest.raises(ValueError, match="item") as first:
        run(items)
    runs = isolate(items, first.value, run, blame, lambda item: wanted is None or item in wanted)
    return blamed, answered, runs


@pytest.mark.parametrize("n", range(1, 65))
def test_each_position_alone(n: int) -> None:
    for position in range(n):
        blamed, answered, runs = isolated(n, {position})

        assert blamed == {position: f"item {position}"}
        assert answered == [item for item in range(n) if item != position]
        assert runs <= 2 * ceil(log2(n)) if n > 1 else runs == 0


@given(st.integers(1, 64).flatmap(lambda n: st.tuples(st.just(n), st.sets(st.integers(0, n - 1), min_size=1))))
def test_any_bad_ones(case: tuple[int, set[int]]) -> None:
    n, bad = case

    blamed, answered, runs = isolated(n, bad)

    assert blamed == {item: f"item {item}" for item in bad}
    assert sorted(answered) == sorted(set(range(n)) - bad)
    assert runs + 1 <= 2 * n - 1


def test_nobody_who_has_left_is_run_again() -> None:
    blamed, answered, _ = isolated(8, {3}, wanted={1, 3})

    assert blamed == {3: "item 3"}
    assert answered == [1]


def test_running_out_of_memory_is_not_tried_again() -> None:
    runs = []

    def run(items: Any) -> None:
        runs.append(items)
        raise MemoryError

    blamed: dict[int, Exception] = {}
    isolate([0, 1, 2, 3], ValueError("first"), run, blamed.__setitem__, lambda _: True)

    assert len(runs) == 2
    assert all(isinstance(error, MemoryError) for error in blamed.values())
    assert sorted(blamed) == [0, 1, 2, 3]
