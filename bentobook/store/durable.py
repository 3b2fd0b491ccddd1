"""Getting bytes onto the disk, and saying in one sentence when that fails.

A rename keeps its promise after a power loss only when the file was flushed before it and the folder after it
(Pillai et al., "All File Systems Are Not Created Equal", OSDI 2014). A flush that failed is never tried again: the
kernel may have dropped the pages, and the second call would report success.
"""

from __future__ import annotations

import errno
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bentobook import settings
from bentobook.errors import DiskFull, StoreNotWritable

_FEW = 16
_FLUSHERS = 8
_NO_ROOM = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))


@contextmanager
def writing(path: Path, action: str, needed: int | None = None) -> Iterator[None]:
    """Turn a failing system call into a sentence about the store.

    Parameters
    ----------
    path : Path
        Where is written.
    action : str
        What is done, as the rest of "Cannot …".
    needed : int, optional
        How many bytes are needed in all, where that is known.

    Raises
    ------
    DiskFull
        When the disk or the user's share of it is full.
    StoreNotWritable
        For every other failure of the operating system.
    """
    try:
        yield
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise DiskFull(path, needed, free_bytes(path)) from error
        raise StoreNotWritable(error.filename or path, action, error.strerror or str(error)) from error


@contextmanager
def others_writing(path: Path) -> Iterator[None]:
    """Say that the disk is full where code that is not ours writes into the store; its other errors stay its own.

    Raises
    ------
    DiskFull
        When the disk or the user's share of it is full.
    """
    try:
        yield
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise DiskFull(path, None, free_bytes(path)) from error
        raise


def free_bytes(path: Path) -> int:
    """Return how many bytes the user may still write where ``path`` lies, or will lie."""
    while not path.exists() and path != path.parent:
        path = path.parent
    return shutil.disk_usage(path).free


def check_room(path: Path, needed: int | None) -> None:
    """Refuse a write of a known size that the disk cannot take.

    Raises
    ------
    DiskFull
        With the needed and the free bytes.
    """
    if needed is None:
        return
    free = free_bytes(path)
    if needed > free:
        raise DiskFull(path, needed, free)


def flush(path: Path) -> None:
    """Flush one file or folder to the disk, where that is wanted."""
    if not settings.fsync_wanted():
        return
    fd = os.open(path, os.O_RDONLY | getattr(os, "O_CLOEXEC", 0))
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def flush_tree(folder: Path) -> None:
    """Flush every file, then every folder from the leaves up.

    A flush mostly waits. Several at once share one commit of the file system's journal, which makes thousands of small
    files several times faster.
    """
    if not settings.fsync_wanted():
        return
    found = list(os.walk(folder, topdown=False))
    files = [Path(parent, name) for parent, _, names in found for name in names]
    if len(files) < _FEW:
        for file in files:
            flush(file)
    else:
        _flush_at_once(files)
    for parent, _, _ in found:
        flush(Path(parent))


def _flush_at_once(files: list[Path]) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(_FLUSHERS) as pool:
        try:
            for _ in pool.map(flush, files):
                pass
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)
            raise


def write_file(path: Path, data: bytes, *, mode: int = 0o444) -> None:
    """Write a new file; it must not be there yet."""
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0), 0o600)
    with os.fdopen(fd, "wb") as file:
        file.write(data)
    path.chmod(mode)


def replace_file(
    path: Path, data: bytes, *, via: Path, mode: int, mtime_ns: int | None = None, flushed: bool = True
) -> None:
    """Write a file so that a reader sees the old bytes or the new ones, never a part.

    Parameters
    ----------
    path : Path
        The file.
    data : bytes
        Its new content.
    via : Path
        A folder on the same file system for the file while it is written; a crash leaves nothing elsewhere.
    mode : int
        Its permissions.
    mtime_ns : int, optional
        The time of modification that it gets, in nanoseconds.
    flushed : bool
        Whether the new bytes are on the disk first, so that after a power loss there are the old ones or the new ones.
    """
    temporary = via / f"{path.name}-{uuid.uuid4().hex}"
    try:
        write_file(temporary, data, mode=mode)
        if mtime_ns is not None:
            os.utime(temporary, ns=(mtime_ns, mtime_ns))
        if flushed:
            flush(temporary)
        temporary.replace(path)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise


def remove_tree(folder: Path) -> bool:
    """Remove a folder of ours as far as that is possible, and tell whether it is gone."""
    if folder.is_symlink():
        folder.unlink()
    else:
        shutil.rmtree(folder, ignore_errors=True)
    return not os.path.lexists(folder)
