"""The progress of an import on a terminal: one line on stderr, so that stdout holds only the result."""

from __future__ import annotations

import shutil
import signal
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from bentobook.progress import Progress
from bentobook.text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

INTERRUPTED, TERMINATED = 130, 143
_CLEAR = "\r\x1b[2K"


class ErrorScreen:
    """The last line of a terminal that shows stderr."""

    def draw(self, line: str) -> None:
        """Show a line in place of the one before, cut to the width of the terminal."""
        width = shutil.get_terminal_size().columns - 1
        sys.stderr.write(_CLEAR + one_line(line, max(width, 20)))
        sys.stderr.flush()

    def clear(self, *, something_follows: bool) -> None:  # noqa: ARG002 - a terminal clears at once
        """Take the line away."""
        sys.stderr.write(_CLEAR)
        sys.stderr.flush()


@contextmanager
def progress(label: str, *, quiet: bool = False) -> Iterator[Progress]:
    """Draw a line while something is imported, where stderr is a terminal.

    Parameters
    ----------
    label : str
        What is under way.
    quiet : bool
        Draw nothing.

    Yields
    ------
    Progress
        To call with the bytes done and the bytes in all.

    Raises
    ------
    click.exceptions.Exit
        After Ctrl-C, when the line that says so was printed.
    """
    signal.signal(signal.SIGTERM, _terminated)
    screen = ErrorScreen() if sys.stderr.isatty() and not quiet else None
    try:
        with Progress(label, screen) as line:
            yield line
    except KeyboardInterrupt:
        click.echo("Import cancelled, nothing stored.", err=True)
        raise click.exceptions.Exit(INTERRUPTED) from None


def _terminated(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - the signature of a signal handler
    """Leave by an exception, so that what was begun is taken away."""
    sys.exit(TERMINATED)
