"""The release policy, on numbers alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bentobook.runner.policy import INLINE_S, MAX_LOOP_WAIT_S, MIN_LOOP_WAIT_S, Cost, Settle, settle_until

FIXED, PER_ROW = 2e-3, 20e-6


def observed(*rows: int, fixed: float = FIXED, per_row: float = PER_ROW) -> Cost:
    cost = Cost()
    for n in rows:
        cost.observe(n, fixed + per_row * n)
    return cost


def test_nothing_is_expected_of_a_model_that_has_not_run() -> None:
    assert Cost().expect(1) is None
    assert not Cost().runs_inline(1)
    assert Cost().fixed == 0
    assert Cost().drain(100) == 1


@given(st.lists(st.integers(1, 1000), min_size=1, max_size=20), st.integers(1, 1000))
def test_a_known_or_larger_batch_is_never_expected_to_be_much_too_fast(rows: list[int], asked: int) -> None:
    expected = observed(*rows).expect(asked)

    assert expected is not None
    if asked >= max(rows):
        assert expected >= (FIXED + PER_ROW * asked) * 0.99 or asked.bit_length() == max(rows).bit_length()


@given(st.integers(2, 60), st.integers(130, 1000))
def test_the_fixed_part_is_read_from_two_sizes(small: int, large: int) -> None:
    assert observed(small, large).fixed == pytest.approx(FIXED, rel=0.01)


@given(st.lists(st.tuples(st.integers(1, 500), st.floats(1e-6, 1.0)), min_size=1))
def test_the_fixed_part_is_never_more_than_the_last_batch_took(batches: list[tuple[int, float]]) -> None:
    cost = Cost()
    for rows, seconds in batches:
        cost.observe(rows, seconds)

    assert 0 <= cost.fixed <= batches[-1][1]


def test_a_slow_first_call_is_forgotten_at_the_second() -> None:
    cost = Cost()
    cost.observe(1, 3.0)
    cost.observe(1, 1e-4)

    assert cost.runs_inline(1)


def test_a_fast_model_is_not_run_inline_with_far_more_rows_than_it_was_seen_with() -> None:
    cost = observed(1, fixed=0.0, per_row=INLINE_S / 10)

    assert cost.runs_inline(1)
    assert not cost.runs_inline(100)


def test_an_idle_runner_waits_for_nobody() -> None:
    assert settle_until(5.0, observed(1, 64), missing_loops=0, missing_callers=0) == 5.0


def test_threads_are_waited_for_no_longer_than_one_more_batch_would_cost() -> None:
    assert settle_until(5.0, observed(1, 64), missing_loops=0, missing_callers=9) == pytest.approx(
        5.0 + FIXED, rel=1e-3
    )


@pytest.mark.parametrize(("last", "wait"), [(1e-4, MIN_LOOP_WAIT_S), (0.5, 0.5), (60.0, MAX_LOOP_WAIT_S)])
def test_a_loop_is_waited_for_until_it_tells_or_seems_to_be_blocked(last: float, wait: float) -> None:
    assert settle_until(5.0, Cost(last=last), missing_loops=1, missing_callers=3) == 5.0 + wait


def test_callers_who_come_back_are_waited_for_each_time() -> None:
    settle = Settle()
    for _ in range(10):
        assert settle.wait_for(8, FIXED) == 8
        settle.cut(missing=1, seconds=FIXED / 4, fixed=FIXED)


def test_callers_who_do_not_come_back_are_waited_for_less_and_less() -> None:
    settle, waited = Settle(), []
    for batch in range(200):
        if settle.wait_for(8, FIXED):
            waited.append(batch)
            settle.cut(missing=8, seconds=FIXED, fixed=FIXED)

    assert waited[:4] == [0, 2, 6, 14]
    assert len(waited) <= 10


def test_callers_who_come_back_much_later_count_as_gone() -> None:
    settle = Settle()
    settle.wait_for(1, FIXED)
    settle.cut(missing=0, seconds=FIXED * 100, fixed=FIXED)

    assert settle.wait_for(1, FIXED) == 0


def test_one_return_is_enough_to_be_waited_for_again() -> None:
    settle = Settle()
    for _ in range(3):
        while not settle.wait_for(8, FIXED):
            pass
        settle.cut(missing=8, seconds=FIXED, fixed=FIXED)
    while not settle.wait_for(8, FIXED):
        pass
    settle.cut(missing=0, seconds=FIXED / 4, fixed=FIXED)

    assert settle.wait_for(8, FIXED) == 8


def test_many_callers_are_not_waited_for_when_another_batch_is_cheaper() -> None:
    settle = Settle()
    settle.wait_for(256, FIXED)
    settle.cut(missing=156, seconds=FIXED, fixed=FIXED)

    assert settle.wait_for(256, FIXED) == 0
    assert settle.wait_for(64, FIXED) == 64


def test_what_took_too_long_is_tried_again_at_some_time() -> None:
    settle = Settle()
    settle.wait_for(256, FIXED)
    settle.cut(missing=156, seconds=FIXED, fixed=FIXED)

    assert any(settle.wait_for(256, FIXED) for _ in range(100))
