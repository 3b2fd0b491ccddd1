"""The percentiles of a load test over its rates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.ticker import NullLocator, StrMethodFormatter

from bentobook.runner.plot import DPI, Plot, quiet

if TYPE_CHECKING:
    from bentobook.loadtest.records import Rate

_COLORS = {"p50": "#64a6e8", "p90": "#1976d2", "p99": "#e08a1e"}
_WIDE = 20.0


def of(sent: Sequence[Rate], told: str) -> Plot:
    """Draw a line for each percentile; times that differ much are drawn on a logarithmic scale."""
    figure = Plot(figsize=(7.6, 2.6), dpi=DPI, layout="constrained", facecolor="none")
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    rates = sorted((rate for rate in sent if rate.latency_ms), key=lambda rate: rate.rps)
    for mark, color in _COLORS.items():
        times = [rate.latency_ms[mark] for rate in rates]
        axes.plot([rate.rps for rate in rates], times, color=color, marker="o", markersize=4, linewidth=1.5)
        if times:
            end = (rates[-1].rps, times[-1])
            axes.annotate(mark, end, (7, 0), textcoords="offset points", va="center", color=color, fontsize=9)
    every = [rate.latency_ms[mark] for rate in rates for mark in _COLORS]
    if every and max(every) > _WIDE * min(every) > 0:
        axes.set_yscale("log")
        axes.yaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
        axes.yaxis.set_minor_locator(NullLocator())
    else:
        axes.set_ylim(bottom=0)
    axes.set_xticks([rate.rps for rate in rates])
    axes.xaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
    axes.set_xlabel("requests a second")
    axes.set_ylabel("ms to the answer")
    quiet(axes)
    figure.told = told
    return figure
