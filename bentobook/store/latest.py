"""The pointer ``<name>/latest``: one line with the newest version, no newline at its end, as BentoML writes it.

It is only believed when it is proven to be current, because a crash between a rename and the pointer, a second
writer, or a hand in the store leaves an old one. The proof costs two ``stat`` calls: after a complete look at the
versions a reader gives the pointer the time of modification of its folder. As long as both are equal, no version
came or went. A folder that changes twice within one tick of the file system's clock keeps its time, so the proof
counts only when it was given well after that tick (git's "racy" index entries have the same cure).
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable
from contextlib import suppress

from bentobook.store.layout import Layout
from bentobook.store.problems import Problem
from bentobook.store.scan import Entry
from bentobook.store.tag import Tag, is_part

Look = Callable[[str], tuple[list[Entry], list[Problem]]]
_TICK_NS = 100_000_000
_SECOND_NS = 1_000_000_000
_MAX_POINTER = 256

log = logging.getLogger("bentobook")


def read(layout: Layout, name: str) -> str | None:
    """Return the version that the pointer names, if it is a version that has a record; never believe a path."""
    try:
        with layout.latest_file(name).open("rb") as file:
            text = file.read(_MAX_POINTER).decode("ascii").strip()
        complete = is_part(text) and (layout.version(Tag(name, text)) / layout.kind.record).is_file()
    except (OSError, UnicodeDecodeError):
        return None
    return text if complete else None


def is_proven(layout: Layout, name: str) -> bool:
    """Tell whether no version came or went since the pointer was written."""
    try:
        pointer = layout.latest_file(name).stat()
        folder = layout.name(name).stat()
    except OSError:
        return False
    return pointer.st_mtime_ns == folder.st_mtime_ns and pointer.st_ctime_ns - folder.st_mtime_ns > _TICK_NS


def newest(layout: Layout, name: str, look: Look) -> str | None:
    """Return the newest complete version of a name, and mend its pointer where that is possible.

    Parameters
    ----------
    layout : Layout
    name : str
    look : callable
        Reads the versions of a name, newest first, and the problems.

    Returns
    -------
    str or None
        ``None`` when the name has no version that can be used.
    """
    version = read(layout, name)
    if version is not None and is_proven(layout, name):
        return version
    before = _folder_time(layout, name)
    entries, problems = look(name)
    if not entries:
        return None
    found = entries[0].tag.version or ""
    complete = before is not None and not problems
    mend(layout, name, found, stale=version != found, seen_at_ns=before if complete else None)
    return found


def _folder_time(layout: Layout, name: str) -> int | None:
    try:
        return layout.name(name).stat().st_mtime_ns
    except OSError:
        return None


def mend(layout: Layout, name: str, version: str, *, stale: bool, seen_at_ns: int | None) -> None:
    """Write the pointer if it is stale, prove it if everything was seen; leave a store alone that cannot be written."""
    if not os.access(layout.name(name), os.W_OK):
        return
    try:
        if stale:
            point(layout, name, version)
            return
        if seen_at_ns is not None and _is_settled(seen_at_ns) and _folder_time(layout, name) == seen_at_ns:
            os.utime(layout.latest_file(name), ns=(seen_at_ns, seen_at_ns))
    except OSError as error:
        log.debug("the pointer of %s is not mended: %s", name, error)


def _is_settled(seen_at_ns: int) -> bool:
    """Tell whether a proof would count; the file system's clock runs up to a tick behind ours."""
    return time.time_ns() - seen_at_ns > 2 * _TICK_NS


def point(layout: Layout, name: str, version: str, *, flushed: bool = True) -> None:
    """Make a version the newest one, in one step. The pointer is not proven yet: its time lies before its folder's."""
    from bentobook.store import durable

    folder = layout.name(name)
    layout.make_private()
    durable.replace_file(
        layout.latest_file(name),
        version.encode("ascii"),
        via=layout.staging,
        mode=folder.stat().st_mode & 0o666,
        mtime_ns=time.time_ns() - _SECOND_NS,
        flushed=flushed,
    )


def remove_empty_name(layout: Layout, name: str) -> None:
    """Remove the folder of a name that has no versions left; one that is filled meanwhile stays."""
    with suppress(OSError):
        with os.scandir(layout.name(name)) as found:
            if any(entry.is_dir() for entry in found):
                return
        layout.latest_file(name).unlink(missing_ok=True)
        layout.name(name).rmdir()
