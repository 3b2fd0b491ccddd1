"""The monitor as a still picture: what an exported notebook shows where nothing can move."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from bentobook import html, text
from bentobook.widgets.batches import BARS, line_of

if TYPE_CHECKING:
    from bentobook.html import Markup

WIDTH, LEFT, ROWS, WAIT, GAP = 690.0, 56.0, 64.0, 24.0, 3.0
_INK = "#767676"  # a grey that is read on white and on black
_COLORS = {"busy": "#1976d2", "settled": "#64a6e8", "idle": "#388e3c", "waited": "#8e6bbf", "full": "#e08a1e"}
_BLOCKS = "▁▂▃▄▅▆▇█"


def html_of(title: str, frame: dict[str, Any]) -> Markup:
    """Draw a frame as a card: for each method its numbers, and its last batches as an image."""
    body = [piece for method in frame["methods"] for piece in _pieces(method)]
    return html.card(title, subtitle="batches", aside=frame["over"], body=body)


def _pieces(method: dict[str, Any]) -> Iterator[Markup]:
    yield html.join([html.span(method["name"], mono=True), html.span(line_of(method), "muted")], " ")
    if method["batches"]:
        yield html.image(svg_of(method).encode(), "svg+xml", spoken(method))


def text_of(title: str, frame: dict[str, Any]) -> str:
    """Write a frame as text: the rows of the last batches as blocks of eight heights."""
    lines = [f"{text.one_line(title)}  batches{'  ' + frame['over'] if frame['over'] else ''}"]
    for method in frame["methods"]:
        lines.append(f"  {text.one_line(method['name'])}  {line_of(method)}")
        if method["batches"]:
            lines.append(f"  {blocks([batch[0] for batch in method['batches']])}  {_left(method)}")
    return "\n".join(lines)


def blocks(values: list[int]) -> str:
    """Draw numbers as blocks.

    >>> blocks([1, 4, 8])
    '▁▄█'
    """
    top = max(values, default=1) or 1
    return "".join(_BLOCKS[max(0, -(-value * len(_BLOCKS) // top) - 1)] for value in values)


def spoken(method: dict[str, Any]) -> str:
    """Say what the picture shows to those who cannot see it."""
    count = len(method["batches"])
    return f"Rows of the last {count} batches of {method['name']}, {method['largest']} at most; {_left(method)}"


def _left(method: dict[str, Any]) -> str:
    return ", ".join(f"{count:,} {words}" for _, words, count in method["reasons"] if count)


def svg_of(method: dict[str, Any]) -> str:
    """Draw the last batches: upward the rows, coloured by why the batch left; downward how long its first one waited.

    Only numbers and this file's own words are written.
    """
    batches, step = method["batches"], (WIDTH - LEFT) / BARS
    top, longest = method["largest"] or 1, max((batch[2] for batch in batches), default=0.0) or 1.0
    start = BARS - len(batches)
    bars: dict[str, str] = {}
    for at, (rows, _, waited, _, reason) in enumerate(batches, start):
        x = LEFT + at * step
        bars[reason] = bars.get(reason, "") + _bar(x, step - GAP, ROWS - ROWS * rows / top, ROWS)
        bars["wait"] = bars.get("wait", "") + _bar(x, step - GAP, ROWS + 1, ROWS + 1 + WAIT * waited / longest)
    drawn = "".join(f'<path d="{path}" fill="{_COLORS.get(name, _INK)}"/>' for name, path in bars.items())
    notes = _note(0, 9, f"{top:,} rows", "start") + _note(0, ROWS + WAIT + 1, f"{longest:.3g} ms", "start")
    height = ROWS + WAIT + 22
    line = f'<path d="M{LEFT:.0f} {ROWS + 0.5}H{WIDTH:.0f}" stroke="{_INK}" stroke-opacity=".5"/>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:.0f} {height:.0f}" '
        f'font-family="sans-serif" font-size="11">{drawn}{line}{notes}{_legend(method, height - 4)}</svg>'
    )


def _bar(x: float, width: float, top: float, bottom: float) -> str:
    return f"M{x:.1f} {top:.1f}h{width:.1f}V{bottom:.1f}h-{width:.1f}z"


def _note(x: float, y: float, words: str, anchor: str) -> str:
    return f'<text x="{x:.0f}" y="{y:.0f}" fill="{_INK}" text-anchor="{anchor}">{words}</text>'


def _legend(method: dict[str, Any], y: float) -> str:
    drawn, x = "", 0.0
    for reason, words, count in method["reasons"]:
        if count:
            said = f"{words} {count:,}"
            drawn += f'<path d="{_bar(x, 9, y - 9, y)}" fill="{_COLORS[reason]}"/>{_note(x + 13, y, said, "start")}'
            x += 26 + 6.2 * len(said)
    mark = f'<path d="{_bar(x, 9, y - 9, y)}" fill="{_INK}"/>'
    return drawn + mark + _note(x + 13, y, "below: how long the first request waited", "start")
