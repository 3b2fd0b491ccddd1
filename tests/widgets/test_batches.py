"""What a monitor shows, from counts; and the still picture of it."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bentobook.runner.records import BatchRecord, MethodStats
from bentobook.runner.stats import RunnerStats
from bentobook.widgets import picture
from bentobook.widgets.batches import BARS, Reader, line_of


def counts(name: str = "iris", rows: int = 0, recent: tuple[BatchRecord, ...] = (), **more: Any) -> RunnerStats:
    reasons: dict[Any, int] = {}
    for batch in recent:
        reasons[batch.reason] = reasons.get(batch.reason, 0) + 1
    method = MethodStats(len(recent), rows, len(recent), 0, 2, 0, 0, reasons, {"p50": 4.1, "p99": 9.8}, recent)
    given = {"waiting": 0, "waiting_bytes": 0, "running_for": 0.0, "stuck": False} | more
    return RunnerStats(name, {"predict": method}, **given)


BATCHES = (BatchRecord(4, 2, "idle", 1.0, 0.01, 0.0), BatchRecord(8, 3, "busy", 2.0, 0.02, 0.005))


def test_the_rate_is_that_of_the_last_two_seconds() -> None:
    reader = Reader()
    rates = [
        reader.frame([counts(rows=rows)], now)["methods"][0]["rate"]
        for now, rows in [(0, 0), (1, 100), (2, 300), (3, 500), (9, 500), (10, 500)]
    ]
    assert rates == [0, 100, 150, 200, 0, 0]


def test_a_runner_that_began_anew_has_no_negative_rate() -> None:
    reader = Reader()
    reader.frame([counts(rows=500)], 0)
    assert reader.frame([counts(rows=3)], 1)["methods"][0]["rate"] == 0


def test_frames_are_equal_while_nothing_happens() -> None:
    reader = Reader()
    frames = [reader.frame([counts(recent=BATCHES, running_for=0.3 + at / 10)], at) for at in range(3)]
    assert frames[0] == frames[1] == frames[2]


@pytest.mark.parametrize(
    ("running", "stuck", "said"), [(0.0, False, "idle"), (0.4, False, "running"), (7.2, True, "stuck for 7 s")]
)
def test_the_state_is_said_in_words(running: float, stuck: bool, said: str) -> None:
    frame = Reader().frame([counts(running_for=running, stuck=stuck, waiting=12)], 0)
    assert line_of(frame["methods"][0]).startswith(f"{said} · queue 12 · ")


def test_each_batch_is_a_bar_with_its_rows_wait_and_reason() -> None:
    method = Reader().frame([counts(recent=BATCHES)], 0)["methods"][0]
    assert method["batches"] == [[4, 2, 0.0, 10.0, "idle"], [8, 3, 5.0, 20.0, "busy"]]
    assert (method["mean"], method["largest"]) == (6.0, 8)


REASONS = st.sampled_from(["idle", "busy", "settled", "waited", "full"])
NUMBERS = st.floats(0, 1e4, allow_nan=False)
RECORDS = st.builds(BatchRecord, st.integers(0, 10**9), st.integers(1, 10**6), REASONS, NUMBERS, NUMBERS, NUMBERS)


@given(st.lists(RECORDS, max_size=80), st.text(max_size=20))
def test_every_picture_is_one_well_formed_image_and_keeps_hostile_names_out(records: list[Any], name: str) -> None:
    frame = Reader().frame([counts(name=f"</style><script>{name}", recent=tuple(records))], 0)
    drawn = ET.fromstring(picture.svg_of(frame["methods"][0]))
    assert {each.tag.rpartition("}")[2] for each in drawn.iter()} <= {"svg", "path", "text"}
    assert "<script" not in picture.html_of(name, frame)
    assert len(frame["methods"][0]["batches"]) == min(len(records), BARS)


def test_the_text_draws_the_rows_too() -> None:
    shown = picture.text_of("iris", Reader().frame([counts(recent=BATCHES)], 0))
    assert "iris.predict  idle · queue 0" in shown
    assert "▄█  1 runner was busy, 1 idle, left at once" in shown
