"""What a load test found, as a table, a card and a plot."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from bentobook import html
from bentobook._optional import require
from bentobook.card import Card, Grid, Line, Piece, Row
from bentobook.loadtest.records import FAILED, OK, Rate

if TYPE_CHECKING:
    import pandas as pd

    from bentobook.runner.plot import Plot

_HEADER = ("asked/s", "answered/s", "p50 ms", "p90 ms", "p99 ms", "max ms", "requests/batch", "failed")
LATE_MS, BEHIND = 10.0, 0.95


@dataclass(frozen=True, slots=True, repr=False)
class LoadTest:
    """The result of :func:`~bentobook.loadtest.run.loadtest`.

    Attributes
    ----------
    service, api : str
        What was asked.
    seconds : float
        For how long each rate was kept up.
    body_bytes : int
        The size of a request's body.
    rates : tuple of Rate
        In the order in which they were sent.
    """

    service: str
    api: str
    seconds: float
    body_bytes: int
    rates: tuple[Rate, ...]

    @property
    def df(self) -> pd.DataFrame:
        """One line a rate."""
        import pandas as pd

        return pd.DataFrame([_record(rate) for rate in self.rates])

    def plot(self) -> Plot:
        """Draw the percentiles over the rates.

        Raises
        ------
        MissingDependency
            When matplotlib is not installed.
        """
        require("matplotlib.figure", feature="plot()", extra="notebook")
        from bentobook.loadtest import plot

        return plot.of(self.rates, self.card().to_text(following=False))

    def card(self) -> Card:
        """Make the card."""
        return Card(
            title=f"{self.service}.{self.api}",
            subtitle=f"load test, {self.seconds:g} s at each rate",
            aside=f"{self.body_bytes:,} bytes a request",
            content=(Grid(_HEADER, tuple(map(_line, self.rates)), right=tuple(range(len(_HEADER)))), *self._notes()),
            following=("_.df", f"%bento_monitor {self.service}"),
        )

    def _notes(self) -> list[Row]:
        """Say what a reader of the numbers must know."""
        notes = []
        behind = next((rate for rate in self.rates if rate.answered_per_s < BEHIND * rate.rps), None)
        if behind is not None:
            notes.append(Row("limit", (f"answers fell behind at {behind.rps:g} requests a second",)))
        late = [rate for rate in self.rates if rate.late_ms > LATE_MS]
        if late:
            when = f"at {late[0].rps:g} requests a second the sender was {late[0].late_ms:.3g} ms late"
            notes.append(Row("sender", (Piece(f"{when}: all waited longer than the service alone made them", "warn"),)))
        bad = {status for rate in self.rates for status in rate.statuses if not OK <= status < FAILED}
        if bad:
            notes.append(Row("failed", (Piece(", ".join(str(each or "no answer") for each in sorted(bad)), "bad"),)))
        return notes

    def _repr_html_(self) -> str:
        card = str(self.card().to_html())
        if find_spec("matplotlib") is None:
            return card
        marks = ", ".join(f"{rate.rps:g}/s: {rate.latency_ms.get('p99', 0):.3g} ms" for rate in self.rates)
        picture = html.image(self.plot()._repr_png_(), "png", f"99th percentile of latency at {marks}")
        return card + str(html.framed(picture))

    def __repr__(self) -> str:
        return self.card().to_text()


def _line(rate: Rate) -> Line:
    latencies = (f"{rate.latency_ms[mark]:.3g}" if rate.latency_ms else "" for mark in ("p50", "p90", "p99", "max"))
    company = "" if rate.requests_per_batch is None else f"{rate.requests_per_batch:.1f}"
    failed = Piece(f"{rate.failed:,}", "bad" if rate.failed else "")
    return (f"{rate.rps:g}", f"{rate.answered_per_s:.1f}", *latencies, company, failed)


def _record(rate: Rate) -> dict[str, Any]:
    latencies = {f"{mark}_ms": rate.latency_ms.get(mark) for mark in ("p50", "p90", "p99", "max")}
    return {
        "rps": rate.rps,
        "answered_per_s": rate.answered_per_s,
        **latencies,
        "requests_per_batch": rate.requests_per_batch,
        "sent": rate.sent,
        "failed": rate.failed,
        "late_ms": rate.late_ms,
    }
