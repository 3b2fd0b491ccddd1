"""Content that the store already has is not stored twice: equal files of different versions are hard links.

A stored file is linked to only when the manifest of its version names it with the digest that is wanted, and it still
is a read-only regular file with the size and the time that the manifest names. Where a link is not possible, for
whatever reason, the file is copied. The table of what is stored where is a cache of small numbers (the beginning of a
digest, and the sizes of large files, below zero): it proposes versions, the manifest decides.
"""

from __future__ import annotations

import errno
import logging
import os
import stat
import threading
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from bentobook.errors import StoreUnreadable
from bentobook.store import cache_file, manifest, scan
from bentobook.store.layout import Layout
from bentobook.store.manifest import FileEntry
from bentobook.store.tag import Tag, is_part

if TYPE_CHECKING:
    import sqlite3

_WRITABLE = 0o222
_FILLED = "contents"
_REGISTER_WAIT_S = 2.0
_LARGE = 1 << 20  # reading a smaller file twice costs nothing
_QUERY = "SELECT name, version FROM contents_1 JOIN versions_1 USING (id) WHERE key = ? LIMIT 1000"
_CANNOT_LINK = {errno.EPERM, errno.EXDEV, errno.EMLINK, errno.EOPNOTSUPP, errno.ENOENT, errno.EACCES, errno.ENOTDIR}

log = logging.getLogger("bentobook")


class Sharer:
    """Finds stored files of equal content and links to them; may be used from two threads."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._asked = False
        self._manifests: dict[Tag, dict[str, list[FileEntry]]] = {}
        self._own: dict[Path, bool] = {}

    def close(self) -> None:
        """Let go of the cache; it is opened again when it is needed."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
            self._connection, self._asked = None, False

    def may_have(self, size: int) -> bool:
        """Tell whether a stored file of this size is known, so that its digest is worth knowing."""
        return size < _LARGE or bool(self._versions(-size))

    def link(self, digest: str, size: int, mode: int, target: str) -> os.stat_result | None:
        """Make ``target`` a further name of a stored file.

        Parameters
        ----------
        digest : str
            Of the wanted content, ``b3:…``.
        size : int
            Bytes; an empty file is never shared.
        mode : int
            The wanted permissions; who may execute it must be equal.
        target : str
            The new name; nothing may be there.

        Returns
        -------
        os.stat_result or None
            The status of the new name; ``None`` when the file must be copied.
        """
        for tag in self._versions(_key(digest)) if size else ():
            for entry in self._named(tag).get(digest, ()):
                source = self._layout.version(tag) / entry.path
                if entry.size == size and self._is_own(source.parent, self._layout.version(tag)):
                    status = _link(source, target, entry, mode)
                    if status is not None:
                        return status
        return None

    def _is_own(self, folder: Path, version: Path) -> bool:
        """Tell whether no folder on the way is a link: the file behind one may be the user's."""
        if folder not in self._own:
            name = Path(os.path.realpath(version.parent))
            self._own[folder] = Path(os.path.realpath(folder)) == name / folder.relative_to(version.parent)
        return self._own[folder]

    def _versions(self, key: int) -> list[Tag]:
        """Return the versions that may have a content; those whose manifest is open first, it often has them all."""
        found = {tag for name, version in self._ask(key) if (tag := _tag(name, version)) is not None}
        return sorted(found, key=lambda tag: tag not in self._manifests)

    def _named(self, tag: Tag) -> dict[str, list[FileEntry]]:
        """Return the files that the manifest of a version names, by digest."""
        if tag not in self._manifests:
            named: dict[str, list[FileEntry]] = {}
            for entry in _shareable(self._layout, tag):
                named.setdefault(entry.digest, []).append(entry)
            self._manifests[tag] = named
        return self._manifests[tag]

    def _ask(self, key: int) -> list[tuple[str, str]]:
        import sqlite3

        with self._lock:
            if not self._asked:
                self._asked = True
                self._connection = _open(self._layout)
            if self._connection is None:
                return []
            try:
                return self._connection.execute(_QUERY, (key,)).fetchall()
            except (sqlite3.Error, UnicodeDecodeError) as error:
                log.debug("nothing is shared: %s", error)
                self._connection.close()
                self._connection = None
                if cache_file.is_damaged(error):
                    cache_file.discard(self._layout)
                return []


def _tag(name: str, version: str) -> Tag | None:
    """Make a tag of what stands in the cache, which may be damaged."""
    return Tag(name, version) if is_part(str(name)) and is_part(str(version)) else None


def _is_there(layout: Layout, tag: Tag | None) -> bool:
    return tag is not None and layout.version(tag).is_dir()


def _link(source: Path, target: str, entry: FileEntry, mode: int) -> os.stat_result | None:
    """Link first and look then: what was looked at before could be another file by now."""
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError as error:
        if error.errno in _CANNOT_LINK:
            return None
        raise
    status = os.lstat(target)
    same = (status.st_size, status.st_mtime_ns) == (entry.size, entry.mtime_ns)
    closed = stat.S_ISREG(status.st_mode) and not status.st_mode & _WRITABLE
    if same and closed and not (status.st_mode ^ mode) & stat.S_IXUSR:
        return status
    Path(target).unlink()
    return None


def _shareable(layout: Layout, tag: Tag) -> Iterable[FileEntry]:
    with suppress(StoreUnreadable):
        found = manifest.read(layout.version(tag))
        if found is not None:
            return [entry for entry in manifest.content(found.files) if entry.size and not entry.mode & _WRITABLE]
    return ()


def _open(layout: Layout) -> sqlite3.Connection | None:
    """Open the cache for reading, after filling it from the manifests where that was never done."""
    import sqlite3

    if not cache_file.read(layout, _is_filled) and not cache_file.write(layout, lambda file: _fill(file, layout)):
        return None
    try:
        return cache_file.connect(layout, "ro")
    except (sqlite3.Error, UnicodeDecodeError) as error:
        log.debug("nothing is shared: %s", error)
        return None


def _is_filled(connection: sqlite3.Connection) -> bool:
    return connection.execute("SELECT 1 FROM marks_1 WHERE mark = ?", (_FILLED,)).fetchone() is not None


def _fill(connection: sqlite3.Connection, layout: Layout) -> bool:
    for name in scan.names(layout):
        for version in scan.versions(layout, name):
            tag = Tag(name, version)
            _insert(connection, tag, _shareable(layout, tag))
    connection.execute("INSERT OR IGNORE INTO marks_1 VALUES (?)", (_FILLED,))
    return True


def _insert(connection: sqlite3.Connection, tag: Tag, entries: Iterable[FileEntry]) -> None:
    keys = {key for entry in entries for key in (_key(entry.digest), -entry.size) if key >= 0 or entry.size >= _LARGE}
    connection.execute("INSERT OR IGNORE INTO versions_1 (name, version) VALUES (?, ?)", (tag.name, tag.version))
    query = "INSERT OR IGNORE INTO contents_1 SELECT ?, id FROM versions_1 WHERE name = ? AND version = ?"
    connection.executemany(query, [(key, tag.name, tag.version) for key in keys])


def _key(digest: str) -> int:
    """Return the first 56 bits of a digest; its manifest has the others."""
    return int(digest.removeprefix(manifest.PREFIX)[:14], 16)


def register(layout: Layout, tag: Tag, entries: Iterable[FileEntry]) -> None:
    """Remember the files of a version that was just published; a failure only means less sharing."""
    shareable = [entry for entry in manifest.content(entries) if entry.size and not entry.mode & _WRITABLE]
    cache_file.write(layout, lambda connection: _insert(connection, tag, shareable), wait_s=_REGISTER_WAIT_S)


def forget_missing(layout: Layout) -> None:
    """Forget the files of versions that are no longer there."""

    def forget(connection: sqlite3.Connection) -> None:
        known = connection.execute("SELECT id, name, version FROM versions_1").fetchall()
        gone = [(number,) for number, name, version in known if not _is_there(layout, _tag(name, version))]
        connection.executemany("DELETE FROM contents_1 WHERE id = ?", gone)
        connection.executemany("DELETE FROM versions_1 WHERE id = ?", gone)

    if cache_file.is_there(layout):
        cache_file.write(layout, forget)
