"""The picture of a runner's counts: how large its batches were and why they left, and how long callers waited.

Figures are made without pyplot: it keeps every figure for ever, and threads that share it spoil each other's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import TYPE_CHECKING

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from bentobook.runner import stats_card

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from bentobook.runner.policy import Reason
    from bentobook.runner.records import BatchRecord, Counts, MethodStats

    Lines = Sequence[tuple[Counts, str]]

MAX_BATCHES = 60
INK, DPI = "#767676", 96  # a grey that is read on white and on black
_COLORS: dict[Reason, str] = {
    "busy": "#1976d2",
    "settled": "#64a6e8",
    "idle": "#388e3c",
    "waited": "#8e6bbf",
    "full": "#e08a1e",
}
_MEANING: dict[Reason, str] = {
    "busy": "the model was busy",
    "settled": "its callers were back",
    "idle": "idle, left at once",
    "waited": "max_wait_ms was over",
    "full": "full",
}


class Plot(Figure):
    """A figure that shows itself, where nobody told the notebook how to show figures, too."""

    told = ""

    def _repr_png_(self) -> bytes:
        picture = BytesIO()
        self.savefig(picture, format="png")
        return picture.getvalue()

    def __repr__(self) -> str:
        return self.told or super().__repr__()


def of(runners: Sequence[Counts]) -> Plot:
    """Draw each method of some runners: batches at the left, latencies at the right, all on the same scales."""
    lines = [(stats, name) for stats in runners for name in stats.methods]
    figure = Plot(figsize=(7.6, 0.5 + 1.9 * len(lines)), dpi=DPI, layout="constrained", facecolor="none")
    FigureCanvasAgg(figure)
    axes = figure.subplots(len(lines), 2, squeeze=False, sharex="col", width_ratios=(3, 2))
    recent = _recent(lines)
    largest = max((batch.rows for batch in recent), default=1)
    for (stats, name), (left, right) in zip(lines, axes, strict=True):
        _batches(left, stats.methods[name], largest)
        _latencies(right, stats.methods[name])
        left.set_title(_title(stats, name), loc="left", fontsize=9, color=INK)
    axes[-1][0].set_xlabel("the last batches, newest at the right")
    axes[-1][1].set_xlabel("ms from call to answer")
    for each in axes.flat:
        quiet(each)
    _legend(figure, {batch.reason for batch in recent})
    figure.told = "\n\n".join(_told(runners))
    return figure


def _title(stats: Counts, name: str) -> str:
    how = stats.alone.get(name)
    return f"{stats.name}.{name}" if how is None else f"{stats.name}: {how}"


def _recent(lines: Lines) -> list[BatchRecord]:
    return [batch for stats, name in lines for batch in stats.methods[name].recent[-MAX_BATCHES:]]


def _batches(axes: Axes, stats: MethodStats, largest: int) -> None:
    recent = stats.recent[-MAX_BATCHES:]
    start = MAX_BATCHES - len(recent)
    axes.bar(range(start, MAX_BATCHES), [batch.rows for batch in recent], color=[_COLORS[b.reason] for b in recent])
    axes.set_xlim(-0.6, MAX_BATCHES - 0.4)
    axes.set_ylim(0, 1.15 * largest)
    axes.yaxis.set_major_locator(MaxNLocator(4, integer=True))
    axes.set_xticks([])
    axes.set_ylabel("rows")


def _latencies(axes: Axes, stats: MethodStats) -> None:
    marks = list(stats.latency_ms)[::-1]
    bars = axes.barh(marks, [stats.latency_ms[mark] for mark in marks], color=_COLORS["busy"], height=0.55)
    axes.bar_label(bars, fmt="%.3g", padding=3, fontsize=8, color=INK)
    axes.margins(x=0.18)


def quiet(axes: Axes) -> None:
    """Facts before decoration: no box, no background, everything that is not data in grey."""
    axes.set_facecolor("none")
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(INK)
    axes.tick_params(colors=INK, labelsize=8)
    axes.xaxis.label.set(color=INK, size=8)
    axes.yaxis.label.set(color=INK, size=8)


def _legend(figure: Plot, seen: set[Reason]) -> None:
    patches = [Patch(color=_COLORS[reason], label=words) for reason, words in _MEANING.items() if reason in seen]
    if patches:
        figure.legend(
            handles=patches, loc="outside lower left", ncols=len(patches), fontsize=8, frameon=False, labelcolor=INK
        )


def _told(runners: Sequence[Counts]) -> Iterator[str]:
    return (stats_card.of(stats).to_text(following=False) for stats in runners)
