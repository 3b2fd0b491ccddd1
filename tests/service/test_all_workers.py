from __future__ import annotations

import os
from pathlib import Path

import pytest
from prometheus_client import generate_latest

from bentobook import Service
from bentobook.service.all_workers import AllWorkers, bury
from bentobook.service.metrics import Metrics


@pytest.fixture
def workers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[tuple[Metrics, AllWorkers]]:
    made = []
    for process in (11, 12):
        monkeypatch.setattr(os, "getpid", lambda process=process: process)
        metrics = Metrics(Service("shared"))
        made.append((metrics, AllWorkers(tmp_path, metrics)))
    return made


def told(worker: AllWorkers, start: str) -> list[str]:
    return [line for line in generate_latest(worker).decode().splitlines() if line.startswith(start)]


def test_whoever_is_asked_adds_up_the_numbers_of_all(workers: list[tuple[Metrics, AllWorkers]]) -> None:
    (a, first), (b, second) = workers
    a.route("/predict").add(200, 0.004)
    b.route("/predict").add(200, 0.004)
    b.route("/predict").add(503, 20.0)
    second.write()

    assert [line.rsplit(" ", 1)[1] for line in told(first, "bentoml_api_server_request_total")] == ["2.0", "1.0"]
    assert [
        line.rsplit(" ", 1)[1]
        for line in told(first, "bentoml_api_server_request_duration_seconds_bucket")
        if 'le="0.005"' in line or "Inf" in line
    ] == ["2.0", "3.0"]


def test_a_dead_worker_leaves_its_counts_but_does_nothing_any_more(
    tmp_path: Path, workers: list[tuple[Metrics, AllWorkers]]
) -> None:
    (a, first), (b, second) = workers
    a.in_progress = b.in_progress = 1
    b.route("/predict").add(200, 0.004)
    second.write()
    assert told(first, "bentoml_api_server_request_in_progress")[0].endswith(" 2.0")
    bury(tmp_path, 12)

    assert told(first, "bentoml_api_server_request_in_progress")[0].endswith(" 1.0")
    assert told(first, "bentoml_api_server_request_total")[0].endswith(" 1.0")


def test_what_one_told_before_it_was_killed_is_not_lost(
    tmp_path: Path, workers: list[tuple[Metrics, AllWorkers]]
) -> None:
    (a, first), (_, second) = workers
    a.route("/predict").add(200, 0.004)
    before = told(first, "bentoml_api_server_request_total")
    bury(tmp_path, 11)

    assert told(second, "bentoml_api_server_request_total") == before


def test_a_worker_that_never_counted_is_buried_without_a_trace(tmp_path: Path) -> None:
    bury(tmp_path, 13)

    assert not list(tmp_path.iterdir())
