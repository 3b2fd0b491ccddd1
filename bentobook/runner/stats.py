"""What a runner did: counted while it works, read as frozen records.

While it works it costs a few numbers per batch, kept in rings of a fixed size; sorting and dividing is left to those
who read.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, get_args

from bentobook._optional import require
from bentobook.runner import stats_card
from bentobook.runner.policy import Reason
from bentobook.runner.records import WAITS, BatchRecord, MethodStats

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class Asked(Protocol):
    """A request that knows when it was asked, in seconds of the monotonic clock."""

    asked: float


BATCHES, SAMPLE, SIZES = 1024, 16, 32


@dataclass(frozen=True, slots=True, repr=False)
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
    alone : mapping of str to str
        The methods whose requests run one by one, each with the way to change this.
    """

    name: str
    methods: Mapping[str, MethodStats]
    waiting: int
    waiting_bytes: int
    running_for: float
    stuck: bool
    alone: Mapping[str, str] = field(default_factory=dict)

    @property
    def state(self) -> str:
        """What it does now, in words."""
        return doing(self.waiting, self.waiting_bytes, self.running_for, self.stuck)

    def plot(self, *others: RunnerStats) -> Figure:
        """Draw the sizes of the recent batches, and how long callers waited for their answers.

        Parameters
        ----------
        *others : RunnerStats
            Other runners, drawn below on the same scales.

        Returns
        -------
        matplotlib.figure.Figure
            One line of two axes for each method; it shows itself in a notebook.

        Raises
        ------
        MissingDependency
            When matplotlib is not installed.
        """
        require("matplotlib.figure", feature="plot()", extra="notebook")
        from bentobook.runner import plot

        return plot.of((self, *others))

    def _repr_html_(self) -> str:
        return str(stats_card.of(self).to_html())

    def __repr__(self) -> str:
        return stats_card.of(self).to_text()


def doing(waiting: int, waiting_bytes: int, running_for: float, stuck: bool) -> str:
    """Say in words what a runner does now; see :class:`RunnerStats`."""
    del waiting_bytes
    state = f"{'stuck' if stuck else 'running'} for {running_for:.3g} s" if running_for else "idle"
    return f"{state}, {waiting:,} waiting" if waiting else state


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
                BatchRecord(rows, requests, reason, began, ended - began, began - min(asked))
                for rows, requests, reason, began, ended, asked in batches
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
