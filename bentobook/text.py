"""Sizes, times and tables as plain text: the twins of the cards."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

_UNITS = ("B", "KB", "MB", "GB", "TB", "PB")


def size(n_bytes: int) -> str:
    """Write a number of bytes for people, in units of 1,024.

    >>> size(10342), size(3), size(2 * 1024**3)
    ('10.1 KB', '3 B', '2.00 GB')
    """
    value = float(n_bytes)
    for unit in _UNITS:
        if value < 1024 or unit == _UNITS[-1]:
            break
        value /= 1024
    if unit == "B":
        return f"{n_bytes} B"
    return f"{value:.2f} {unit}" if value < 10 else f"{value:.1f} {unit}"


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
