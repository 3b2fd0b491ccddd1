"""The card of a runner's counts, as HTML and as plain text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bentobook.card import Card, Grid, Line, Piece, Row
from bentobook.runner.records import Counts, MethodStats

_COUNTS = ("method", "requests", "batches", "rows/batch", "p50 ms", "p99 ms", "failed", "refused", "cancelled")


def of(stats: Counts) -> Card:
    """Make the card of a runner's counts."""
    rows = tuple(_counts(name, method) for name, method in stats.methods.items())
    return Card(
        title=stats.name,
        subtitle="runner",
        aside=stats.state,
        content=(Grid(_COUNTS, rows, right=tuple(range(1, len(_COUNTS)))), *advice(stats.alone)),
        following=("runner.stats().plot()",),
    )


def advice(alone: Mapping[str, str]) -> Iterable[Row]:
    """Say of each method that runs requests one by one how that is changed."""
    return (Row("one by one", (Piece(how, "muted"),)) for how in alone.values())


def _counts(name: str, stats: MethodStats) -> Line:
    waits = (f"{stats.latency_ms.get(mark, 0.0):.2f}" for mark in ("p50", "p99"))
    return (
        Piece(name, kind="code"),
        f"{stats.requests:,}",
        f"{stats.batches:,}",
        f"{stats.rows_per_batch:.1f}",
        *waits,
        *(_bad(count) for count in (stats.failed, stats.refused, stats.cancelled)),
    )


def _bad(count: int) -> Piece:
    return Piece(f"{count:,}", "warn" if count else "")
