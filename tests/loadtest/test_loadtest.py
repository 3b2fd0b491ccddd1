"""A load test of a real service, by a real process over real sockets."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bentobook import Runnable, Runner, Service, io, serve
from bentobook.errors import InvalidArgument, LoadTestFailed, NoSuchRoute
from bentobook.loadtest import LoadTest, Rate, loadtest, run
from bentobook.service import live


class Double(Runnable):
    @Runnable.method(batchable=True)
    def twice(self, rows: list[int]) -> list[int]:
        return [2 * row for row in rows]


@pytest.fixture(scope="module")
def svc() -> Iterator[Service]:
    runner = Runner(Double, name="double")
    service = Service("doubles", runners=[runner])

    @service.api(input=io.JSON(), output=io.JSON())
    async def twice(rows):
        if rows == ["no"]:
            raise ValueError("rows of numbers only")
        return await runner.twice.async_run(rows)

    yield service
    service.close()


@pytest.fixture(scope="module")
def result(svc: Service) -> LoadTest:
    return loadtest(svc, "twice", [1, 2], rps=[40, 80], seconds=0.5)


def test_each_rate_is_sent_and_answered(result):
    assert [rate.rps for rate in result.rates] == [40, 80]
    assert [rate.statuses for rate in result.rates] == [{200: 20}, {200: 40}]
    assert all(0 < rate.latency_ms["p50"] <= rate.latency_ms["max"] for rate in result.rates)
    assert all(rate.requests_per_batch >= 1 for rate in result.rates)


def test_the_result_is_a_table_a_card_and_a_picture(result):
    assert list(result.df["rps"]) == [40, 80]
    assert result.df["failed"].sum() == 0
    assert "load test, 0.5 s at each rate" in repr(result)
    assert result._repr_html_().count("data:image/png") == 1
    assert "asked/s" in repr(result.plot())


def test_the_server_that_was_started_for_it_is_stopped(svc, result):
    assert live.door("doubles") is None


def test_a_service_that_is_served_with_a_token_is_asked_on_its_port(svc):
    with serve(svc, port=0, token=True) as server:
        found = loadtest(svc, "twice", [3], rps=[50], seconds=0.1)
        assert found.rates[0].statuses == {200: 5}
        assert server.running


def test_a_request_that_fails_is_said_at_once(svc):
    with pytest.raises(ValueError, match="numbers only"):
        loadtest(svc, "twice", ["no"])
    with pytest.raises(NoSuchRoute, match="has no 'thrice'"):
        loadtest(svc, "thrice", [1])


@pytest.mark.parametrize("rps", [[], [0], [-5, 10], [10**9]])
def test_rates_that_make_no_sense_are_refused(svc, rps):
    with pytest.raises(InvalidArgument, match="rates above 0"):
        loadtest(svc, "twice", [1], rps=rps)


def test_a_sender_that_dies_is_said(svc, monkeypatch, tmp_path):
    broken = tmp_path / "sender.py"
    broken.write_text("raise SystemExit(3)")
    monkeypatch.setattr(run, "_SENDER", broken)
    with pytest.raises(LoadTestFailed, match="ended at 50 requests a second"):
        loadtest(svc, "twice", [1])


def _rate(**more) -> Rate:
    given = {"rps": 100.0, "sent": 10, "answered_per_s": 99.0, "late_ms": 0.1}
    marks = {"p50": 1.0, "p90": 2.0, "p99": 90.0, "max": 100.0}
    return Rate(**{**given, "latency_ms": marks, "statuses": {200: 10}, **more})


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"answered_per_s": 60.0}, "answers fell behind at 100 requests a second"),
        ({"late_ms": 25.0}, "the sender was 25 ms late"),
        ({"statuses": {200: 5, 503: 4, 0: 1}}, "no answer, 503"),
        ({"latency_ms": {}, "statuses": {0: 10}}, "no answer"),
    ],
)
def test_what_spoils_the_numbers_is_said(more, said):
    result = LoadTest("s", "a", 1.0, 3, (_rate(), _rate(**more)))
    assert said in repr(result)
    assert "<img" in result._repr_html_()


def test_clean_numbers_need_no_note():
    assert "limit" not in repr(LoadTest("s", "a", 1.0, 3, (_rate(),)))
