"""What lives in this process: runners, services and their ports, and the memory that the process takes.

Whoever starts something adds it here. Only a weak reference is kept: to be listed keeps nothing alive, and what is gone
or says that it stopped is not listed.
"""

from __future__ import annotations

import sys
import threading
import weakref
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from bentobook import text
from bentobook.card import Card, Grid, Line, Piece, Row

_HEADER = ("what", "name", "state", "models", "where", "requests")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the list.

    Attributes
    ----------
    kind, name, state : str
        ``"runner"`` or ``"service"``; its own name; what it does now, such as ``"idle"``.
    models : tuple of str
        The tags of its models.
    where : str
        The device of a runner, the address of a server.
    requests : int or None
        How many requests it has answered; None where nobody counts them.
    """

    kind: str
    name: str
    state: str
    models: tuple[str, ...] = ()
    where: str = ""
    requests: int | None = None


class Thing(Protocol):
    """Something that can be listed."""

    def entries(self) -> Iterable[Entry]:
        """Describe what lives of it now; nothing when it has stopped."""


@dataclass(frozen=True, slots=True)
class Living:
    """What lives now.

    Attributes
    ----------
    entries : tuple of Entry
        In the order of kind and name.
    memory, peak : int
        The bytes of main memory that the process holds, and the most that it held; 0 where the system does not say.
    threads : int
        The threads of Python.
    """

    entries: tuple[Entry, ...]
    memory: int
    peak: int
    threads: int

    def card(self) -> Card:
        """Make the card."""
        body = tuple(_line(entry) for entry in self.entries)
        memory = f"{text.size(self.memory)}, at most {text.size(self.peak)} so far" if self.memory else "unknown"
        return Card(
            title="this kernel",
            subtitle=_counts(self.entries),
            content=(
                Row("memory", (memory, Piece(f"· {self.threads} thread{'' if self.threads == 1 else 's'}", "muted"))),
                *((Grid(_HEADER, body, right=(5,)),) if body else ()),
            ),
            following=() if body else ("runner = %bento_runner TAG",),
        )

    def _repr_html_(self) -> str:
        return str(self.card().to_html())

    def __repr__(self) -> str:
        return self.card().to_text()


_lock = threading.Lock()
_things: weakref.WeakSet[Thing] = weakref.WeakSet()


def add(thing: Thing) -> None:
    """List something from now on; a second time does nothing."""
    with _lock:
        _things.add(thing)


def report() -> Living:
    """Tell what lives now in this process."""
    with _lock:
        things = list(_things)
    found = [entry for thing in things for entry in thing.entries()]
    memory, peak = _memory()
    return Living(tuple(sorted(found, key=lambda each: (each.kind, each.name))), memory, peak, threading.active_count())


def _line(entry: Entry) -> Line:
    return (
        entry.kind,
        Piece(entry.name, kind="code"),
        Piece(entry.state, "bad" if entry.state.startswith("stuck") else ""),
        ", ".join(entry.models),
        entry.where,
        "" if entry.requests is None else f"{entry.requests:,}",
    )


def _counts(entries: tuple[Entry, ...]) -> str:
    counts = {kind: sum(entry.kind == kind for entry in entries) for kind in dict.fromkeys(e.kind for e in entries)}
    return " · ".join(f"{n} {kind}{'' if n == 1 else 's'}" for kind, n in counts.items()) or "nothing is running"


def _memory() -> tuple[int, int]:
    """Read from the system how many bytes the process holds and held at most."""
    with suppress(OSError, ValueError, IndexError):
        lines = Path("/proc/self/status").read_text("ascii", "replace").splitlines()
        kib = {name: int(rest.split()[0]) for name, _, rest in (line.partition(":") for line in lines) if name in _KEPT}
        return kib["VmRSS"] * 1024, kib["VmHWM"] * 1024
    with suppress(ImportError):
        import resource

        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
        return peak, peak
    return 0, 0


_KEPT = ("VmRSS", "VmHWM")
