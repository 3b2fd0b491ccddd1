"""The one place that turns text into HTML.

Names, tags, labels, metadata, file names and error texts come from people whom nobody has checked, and JupyterLab
runs what it is given (``facts`` of CVE-2024-27132 and CVE-2026-42557: MLflow's and JupyterLab's own). So there is one
way in: a plain ``str`` is text and is escaped; only :class:`Markup`, made by the functions below, is markup. No link,
script, event attribute or ``data-`` attribute can be written, and no style comes from data.
"""

from __future__ import annotations

import html
import re
from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Literal

from bentobook import text as plain

MAX_TEXT = 2000
State = Literal["", "muted", "ok", "warn", "bad"]


class Markup(str):
    """Text that is HTML already. Only this module makes it."""

    __slots__ = ()


def escape(value: object) -> Markup:
    """Turn any value into text that is safe in HTML: escaped, cut at 2,000 characters, control and bidi marks shown."""
    if isinstance(value, Markup):
        return value
    text = str(value)
    if len(text) > MAX_TEXT:
        text = text[: MAX_TEXT - 1] + "…"
    return Markup(html.escape(plain.visible(text), quote=True))


def join(parts: Iterable[object], separator: str = " ") -> Markup:
    """Join escaped parts."""
    return Markup(str(escape(separator)).join(escape(part) for part in parts))


def span(value: object, state: State = "", *, mono: bool = False) -> Markup:
    """Write a piece of text in a state: grey for what is secondary, colour only for state."""
    classes = " ".join(name for name in (f"bb-{state}" if state else "", "bb-mono" if mono else "") if name)
    return Markup(f'<span class="{classes}">{escape(value)}</span>') if classes else escape(value)


def code(value: object) -> Markup:
    """Write something that can be typed."""
    return Markup(f"<code>{escape(value)}</code>")


def lines(value: object) -> Markup:
    """Write text whose line breaks and blanks count."""
    return Markup(f"<pre>{escape(value)}</pre>")


def chip(value: object) -> Markup:
    """Write one of several short equal things, such as a method."""
    return Markup(f'<span class="bb-chip">{escape(value)}</span>')


def rows(pairs: Mapping[str, object] | Iterable[tuple[str, object]]) -> Markup:
    """Write facts as term and description; empty descriptions are left out."""
    items = pairs.items() if isinstance(pairs, Mapping) else pairs
    body = "".join(f"<dt>{escape(term)}</dt><dd>{escape(fact)}</dd>" for term, fact in items if fact not in ("", None))
    return Markup(f"<dl>{body}</dl>") if body else Markup("")


def table(header: Sequence[object], body: Iterable[Sequence[object]], *, right: Sequence[int] = ()) -> Markup:
    """Write a table; the columns whose numbers stand in ``right`` hold numbers. Empty headings leave no line."""

    def cells(row: Sequence[object], tag: str) -> str:
        return "".join(
            f'<{tag} class="bb-n">{escape(cell)}</{tag}>' if at in right else f"<{tag}>{escape(cell)}</{tag}>"
            for at, cell in enumerate(row)
        )

    lines = "".join(f"<tr>{cells(row, 'td')}</tr>" for row in body)
    head = f"<thead><tr>{cells(header, 'th')}</tr></thead>" if any(header) else ""
    return Markup(f"<table>{head}<tbody>{lines}</tbody></table>")


def section(title: object, content: object) -> Markup:
    """Write a small heading over something; nothing where there is nothing to head."""
    return Markup(f'<div class="bb-title">{escape(title)}</div>{escape(content)}') if content else Markup("")


def meter(share: float, label: object) -> Markup:
    """Write a share between 0 and 1 as a bar, with what it measures for those who cannot see it."""
    return Markup(f'<meter min="0" max="1" value="{float(share):.4f}" aria-label="{escape(label)}"></meter>')


def image(data: bytes, kind: Literal["png", "svg+xml"], alt: object) -> Markup:
    """Write a picture into the page itself; as an image even an SVG runs no script and fetches nothing."""
    address = f"data:image/{kind};base64,{b64encode(data).decode()}"
    return Markup(f'<img src="{address}" alt="{escape(alt)}">')


def details(summary: object, content: object) -> Markup:
    """Write something that is shown when it is asked for."""
    return (
        Markup(f"<details><summary>{escape(summary)}</summary>{escape(content)}</details>") if content else Markup("")
    )


def card(
    title: object,
    *,
    subtitle: object = "",
    aside: object = "",
    body: Iterable[object] = (),
    following: Sequence[str] = (),
) -> Markup:
    """Write a card: a head line, its content, and the next lines to type.

    Parameters
    ----------
    title, subtitle, aside : object
        The head line: what it is, its nature in grey, and something short at the right.
    body : iterable of object
        Pieces of content; plain text is escaped.
    following : sequence of str
        Lines of code that a reader may type next.
    """
    # The blanks keep the words apart where a reader's program drops the style.
    head = " ".join(
        f'<span class="{name}">{escape(piece)}</span>'
        for name, piece in (("bb-tag", title), ("bb-muted", subtitle), ("bb-aside", aside))
        if piece
    )
    content = "".join(escape(piece) for piece in body if piece)
    middle = f'<div class="bb-body">{content}</div>' if content else ""
    lines = Markup(" &nbsp;·&nbsp; ").join(code(line) for line in following)
    last = f'<div class="bb-next">{span("next", "muted")} &nbsp;{lines}</div>' if following else ""
    return Markup(f'<style>{_style()}</style><div class="bb"><div class="bb-head">{head}</div>{middle}{last}</div>')


def framed(*pieces: object) -> Markup:
    """Write pieces in the cards' style, without a card's frame: for the inside of a form."""
    return Markup(f'<style>{_style()}</style><div class="bb bb-bare">{join(pieces, "")}</div>')


@cache
def _style() -> str:
    style = files("bentobook").joinpath("card.css").read_text("utf-8")
    return " ".join(re.sub(r"/\*.*?\*/", "", style, flags=re.DOTALL).split())
