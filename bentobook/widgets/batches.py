"""What a monitor shows of some runners now, as plain values: the live drawing and the still one read the same."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from bentobook.runner.records import MethodStats

if TYPE_CHECKING:
    from bentobook.runner.policy import Reason
    from bentobook.runner.stats import RunnerStats

BARS = 60
WINDOW_S = 2.0
MEANING: dict[Reason, str] = {
    "busy": "runner was busy",
    "settled": "its callers were back",
    "idle": "idle, left at once",
    "waited": "max_wait_ms was over",
    "full": "full",
}


class Reader:
    """Makes frames of counts; it remembers the counts of the last two seconds to tell rows a second."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, dict[str, int]]] = deque()

    def frame(self, stats: Sequence[RunnerStats], now: float) -> dict[str, Any]:
        """Describe what the runners do.

        Parameters
        ----------
        stats : sequence of RunnerStats
            The counts of each runner.
        now : float
            The moment of the counts, in seconds of the monotonic clock.

        Returns
        -------
        dict
            Plain values for JSON; equal as long as nothing happens.
        """
        rows = {f"{each.name}.{name}": method.rows for each in stats for name, method in each.methods.items()}
        self._seen.append((now, rows))
        while len(self._seen) > 1 and self._seen[1][0] <= now - WINDOW_S:
            self._seen.popleft()
        methods = [
            _method(each, name, method, self._rate(f"{each.name}.{name}", now))
            for each in stats
            for name, method in each.methods.items()
        ]
        return {"methods": methods, "over": ""}

    def _rate(self, name: str, now: float) -> float:
        """Tell the rows a second since the oldest count that is kept; a runner that began anew counts from zero."""
        then, before = self._seen[0]
        passed = now - then
        done = self._seen[-1][1][name] - before.get(name, 0)
        return round(max(done, 0) / passed, 1) if passed else 0.0


def _method(stats: RunnerStats, name: str, method: MethodStats, rate: float) -> dict[str, Any]:
    recent = method.recent[-BARS:]
    rows = sum(batch.rows for batch in recent)
    return {
        "name": f"{stats.name}.{name}",
        "state": _state(stats),
        "waiting": stats.waiting,
        "rate": rate,
        "requests": method.requests,
        "failed": method.failed,
        "refused": method.refused,
        "mean": round(rows / len(recent), 1) if recent else 0.0,
        "largest": max((batch.rows for batch in recent), default=0),
        "latency": {mark: round(value, 3) for mark, value in method.latency_ms.items()},
        "reasons": [[reason, words, method.reasons.get(reason, 0)] for reason, words in MEANING.items()],
        "batches": [[b.rows, b.requests, _ms(b.waited), _ms(b.seconds), b.reason] for b in recent],
        "alone": stats.alone.get(name, ""),
    }


def _ms(seconds: float) -> float:
    return round(1e3 * max(seconds, 0.0), 2)


def _state(stats: RunnerStats) -> str:
    """Say what the runner does, in words that stay the same while it does the same."""
    if not stats.running_for:
        return "idle"
    whole = int(stats.running_for)
    return f"{'stuck' if stats.stuck else 'running'}{f' for {whole} s' if whole else ''}"


def line_of(method: dict[str, Any]) -> str:
    """Write one method's numbers in a line."""
    latency = method["latency"]
    parts = [method["state"], f"queue {method['waiting']:,}", f"{method['rate']:,.0f} rows/s"]
    parts += [f"mean batch {method['mean']:.3g}", f"largest {method['largest']:,}"] if method["batches"] else []
    parts += [f"{mark} {latency[mark]:.3g} ms" for mark in ("p50", "p90", "p99") if mark in latency]
    parts += [f"{method[kind]:,} {kind}" for kind in ("failed", "refused") if method[kind]]
    return " · ".join(parts)
