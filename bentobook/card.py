"""A card before it is drawn: the same facts become HTML and plain text.

A card holds rows (a term and its description), grids (tables) and sections that are shown when they are asked for.
Both drawings walk over the same pieces, so neither can say something that the other hides.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from bentobook import html
from bentobook import text as plain

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bentobook.html import Markup, State

Kind = Literal["text", "code", "mono", "chip"]
DOT = "·"


@dataclass(frozen=True)
class Piece:
    """A few words of one nature.

    Attributes
    ----------
    text : str
        The words; hostile text is welcome.
    state : {"", "muted", "ok", "warn", "bad"}
        The colour; it only repeats what the words say.
    kind : {"text", "code", "mono", "chip"}
        ``code`` can be typed, ``chip`` is one of several equal things.
    """

    text: str
    state: State = ""
    kind: Kind = "text"

    def to_html(self) -> Markup:
        """Draw it as HTML."""
        if self.kind == "chip":
            return html.chip(self.text)
        if self.kind == "code":
            return html.code(self.text)
        return html.span(self.text, self.state, mono=self.kind == "mono")

    def __str__(self) -> str:
        line = plain.one_line(self.text, html.MAX_TEXT)
        return f"[{line}]" if self.kind == "chip" else line


Line = tuple[Piece | str, ...]


@dataclass(frozen=True)
class Row:
    """A term and its description, such as ``digest`` and ``b3:9f1c27aa41d0``."""

    term: str
    line: Line


@dataclass(frozen=True)
class Grid:
    """A table; the columns whose numbers stand in ``right`` hold numbers."""

    header: tuple[str, ...]
    body: tuple[Line, ...]
    right: tuple[int, ...] = ()

    def to_html(self) -> Markup:
        """Draw it as an HTML table."""
        return html.table(self.header, ([_markup(cell) for cell in row] for row in self.body), right=self.right)

    def __str__(self) -> str:
        return plain.table(self.header, ([_plain(cell) for cell in row] for row in self.body), right=self.right)


@dataclass(frozen=True)
class Section:
    """Facts under a heading."""

    title: str
    content: tuple[Row | Grid, ...]

    def to_html(self) -> Markup:
        """Draw heading and content as HTML."""
        return html.section(self.title, html.join(_drawn(self.content), ""))


@dataclass(frozen=True)
class Card:
    """What is shown of one thing; IPython shows the HTML, a terminal the text.

    Attributes
    ----------
    title, subtitle, aside : str
        The head line.
    content : tuple of Row, Grid or Section
        What everybody reads; the text leaves out sections.
    sections : tuple of Section
        What is folded away; the text only names it, and says with ``more`` how to see it.
    more : str
        The command that prints what is folded away.
    following : tuple of str
        The next lines to type.
    """

    title: str
    subtitle: str = ""
    aside: str = ""
    content: tuple[Row | Grid | Section, ...] = ()
    sections: tuple[Section, ...] = ()
    more: str = ""
    following: tuple[str, ...] = ()

    def to_html(self) -> Markup:
        """Draw the card as HTML."""
        body = _drawn(self.content)
        if self.sections:
            folded = html.join((each.to_html() for each in self.sections), "")
            body = [*body, html.details(self._folded(), folded)]
        return html.card(self.title, subtitle=self.subtitle, aside=self.aside, body=body, following=self.following)

    def to_text(self, *, following: bool = True) -> str:
        """Draw the card as text of a few lines, with or without the next lines to type."""
        head = "  ".join(plain.one_line(part) for part in (self.title, self.subtitle, self.aside) if part)
        rows = [row for row in self.content if isinstance(row, Row)]
        if self.sections:
            rows.append(Row("more", (f"{self._folded()}:", Piece(self.more, kind="code"))))
        width = max((len(row.term) for row in rows), default=0)
        lines = [f"  {row.term.ljust(width)}  {' '.join(map(_plain, row.line))}" for row in rows]
        grids = ["\n" + _indented(str(grid)) for grid in self.content if isinstance(grid, Grid)]
        last = ["\nnext  " + f"  {DOT}  ".join(map(plain.one_line, self.following))] if self.following else []
        return "\n".join([head, *lines, *grids, *(last if following else [])])

    def _folded(self) -> str:
        return ", ".join(section.title for section in self.sections)

    def _repr_html_(self) -> str:
        return str(self.to_html())

    def __str__(self) -> str:
        return self.to_text()

    __repr__ = __str__


def dotted(lines: Iterable[Line]) -> Line:
    """Join several short descriptions into one, with a dot between them."""
    joined: list[Piece | str] = []
    for line in lines:
        joined += [Piece(DOT, "muted"), *line] if joined else line
    return tuple(joined)


def _drawn(content: Iterable[Row | Grid | Section]) -> list[Markup]:
    """Draw neighbouring rows as one list of terms, each grid as a table, each section under its heading."""
    drawn: list[Markup] = []
    rows: list[tuple[str, Markup]] = []
    for each in content:
        if isinstance(each, Row):
            rows.append((each.term, html.join(map(_markup, each.line))))
            continue
        drawn += [html.rows(rows), each.to_html()]
        rows = []
    return [*drawn, html.rows(rows)]


def _markup(piece: Piece | str) -> Markup:
    return piece.to_html() if isinstance(piece, Piece) else html.escape(piece)


def _plain(piece: Piece | str) -> str:
    return str(piece) if isinstance(piece, Piece) else plain.one_line(piece, html.MAX_TEXT)


def _indented(block: str) -> str:
    return "\n".join(f"  {line}".rstrip() for line in block.splitlines())
