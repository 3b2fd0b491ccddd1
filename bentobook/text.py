"""Sizes, times and tables as plain text: the twins of the cards."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
_UNITS = ("B", "KB", "MB", "GB", "TB", "PB")


def visible(text: str) -> str:
    r"""Show what would be invisible, would reorder the text around it, or would command a terminal.

    >>> visible("iris\x1b[2J")
    'iris�[2J'
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join("�" if unicodedata.category(each) in _HIDDEN and each not in "\n\t" else each for each in text)


def one_line(value: object, limit: int = 200) -> str:
    r"""Turn any value into one visible line of at most ``limit`` characters.

    >>> one_line("two\nlines"), one_line("long text", limit=6)
    ('two lines', 'long …')
    """
    line = " ".join(visible(str(value)).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def size(n_bytes: int) -> str:
    """Write a number of bytes for people, in units of 1,024.

    >>> size(10342), size(3), size(2 * 1024**3)
    ('10.1 KB', '3 B', '2.00 GB')
    """
    step = min(max(n_bytes.bit_length() - 1, 0) // 10, len(_UNITS) - 1)
    if not step:
        return f"{n_bytes} B"
    value = n_bytes / 1024**step
    two_decimals_below = 10
    return f"{value:.{2 if value < two_decimals_below else 1}f} {_UNITS[step]}"


def ago(moment: datetime, now: datetime | None = None) -> str:
    """Write how long ago something happened, in one unit.

    >>> ago(datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 3, tzinfo=UTC))
    '2 d'
    """
    passed = (now or datetime.now(UTC)) - moment
    for unit, length in (("d", timedelta(days=1)), ("h", timedelta(hours=1)), ("min", timedelta(minutes=1))):
        if passed >= length:
            return f"{passed // length} {unit}"
    return "now"


def under_home(path: Path) -> str:
    """Write a path, with ``~`` in place of the home folder."""
    home = Path.home()
    return str(Path("~", path.relative_to(home))) if path != home and path.is_relative_to(home) else str(path)


def local_time(moment: datetime) -> str:
    """Write a moment in this machine's time zone, to the second, as BentoML's tables do."""
    return moment.astimezone().strftime("%Y-%m-%d %H:%M:%S")


def table(header: Sequence[str], body: Iterable[Sequence[object]], *, right: Sequence[int] = ()) -> str:
    """Lay out columns, two blanks apart; the columns whose numbers stand in ``right`` are aligned right.

    >>> print(table(["tag", "size"], [["iris:v1", "3 B"], ["a:v2", "10.1 KB"]], right=[1]))
    tag         size
    iris:v1      3 B
    a:v2     10.1 KB
    """
    lines = [[str(cell) for cell in row] for row in (header, *body)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]

    def line(cells: Sequence[str]) -> str:
        pieces = [
            cell.rjust(width) if at in right else cell.ljust(width)
            for at, (cell, width) in enumerate(zip(cells, widths, strict=True))
        ]
        return "  ".join(pieces).rstrip()

    return "\n".join(map(line, lines))
