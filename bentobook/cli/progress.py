"""The progress of an import on a terminal: one line on stderr, so that stdout holds only the result."""

from __future__ import annotations

import shutil
import sys

from bentobook.progress import Progress
from bentobook.text import one_line

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


def progress(label: str) -> Progress:
    """Return a progress line that draws itself where stderr is a terminal, and nothing elsewhere."""
    return Progress(label, ErrorScreen() if sys.stderr.isatty() else None)
