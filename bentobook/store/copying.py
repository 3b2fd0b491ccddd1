"""Copying a folder into the store, every byte once.

Large files come first, one after the other, each with a second thread that digests. Small files cost system calls, not
bytes, and most of those wait in the kernel, so two threads share them from both ends of the list. Content that the
store already has is linked instead of copied (``sharing.py``). Progress is reported from the caller's thread only.
"""

from __future__ import annotations

import os
import threading
import uuid
from collections import deque
from collections.abc import Callable
from pathlib import Path

from bentobook.store import copy_file, source_tree
from bentobook.store.manifest import FileEntry, digest_of
from bentobook.store.sharing import Sharer
from bentobook.store.source_tree import SourceFile

Progress = Callable[[int, int], object]
_FEW = 16  # not worth a second thread


def add_tree(
    source: Path, target: Path, *, sharer: Sharer | None = None, progress: Progress | None = None
) -> list[FileEntry]:
    """Copy a folder of the user; nothing in it is changed or linked to.

    Parameters
    ----------
    source : Path
        The user's folder.
    target : Path
        Where the copy goes; made if it is missing.
    sharer : Sharer, optional
        Knows which content is stored already.
    progress : callable, optional
        ``progress(done_bytes, total_bytes)``; the last call has both equal.

    Returns
    -------
    list of FileEntry
        The copies, which are read-only, sorted by path relative to ``target``.

    Raises
    ------
    ImportFailed
        When the source holds something else than files and folders, or changes meanwhile.
    """
    tree = source_tree.read(source)
    target.mkdir(parents=True, exist_ok=True)
    for folder in tree.folders:
        target.joinpath(folder).mkdir(exist_ok=True)
    meter = _Meter(tree.size, progress)
    try:
        return _for_each(tree.files, _Copy(str(target), sharer, meter).copy, meter)
    finally:
        _close(sharer)


def adopt_tree(target: Path, *, sharer: Sharer | None = None) -> list[FileEntry]:
    """Take over files that were written under ``target`` for the store, such as a download.

    They become read-only; content that the store already has is replaced by a link to it.

    Returns
    -------
    list of FileEntry
        Sorted by path relative to ``target``.

    Raises
    ------
    ImportFailed
        When there is something else than files and folders.
    """
    tree = source_tree.read(target, follow_links=False)
    try:
        return _for_each(tree.files, _Adoption(sharer).adopt, _Meter(tree.size, None))
    finally:
        _close(sharer)


def _close(sharer: Sharer | None) -> None:
    if sharer is not None:
        sharer.close()


class _Meter:
    """Bytes that are done; two threads count, the caller's own reports."""

    def __init__(self, total: int, progress: Progress | None) -> None:
        self._total, self._progress = total, progress
        self._done = 0
        self._lock = threading.Lock()
        self._reporter = threading.get_ident()
        self.add(0)

    def add(self, n_bytes: int) -> None:
        with self._lock:
            self._done += n_bytes
        if self._progress is not None and threading.get_ident() == self._reporter:
            self._progress(min(self._done, self._total), self._total)


def _for_each(files: list[SourceFile], work: Callable[[SourceFile], FileEntry], meter: _Meter) -> list[FileEntry]:
    entries = [work(file) for file in files if file.size >= copy_file.LARGE]
    small = deque(file for file in files if file.size < copy_file.LARGE)
    if len(small) < _FEW:
        entries += [work(file) for file in small]
    else:
        entries += _from_both_ends(small, work)
    meter.add(0)
    return sorted(entries, key=lambda entry: entry.path)


def _from_both_ends(files: deque[SourceFile], work: Callable[[SourceFile], FileEntry]) -> list[FileEntry]:
    """Do the work in this thread and a second one, which take neighbours in the same folder from opposite ends."""
    from concurrent.futures import ThreadPoolExecutor

    def drain(take: Callable[[], SourceFile]) -> list[FileEntry]:
        done: list[FileEntry] = []
        try:
            while True:
                try:
                    file = take()
                except IndexError:
                    return done
                done.append(work(file))
        finally:
            files.clear()

    with ThreadPoolExecutor(1) as pool:
        try:
            other = pool.submit(drain, files.pop)
            return drain(files.popleft) + other.result()
        finally:
            files.clear()


class _Copy:
    """Copies files of one tree."""

    def __init__(self, target: str, sharer: Sharer | None, meter: _Meter) -> None:
        self._target, self._sharer, self._meter = target, sharer, meter

    def copy(self, file: SourceFile) -> FileEntry:
        if file.size >= copy_file.LARGE:
            return self._copy_large(file)
        data, mode = copy_file.read_small(file)
        digest, target = digest_of(data), f"{self._target}/{file.path}"
        status = self._link(digest, file.size, mode, target) or copy_file.write_small(target, data, mode)
        self._meter.add(file.size)
        return copy_file.entry(file.path, status, digest)

    def _copy_large(self, file: SourceFile) -> FileEntry:
        target = f"{self._target}/{file.path}"
        if self._sharer is not None and self._sharer.may_have(file.size):
            # Reading twice is cheaper than storing twice.
            with copy_file.opened(file) as fd:
                digest = copy_file.digest_fd(fd, file.size)
                mode = copy_file.check_unchanged(file, fd, file.size)
            if status := self._link(digest, file.size, mode, target):
                self._meter.add(file.size)
                return copy_file.entry(file.path, status, digest)
        return copy_file.copy_large(file, target, self._meter.add)

    def _link(self, digest: str, size: int, mode: int, target: str) -> os.stat_result | None:
        return self._sharer.link(digest, size, mode, target) if self._sharer is not None else None


class _Adoption:
    """Takes over files where they lie."""

    def __init__(self, sharer: Sharer | None) -> None:
        self._sharer = sharer

    def adopt(self, file: SourceFile) -> FileEntry:
        with copy_file.opened(file) as fd:
            digest = copy_file.digest_fd(fd, file.size)
            mode = copy_file.check_unchanged(file, fd, file.size)
            status = self._linked(digest, file, mode)
            if status is None and os.fstat(fd).st_nlink > 1:
                return self._own_copy(file)
            return copy_file.entry(file.path, status or copy_file.finished(fd, mode), digest)

    def _linked(self, digest: str, file: SourceFile, mode: int) -> os.stat_result | None:
        if self._sharer is None:
            return None
        aside = _aside(file)
        status = self._sharer.link(digest, file.size, mode, str(aside))
        if status is not None:
            aside.replace(file.real)
        return status

    def _own_copy(self, file: SourceFile) -> FileEntry:
        """Part from a file that has a second name elsewhere: it may be the user's."""
        aside = _aside(file)
        entry = copy_file.copy_large(file, str(aside), lambda _: None)
        aside.replace(file.real)
        return entry


def _aside(file: SourceFile) -> Path:
    """Name a file that is not there, in the same folder; a name may be as long as the file system allows already."""
    return Path(file.real).with_name(uuid.uuid4().hex)
