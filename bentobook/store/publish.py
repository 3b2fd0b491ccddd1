"""A version appears by one rename, or not at all.

The folder is complete, digested and flushed before it is renamed. Two writers of one tag cannot both win: a rename
onto a folder that holds something fails, and only that failure means "already exists". (A rename onto an empty folder
succeeds; such a folder is what a BentoML that was killed leaves behind, and the rename heals it.) When anything fails
after the rename, an interrupt included, the version is taken back, so that an error always means an unchanged store.
"""

from __future__ import annotations

import errno
import os
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from bentobook import text
from bentobook.errors import AlreadyExists, StoreNotWritable, StoreUnreadable
from bentobook.store import durable, latest, locks, scan
from bentobook.store.layout import Layout, share_like
from bentobook.store.tag import Tag

_TAKEN = (errno.EEXIST, errno.ENOTEMPTY)
_TRIES = 100


@dataclass(frozen=True)
class Publication:
    """A finished folder in staging on its way to its place.

    Attributes
    ----------
    layout : Layout
    staged : Path
        The folder with all files of the version.
    tag : Tag
    is_newest : bool
        Whether ``latest`` moves to it.
    look : callable
        Reads the versions of a name; needed to mend ``latest`` when the version is taken back.
    clean_up : callable
        Removes what is left in staging; an interrupt of it comes before the end, too.
    """

    layout: Layout
    staged: Path
    tag: Tag
    is_newest: bool
    look: latest.Look
    clean_up: Callable[[], None]

    def run(self) -> None:
        """Publish the version.

        Raises
        ------
        AlreadyExists
            When another version of this tag was published first.
        """
        identity = _identity(self.staged)
        try:
            with locks.name_lock(self.layout, self.tag.name):
                self._rename()
                self._flush_folders()
                if self.is_newest:
                    latest.point(self.layout, self.tag.name, self.tag.version or "")
            self.clean_up()
        except BaseException:
            if not self.staged.exists() and _identity(self.layout.version(self.tag)) == identity:
                self._take_back()
            latest.remove_empty_name(self.layout, self.tag.name)
            raise

    def _rename(self) -> None:
        """Rename; the folder of the name may vanish meanwhile, because its last version was deleted."""
        target = self.layout.version(self.tag)
        for _ in range(_TRIES):
            self.layout.make_name(self.tag.name)
            try:
                self.staged.rename(target)
            except FileNotFoundError:
                if not self.staged.is_dir():
                    raise
            except OSError as error:
                raise self._explain(error) from error
            else:
                return
        raise StoreNotWritable(target, "publish a version", "the folder of its name is removed again and again")

    def _explain(self, error: OSError) -> Exception:
        if error.errno in _TAKEN:
            return already_exists(self.layout, self.tag)
        if error.errno == errno.EXDEV:
            return other_file_system(self.layout)
        return error

    def _flush_folders(self) -> None:
        for folder in (self.layout.name(self.tag.name), self.layout.items, self.layout.home):
            durable.flush(folder)

    def _take_back(self) -> None:
        """Undo the rename. The pointer is put right without a flush: flushing may be what fails."""
        name = self.tag.name
        aside = self.layout.trash / uuid.uuid4().hex
        with suppress(OSError):
            self.layout.version(self.tag).rename(aside)
            others, _ = self.look(name)
            if others and latest.read(self.layout, name) is None:
                latest.point(self.layout, name, others[0].tag.version or "", flushed=False)
        durable.remove_tree(aside)


def _identity(folder: Path) -> tuple[int, int] | None:
    try:
        status = folder.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def already_exists(layout: Layout, tag: Tag) -> AlreadyExists:
    """Make the error for a tag that is taken, with the time of its version where that can be read."""
    try:
        created = text.local_time(scan.read_entry(layout, tag).creation_time)
    except StoreUnreadable:
        created = ""
    return AlreadyExists(str(tag), str(layout.items), created=created, kind=layout.kind.noun)


def check_one_file_system(layout: Layout, name: str) -> None:
    """Refuse a store whose parts lie on several file systems: nothing is ever copied into place instead of renamed.

    Raises
    ------
    StoreNotWritable
        Names both folders.
    """
    ours = layout.staging.stat().st_dev
    folders = (layout.items, layout.name(name))
    if any(folder.stat().st_dev != ours for folder in folders if folder.exists()):
        raise other_file_system(layout)


def other_file_system(layout: Layout) -> StoreNotWritable:
    """Make the error for a store that spans file systems."""
    return StoreNotWritable(
        layout.items,
        "publish a version",
        f"it lies on another file system than {layout.private}, and a version appears by one rename only; "
        "both must lie in one file system",
    )


def open_to_group(layout: Layout, folder: Path) -> None:
    """Give the folders of a version the group and mode of the store, so that the group can read and delete it."""
    like = layout.items.stat()
    for parent, _, _ in os.walk(folder):
        share_like(Path(parent), like)
