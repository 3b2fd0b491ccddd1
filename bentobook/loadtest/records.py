"""What one rate of a load test gave."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

OK, FAILED = 200, 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """What one rate gave.

    Attributes
    ----------
    rps : float
        The requests a second that were asked for.
    sent : int
        How many left.
    answered_per_s : float
        How many good answers came each second, until the last one.
    latency_ms : mapping of str to float
        ``p50``, ``p90``, ``p99`` and ``max`` from the moment at which a request was due to the end of its answer.
    statuses : mapping of int to int
        How many answers had each HTTP status; 0 stands for none within ten seconds of the end.
    late_ms : float
        How late the sender itself was, 99th percentile.
    requests_per_batch : float or None
        The mean over the service's batches meanwhile; None where it has no runner.
    """

    rps: float
    sent: int
    answered_per_s: float
    latency_ms: Mapping[str, float]
    statuses: Mapping[int, int]
    late_ms: float
    requests_per_batch: float | None = None

    @property
    def failed(self) -> int:
        """How many requests got an error, or no answer."""
        return sum(count for status, count in self.statuses.items() if not OK <= status < FAILED)
