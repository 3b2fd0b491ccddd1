"""How much of the disk a store uses: equal content that versions share counts once there, and in each of them here."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bentobook.store.layout import Layout


@dataclass(frozen=True)
class DiskUse:
    """Bytes of a store.

    Attributes
    ----------
    logical : int
        What the models add up to, as lists show it.
    physical : int
        What they take on the disk; files with several names count once.
    unfinished : int
        What staging and trash take.
    set_aside : int
        What the quarantine takes.
    """

    logical: int
    physical: int
    unfinished: int
    set_aside: int

    @property
    def shared(self) -> int:
        """Bytes that sharing saves."""
        return self.logical - self.physical


def usage(layout: Layout) -> DiskUse:
    """Walk over the store and add up its files; what vanishes meanwhile counts as gone."""
    logical = physical = 0
    seen: set[tuple[int, int]] = set()
    for status in _statuses(layout.models):
        logical += status.st_size
        identity = (status.st_dev, status.st_ino)
        if identity not in seen:
            physical += status.st_size
        if status.st_nlink > 1:
            seen.add(identity)
    unfinished = sum(status.st_size for folder in (layout.staging, layout.trash) for status in _statuses(folder))
    return DiskUse(logical, physical, unfinished, sum(status.st_size for status in _statuses(layout.quarantine)))


def _statuses(folder: Path) -> Iterator[os.stat_result]:
    for parent, _, names in os.walk(folder):
        for name in names:
            try:
                yield Path(parent, name).lstat()
            except OSError:
                continue
