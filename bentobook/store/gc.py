"""Clean up: what dead writers left, what was deleted and not removed, and versions that nobody needs any more.

A staging folder goes only when its lock can be taken, its writer does not run here, and nothing in it was written for
an hour: a lock may be a no-op on a network file system (git's ``prune`` has the same guard, for the same reason).
The module of a cell goes a week after it was last wanted: a Bento has a copy, a kernel has executed the text.
Nothing outside ``.bentobook/`` is touched but by :func:`prune`.
"""

from __future__ import annotations

import os
import stat
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from bentobook import text
from bentobook.errors import InvalidArgument, ModelInUse, NotFound
from bentobook.store import durable, locks, removal, scan, sharing
from bentobook.store.layout import Layout
from bentobook.store.tag import Tag

_STAMP = "last-gc"
_DAY_S = 86_400.0
MAX_AGE_OF_CELLS_S = 7 * _DAY_S


@dataclass(frozen=True)
class Cleaned:
    """What a clean-up removed.

    Attributes
    ----------
    removed : int
        Entries of staging and trash, and modules of cells.
    freed : int
        Bytes on the disk; content that a version shares is not freed.
    """

    removed: int
    freed: int

    def __str__(self) -> str:
        entries = "1 entry" if self.removed == 1 else f"{self.removed} entries"
        return f"{entries} removed, {text.size(self.freed)} freed"

    __repr__ = __str__


@dataclass(frozen=True)
class Pruned:
    """What a pruning deleted.

    Attributes
    ----------
    deleted : tuple of Tag
    in_use : tuple of Tag
        Old versions that stay because a Bento refers to them.
    freed : int
        Bytes on the disk; content that another version shares is not freed.
    """

    deleted: tuple[Tag, ...]
    in_use: tuple[Tag, ...]
    freed: int

    def __str__(self) -> str:
        versions = "1 version" if len(self.deleted) == 1 else f"{len(self.deleted)} versions"
        stays = f"; in use by a Bento, so kept: {', '.join(map(str, self.in_use))}" if self.in_use else ""
        return f"{versions} deleted, {text.size(self.freed)} freed{stays}"

    __repr__ = __str__


def collect(layout: Layout, *, min_age_s: float = locks.MIN_AGE_S, now: float | None = None) -> Cleaned:
    """Remove abandoned staging folders, old trash, and old modules of cells that this process has not imported.

    Parameters
    ----------
    layout : Layout
    min_age_s : float
        Seconds since anything in staging or trash was written.
    now : float, optional
        Seconds since the epoch; the clock when it is left out.
    """
    moment = time.time() if now is None else now
    removed = freed = 0
    for entry in [*_abandoned(layout, min_age_s, moment), *_old_cells(layout, moment)]:
        size = physical_size(entry)
        if _remove(entry):
            removed += 1
            freed += size
    sharing.forget_missing(layout)
    return Cleaned(removed, freed)


def _abandoned(layout: Layout, min_age_s: float, moment: float) -> Iterator[Path]:
    for entry in _entries(layout.staging):
        if locks.is_abandoned(entry, min_age_s=min_age_s, now=moment):
            yield entry
    for entry in _entries(layout.trash):
        with suppress(OSError):
            # The rename into the trash is the last change of the folder itself.
            if moment - entry.lstat().st_ctime >= min_age_s:
                yield entry


def _old_cells(layout: Layout, moment: float) -> Iterator[Path]:
    for file in (file for user in _entries(layout.cells) for file in _entries(user)):
        with suppress(OSError):
            status = file.lstat()
            is_old = stat.S_ISREG(status.st_mode) and moment - status.st_mtime >= MAX_AGE_OF_CELLS_S
            if is_old and file.stem not in sys.modules:
                yield file


def _entries(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def _remove(entry: Path) -> bool:
    if entry.is_dir():
        return durable.remove_tree(entry)
    with suppress(OSError):
        entry.unlink()
    return not os.path.lexists(entry)


def physical_size(folder: Path) -> int:
    """Add up the bytes that go when a folder goes: files that have no second name elsewhere."""
    below = [Path(parent, name) for parent, _, files in os.walk(folder) for name in files]
    names = below if folder.is_dir() else [folder]
    total = 0
    for name in names:
        with suppress(OSError):
            status = name.lstat()
            total += status.st_size if status.st_nlink == 1 else 0
    return total


def maybe(layout: Layout) -> None:
    """Clean up once a day, in a thread of its own, so that nobody waits for it."""
    stamp = layout.private / _STAMP
    try:
        if time.time() - stamp.stat().st_mtime < _DAY_S:
            return
    except FileNotFoundError:
        pass
    except OSError:
        return
    with suppress(OSError):
        stamp.touch()
        if _entries(layout.staging) or _entries(layout.trash):
            threading.Thread(target=collect, args=(layout,), name="bentobook-gc", daemon=True).start()


def prune(layout: Layout, keep: int, name: str | None = None) -> Pruned:
    """Delete all versions but the newest ones of each name; never one that a Bento refers to.

    Parameters
    ----------
    layout : Layout
    keep : int
        How many versions of each name stay, at least 1.
    name : str, optional
        Only this name.

    Raises
    ------
    InvalidArgument, Refused, StoreNotWritable
    """
    if keep < 1:
        raise InvalidArgument("keep", keep, "at least 1 version of each name")
    removal.check_allowed()
    deleted: list[Tag] = []
    used: list[Tag] = []
    freed = 0
    for tag in _candidates(layout, keep, name):
        size = physical_size(layout.version(tag))
        try:
            removal.remove(layout, tag, lambda name: scan.scan_name(layout, name))
        except ModelInUse:
            used.append(tag)
        except NotFound:
            continue
        else:
            deleted.append(tag)
            freed += size
    return Pruned(tuple(deleted), tuple(used), freed)


def _candidates(layout: Layout, keep: int, name: str | None) -> list[Tag]:
    """List the versions beyond the newest ``keep``, oldest first within a name."""
    names = scan.names(layout) if name is None else [name]
    tags: list[Tag] = []
    for one in names:
        entries, _ = scan.scan_name(layout, one)
        tags += [entry.tag for entry in reversed(entries[keep:])]
    return tags
