"""The numbers of a service for Prometheus, in a registry of their own: two services never share or double a series.

A request adds to plain numbers here. They become samples when somebody reads them, and so do those of the runners.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from itertools import accumulate
from typing import TYPE_CHECKING, Protocol

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric

from bentobook.runner.records import WAITS

if TYPE_CHECKING:
    from prometheus_client.registry import Collector

    from bentobook.runner.records import MethodStats
    from bentobook.runner.runner import Runner
    from bentobook.runner.stats import RunnerStats

CONTENT_TYPE = b"text/plain; version=1.0.0; charset=utf-8"
BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
_REQUEST = ("endpoint", "service_name", "service_version")
_RUNNER = ("runner_name", "method_name", "service_name", "service_version")


class Measured(Protocol):
    """What has numbers: a service."""

    name: str
    runners: list[Runner]


class Traffic:
    """What came to one route.

    Attributes
    ----------
    counts : dict of int to int
        Requests by status.
    buckets : list of int
        Requests by duration, one number for each bound and one for what is longer.
    seconds : float
        All durations together.
    """

    __slots__ = ("buckets", "counts", "seconds")

    def __init__(self) -> None:
        self.counts: dict[int, int] = {}
        self.buckets = [0] * (len(BUCKETS) + 1)
        self.seconds = 0.0

    def add(self, status: int, seconds: float) -> None:
        """Count one request."""
        counts = self.counts
        counts[status] = counts.get(status, 0) + 1
        self.buckets[bisect_left(BUCKETS, seconds)] += 1
        self.seconds += seconds


class Metrics:
    """The numbers of one service.

    Parameters
    ----------
    service : Service
        Whose runners are asked, too.

    Attributes
    ----------
    registry : CollectorRegistry
        Its own.
    in_progress : int
        Requests that have no answer yet.
    everywhere : Collector
        What is told of: its own registry, or where several processes serve it, the numbers of all of them.
    """

    def __init__(self, service: Measured) -> None:
        self._service = service
        self._routes: dict[str, Traffic] = {}
        self.in_progress = 0
        self.registry = CollectorRegistry(auto_describe=False)
        self.registry.register(self)
        self.everywhere: Collector = self.registry

    def route(self, route: str) -> Traffic:
        """Return the numbers of a route."""
        found = self._routes.get(route)
        if found is None:
            found = self._routes[route] = Traffic()
        return found

    @property
    def answered(self) -> int:
        """How many requests have an answer."""
        return sum(sum(traffic.counts.values()) for traffic in list(self._routes.values()))

    def text(self) -> bytes:
        """Write everything in Prometheus' text format."""
        return generate_latest(self.everywhere)

    def describe(self) -> list[Metric]:
        """Tell nothing in advance, so that registering asks no runner."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Give all samples, as Prometheus' client asks for them."""
        labels = [self._service.name, ""]
        yield from self._of_requests(labels)
        yield from _of_runners([runner.stats() for runner in self._service.runners if runner.state == "ready"], labels)

    def _of_requests(self, labels: list[str]) -> Iterator[Metric]:
        total = CounterMetricFamily(
            "bentoml_api_server_request", "Requests answered.", labels=(*_REQUEST, "http_response_code")
        )
        duration = HistogramMetricFamily(
            "bentoml_api_server_request_duration_seconds", "From request to answer.", labels=_REQUEST
        )
        for route, traffic in list(self._routes.items()):
            for status, count in list(traffic.counts.items()):
                total.add_metric([route, *labels, str(status)], count)
            sums = accumulate(traffic.buckets)
            bounds = [*map(str, BUCKETS), "+Inf"]
            duration.add_metric([route, *labels], list(zip(bounds, sums, strict=True)), traffic.seconds)
        running = GaugeMetricFamily(
            "bentoml_api_server_request_in_progress", "Requests without an answer.", labels=_REQUEST[1:]
        )
        running.add_metric(labels, self.in_progress)
        yield from (total, duration, running)


def _of_runners(runners: list[RunnerStats], labels: list[str]) -> Iterator[Metric]:
    waiting = GaugeMetricFamily(
        "bentoml_runner_queue_requests", "Requests that wait.", labels=(_RUNNER[0], *_RUNNER[2:])
    )
    for runner in runners:
        waiting.add_metric([runner.name, *labels], runner.waiting)
    yield waiting
    counters = {
        name: CounterMetricFamily(f"bentoml_runner_{name}", said, labels=_RUNNER)
        for name, said in (
            ("requests", "Requests that a runner answered."),
            ("rows", "Rows that a runner answered."),
            ("batches", "Batches that a runner ran."),
            ("failed", "Requests that a model failed."),
            ("refused", "Requests that were refused as busy or too late."),
            ("cancelled", "Requests whose callers left."),
        )
    }
    sizes = HistogramMetricFamily("bentoml_runner_adaptive_batch_size", "Rows of a batch.", labels=_RUNNER)
    queued = HistogramMetricFamily("bentoml_runner_queue_seconds", "How long requests waited.", labels=_RUNNER)
    for runner in runners:
        for method, stats in runner.methods.items():
            at = [runner.name, method, *labels]
            for name, family in counters.items():
                family.add_metric(at, getattr(stats, name))
            sizes.add_metric(at, _buckets(stats.sizes), stats.rows)
            queued.add_metric(at, *_waits(stats))
    yield from (*counters.values(), sizes, queued)


def _buckets(counts: tuple[int, ...]) -> list[tuple[str, float]]:
    sums = list(accumulate(counts))
    return [*((str((1 << power) - 1), total) for power, total in enumerate(sums)), ("+Inf", sums[-1])]


def _waits(stats: MethodStats) -> tuple[list[tuple[str, float]], float]:
    bounds = [*map(str, WAITS), "+Inf"]
    return list(zip(bounds, accumulate(stats.waits), strict=True)), stats.waited
