"""What is counted of a runner, as frozen records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from bentobook.runner.policy import Reason

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
    waited : float
        For how long the request that came first had waited, in seconds.
    """

    rows: int
    requests: int
    reason: Reason
    began: float
    seconds: float
    waited: float = 0.0


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


class Counts(Protocol):
    """What cards and plots need of a runner's counts; see :class:`bentobook.runner.stats.RunnerStats`."""

    @property
    def name(self) -> str:
        """The runner."""

    @property
    def state(self) -> str:
        """What it does now, in words."""

    @property
    def methods(self) -> Mapping[str, MethodStats]:
        """What each method did."""

    @property
    def alone(self) -> Mapping[str, str]:
        """The methods whose requests run one by one, each with the way to change this."""
