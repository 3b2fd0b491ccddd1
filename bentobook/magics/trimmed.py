"""The user's own traceback: of the frames between a cell and an error only those in the user's code.

IPython prints what ``_render_traceback_`` of an error returns; the traceback on the error itself stays whole, for
``%debug``.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

from bentobook.bundle import cell_file
from bentobook.errors import BentobookError

_OURS = str(Path(__file__).parents[1])


def is_bug(error: BaseException) -> bool:
    """Tell whether an error is a mistake in the user's code, not one that we have a sentence for."""
    return not isinstance(error, BentobookError) and hasattr(error, "__traceback__")


@contextmanager
def to_user_frames(shell: Any) -> Iterator[None]:
    """Let what the user's code raises show its own frames only."""
    try:
        yield
    except Exception as error:
        if is_bug(error) and _kept(error.__traceback__):
            shown = lines(shell, error)
            error._render_traceback_ = lambda: shown  # type: ignore[attr-defined]
        raise


def lines(shell: Any, error: BaseException) -> list[str]:
    """Return the lines that IPython would print of an error, from the user's first frame on."""
    trace = _kept(error.__traceback__)
    found: list[str] = list(shell.InteractiveTB.structured_traceback(type(error), error, trace))
    place = _place(trace)
    return [*found, f"This is line {place[1]} of the cell of {place[0]}."] if place else found


def _kept(trace: TracebackType | None) -> TracebackType | None:
    """Drop what is above the user's first frame, and our own frames below it."""
    frames = list(_frames(trace))
    first = next((at for at, each in enumerate(frames) if _in_cell(each)), None)
    if first is None:
        return None
    kept: TracebackType | None = None
    for each in reversed(frames[first:]):
        if not each.tb_frame.f_code.co_filename.startswith(_OURS):
            kept = TracebackType(kept, each.tb_frame, each.tb_lasti, each.tb_lineno)
    return kept


def _frames(trace: TracebackType | None) -> Iterator[TracebackType]:
    while trace is not None:
        yield trace
        trace = trace.tb_next


def _in_cell(trace: TracebackType) -> bool:
    return cell_file.cell_of(trace.tb_frame.f_globals) is not None


def _place(trace: TracebackType | None) -> tuple[str, int] | None:
    """Return the last line of the cell that the error passed."""
    places = [cell_file.line_of_cell(each.tb_frame.f_globals, each.tb_lineno) for each in _frames(trace)]
    return next((place for place in reversed(places) if place is not None), None)
