"""All the disks that a power failure may leave behind, made from the trace of an operation.

A crash after step ``t`` keeps every flushed entry and byte. Of the rest, the file system may have written any part:
all of it, none of it, a prefix (an ordered journal), or all but one entry (a file system without order). A file that
was not flushed may be whole, empty or zeroes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from faultkit.trace import Disk, Step, Trace

Unflushed = Literal["whole", "empty", "zeroes"]


def _durable(steps: list[Step], index: int, crash: int) -> bool:
    """Tell whether the directory whose entry a step changed is flushed before the crash."""
    return any(step.flushed == steps[index].folder for step in steps[index + 1 : crash])


def _pending(steps: list[Step], crash: int) -> list[int]:
    return [i for i in range(crash) if steps[i].folder >= 0 and not _durable(steps, i, crash)]


def _losses(steps: list[Step], crash: int) -> Iterator[frozenset[int]]:
    """Give the sets of entry changes that a crash may lose."""
    pending = _pending(steps, crash)
    yield frozenset()
    for place in range(len(pending)):
        yield frozenset(pending[place:])
        yield frozenset(pending[:place])
        yield frozenset([pending[place]])


def _disk(trace: Trace, crash: int, lost: frozenset[int], unflushed: Unflushed) -> Disk:
    disk = Disk({n: dict(e) for n, e in trace.start.folders.items()}, dict(trace.start.files), dict(trace.start.modes))
    synced = dict(disk.files)
    for index, step in enumerate(trace.steps[:crash]):
        if step.file >= 0:
            disk.files[step.file] = step.data
        elif step.flushed in disk.files:
            synced[step.flushed] = disk.files[step.flushed]
        if step.folder >= 0 and index not in lost:
            entries = disk.folders[step.folder]
            entries.pop(step.name, None)
            entries |= {} if step.node is None else {step.name: step.node}
    for file, data in disk.files.items():
        if synced.get(file) != data and unflushed != "whole":
            disk.files[file] = synced.get(file, b"") if unflushed == "empty" else bytes(len(data))
    return disk


def _fingerprint(disk: Disk, folder: int, seen: tuple[int, ...] = ()) -> object:
    entries = disk.folders[folder]
    return tuple(
        (name, _fingerprint(disk, node, (*seen, node)) if node in disk.folders else disk.files.get(node, b""))
        for name, node in sorted(entries.items())
        if node not in seen
    )


def crash_states(trace: Trace, visible: str) -> Iterator[tuple[int, Disk]]:
    """Give every crash state that differs beneath the folder ``visible`` of the root, with the step of the crash.

    Staging and trash are seen by nobody, so states that differ only there are one state.
    """
    seen = set()
    for crash in range(len(trace.steps) + 1):
        for lost in _losses(trace.steps, crash):
            for unflushed in ("whole", "empty", "zeroes"):
                disk = _disk(trace, crash, lost, unflushed)
                top = disk.folders[0]
                disk.folders[0] = {visible: top[visible]} if visible in top else {}
                key = hash(_fingerprint(disk, 0))
                if key not in seen:
                    seen.add(key)
                    yield crash, disk


def after_power_loss(trace: Trace) -> Disk:
    """Return what is left when the power fails right after the operation said that it was done."""
    crash = len(trace.steps)
    return _disk(trace, crash, frozenset(_pending(trace.steps, crash)), "empty")
