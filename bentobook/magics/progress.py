"""Where a shell draws the line of an import: one output of a cell, or the last line of a terminal."""

from __future__ import annotations

import sys
import uuid
from typing import Any

from bentobook import settings
from bentobook.progress import Screen


class KernelScreen:
    """One output of a cell that is drawn over and over.

    Parameters
    ----------
    publisher : DisplayPublisher
        The kernel's; it may be used from any thread.
    alone : bool
        Whether the line is the only output of its cell: then it can be taken away without a trace. Else an empty
        output stays, because a front end can only clear all outputs of a cell.
    """

    def __init__(self, publisher: Any, *, alone: bool) -> None:
        self._publisher, self._alone = publisher, alone
        self._id = uuid.uuid4().hex
        self._shown = False

    def draw(self, line: str) -> None:
        """Show a line in place of the one before."""
        self._publisher.publish({"text/plain": line}, transient={"display_id": self._id}, update=self._shown)
        self._shown = True

    def clear(self, *, something_follows: bool) -> None:
        """Take the line away; what follows takes its place without a flicker."""
        if self._alone:
            self._publisher.clear_output(wait=something_follows)
        else:
            self.draw("")


class TerminalScreen:
    """The last line of a terminal."""

    def draw(self, line: str) -> None:
        """Show a line in place of the one before."""
        sys.stdout.write(f"\r\x1b[2K{line}")
        sys.stdout.flush()

    def clear(self, *, something_follows: bool) -> None:  # noqa: ARG002 - a terminal clears at once
        """Take the line away."""
        self.draw("")


def screen_of(shell: Any, *, alone: bool) -> Screen | None:
    """Return where a shell shows a line that changes; ``None`` where nobody would see it, or nobody wants it."""
    if not settings.progress_wanted():
        return None
    publisher = shell.display_pub
    if getattr(publisher, "pub_socket", None) is not None:
        return KernelScreen(publisher, alone=alone)
    if getattr(shell, "kernel", None) is None and sys.stdout.isatty():
        return TerminalScreen()
    return None
