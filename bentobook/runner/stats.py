"""What a runner did: counted while it works, read as frozen records.

While it works it costs a few numbers per batch, kept in rings of a fixed size; sorting and dividing is left to those
who read.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, get_args

from bentobook import html, text
from bentobook.runner.policy import Reason


class Asked(Protocol):
    """A request that knows when it was asked, in seconds of the monotonic clock."""

    asked: float


BATCHES, SAMPLE, SIZES = 1024, 16, 32
WAITS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 60.0)
"""Bounds of the times for which requests waited, in seconds."""


@dataclass(frozen=True, slots=True)
class BatchRecord:
    """One batch.

    Attributes
    ----------
    rows, requests : int
        How many rows, from how many requests.
    reason : str
        Why it left: ``idle``, ``busy``, ``settled``, ``waited`` or ``full``.
    began : float
        When it began, in seconds of the monotonic clock.
    seconds : float
        How long it took, merge and split included.
    """

    rows: int
    requests: int
    reason: Reason
    began: float
    seconds: float


@dataclass(frozen=True, slots=True)
class MethodStats:
    """What one method did since it started.

    Attributes
    ----------
    requests, rows, batches : int
        How many were answered, or failed, in how many batches.
    failed, refused, cancelled, reruns : int
        Requests that got an error of the model; that were refused as busy or too late; whose callers left. Further
        runs of the model to find which request of a batch was to blame.
    reasons : mapping of str to int
        How many batches left for each reason.
    latency_ms : mapping of str to float
        ``p50``, ``p90``, ``p99`` and ``max`` from call to answer, in milliseconds, of requests of the recent batches.
    recent : tuple of BatchRecord
        The last 1,024 batches, the oldest first.
    sizes : tuple of int
        How many batches had at most 0, 1, 3, 7, … rows, and more than the bound before.
    waits : tuple of int
        About how many requests waited at most as long as each of :data:`WAITS`, and longer than the bound before; the
        last number is of those that waited longer than all.
    waited : float
        For how long all requests waited together, in seconds, about.
    """

    requests: int
    rows: int
    batches: int
    failed: int
    refused: int
    cancelled: int
    reruns: int
    reasons: Mapping[str, int]
    latency_ms: Mapping[str, float]
    recent: tuple[BatchRecord, ...]
    sizes: tuple[int, ...] = ()
    waits: tuple[int, ...] = ()
    waited: float = 0.0

    @property
    def rows_per_batch(self) -> float:
        """The mean size of a batch."""
        return self.rows / self.batches if self.batches else 0.0


@dataclass(frozen=True, slots=True)
class RunnerStats:
    """What a runner did, and what it does now.

    Attributes
    ----------
    name : str
        The runner.
    methods : mapping of str to MethodStats
        Each method.
    waiting, waiting_bytes : int
        Requests that wait, and about how many bytes they hold.
    running_for : float
        For how long the batch that runs now has been running, in seconds; 0 when none runs.
    stuck : bool
        Whether it runs for longer than a request may wait: the model may hang.
    """

    name: str
    methods: Mapping[str, MethodStats]
    waiting: int
    waiting_bytes: int
    running_for: float
    stuck: bool

    def __str__(self) -> str:
        state = f"{self.name}: {self.waiting} waiting, {self._state()}"
        return f"{state}\n{text.table(_HEADER, self._rows(), right=range(1, len(_HEADER)))}"

    def _repr_html_(self) -> str:
        table = html.table(_HEADER, self._rows(), right=range(1, len(_HEADER)))
        return html.card(self.name, subtitle="runner", aside=self._state(), body=[table])

    def _state(self) -> str:
        if not self.running_for:
            return "idle"
        return f"{'stuck' if self.stuck else 'running'} for {self.running_for:.3g} s"

    def _rows(self) -> list[Sequence[object]]:
        return [
            (
                name,
                f"{stats.requests:,}",
                f"{stats.batches:,}",
                f"{stats.rows_per_batch:.1f}",
                *(f"{stats.latency_ms.get(key, 0.0):.2f}" for key in ("p50", "p99")),
                stats.failed,
                stats.refused,
                stats.cancelled,
            )
            for name, stats in self.methods.items()
        ]


_HEADER = ("method", "requests", "batches", "rows/batch", "p50 ms", "p99 ms", "failed", "refused", "cancelled")


class Recorder:
    """Counts for one method. Batches are recorded by the one who ran them, so by one thread at a time."""

    def __init__(self) -> None:
        self.failed = self.refused = self.cancelled = self.reruns = self.requests = self.rows = 0
        self.reasons: dict[Reason, int] = dict.fromkeys(get_args(Reason), 0)
        self.sizes, self.waits, self.waited = [0] * SIZES, [0] * (len(WAITS) + 1), 0.0
        self._batches: deque[tuple[int, int, Reason, float, float, list[float]]] = deque(maxlen=BATCHES)

    def batch(self, rows: int, requests: Sequence[Asked], reason: Reason, began: float, ended: float) -> None:
        """Record a batch; of a large one, a part of its requests tells when they were asked."""
        count = len(requests)
        self.requests += count
        self.rows += rows
        self.reasons[reason] += 1
        asked = [request.asked for request in requests[:: 1 + count // SAMPLE]]
        self._batches.append((rows, count, reason, began, ended, asked))
        self.sizes[min(rows.bit_length(), SIZES - 1)] += 1
        weight = count // len(asked)
        for moment in asked:
            self.waits[bisect_left(WAITS, began - moment)] += weight
            self.waited += (began - moment) * weight

    def read(self) -> MethodStats:
        """Make a record of what was counted so far."""
        batches = self._batches.copy()
        return MethodStats(
            requests=self.requests,
            rows=self.rows,
            batches=sum(self.reasons.values()),
            failed=self.failed,
            refused=self.refused,
            cancelled=self.cancelled,
            reruns=self.reruns,
            reasons={reason: count for reason, count in self.reasons.items() if count},
            latency_ms=percentiles(_latencies(batches)),
            recent=tuple(
                BatchRecord(rows, requests, reason, began, ended - began)
                for rows, requests, reason, began, ended, _ in batches
            ),
            sizes=tuple(self.sizes),
            waits=tuple(self.waits),
            waited=self.waited,
        )


def _latencies(batches: Iterable[tuple[int, int, Reason, float, float, list[float]]]) -> list[float]:
    """Tell the latencies of requests; one that stands for others counts as often."""
    return [
        ended - moment
        for _, requests, _, _, ended, asked in batches
        for moment in asked
        for _ in range(requests // len(asked))
    ]


def percentiles(seconds: Sequence[float]) -> dict[str, float]:
    """Tell the 50th, 90th and 99th percentile and the maximum, in milliseconds; nothing of nothing."""
    ordered = sorted(seconds)
    if not ordered:
        return {}
    last = len(ordered) - 1
    marks = {"p50": 0.5, "p90": 0.9, "p99": 0.99, "max": 1.0}
    return {name: ordered[round(share * last)] * 1e3 for name, share in marks.items()}
