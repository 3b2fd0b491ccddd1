"""Copying one file and knowing the digest of what was stored.

A small file is read once; the bytes that are digested are the bytes that are written. A large one is cloned where the
file system can (``FICLONE``: Btrfs, XFS), else copied inside the kernel, while a second thread digests what has arrived
by reading it back from the copy. Either way the digest describes the stored bytes, whatever happens to the source
meanwhile; a source that did change is refused, because the copy would be neither its old content nor its new one.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from bentobook.errors import ImportFailed
from bentobook.store.manifest import PREFIX, FileEntry
from bentobook.store.source_tree import SourceFile

if TYPE_CHECKING:
    from concurrent.futures import Future

    from blake3 import blake3

LARGE = 8 << 20
CHUNK = 4 << 20  # small enough that the digest finds it in the processor's cache
_BUFFER = 1 << 18
_READ = os.O_RDONLY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
_NEW = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0)
_FICLONE = 0x40049409
_CANNOT_COPY_INSIDE = {errno.ENOSYS, errno.EXDEV, errno.EINVAL, errno.EOPNOTSUPP, errno.EPERM}

Count = Callable[[int], None]


def stored_mode(mode: int) -> int:
    """Return the permissions of a stored file: read-only, executable where its owner could execute it."""
    return 0o555 if mode & stat.S_IXUSR else 0o444


@contextmanager
def opened(file: SourceFile) -> Iterator[int]:
    """Open a file of the source; what fails there is a matter of the source, not of the store."""
    try:
        fd = os.open(file.real, _READ)
    except OSError as error:
        raise ImportFailed(file.real, error.strerror or str(error)) from error
    try:
        yield fd
    finally:
        os.close(fd)


def read_small(file: SourceFile) -> tuple[bytes, int]:
    """Read a whole file; return its bytes and the permissions of its copy."""
    with opened(file) as fd:
        try:
            data = os.read(fd, file.size + 1)
            while len(data) < file.size and (more := os.read(fd, file.size)):
                data += more
        except OSError as error:
            raise ImportFailed(file.real, error.strerror or str(error)) from error
        return data, check_unchanged(file, fd, len(data))


def check_unchanged(file: SourceFile, fd: int, n_bytes: int) -> int:
    """Refuse a source that changed since the folder was read; return the permissions of its copy."""
    now = os.fstat(fd)
    if not stat.S_ISREG(now.st_mode) or (now.st_size, now.st_mtime_ns, n_bytes) != (
        file.size,
        file.mtime_ns,
        file.size,
    ):
        raise ImportFailed(
            file.real, "it changed while it was copied", hint="Import it again when nothing writes to it."
        )
    return stored_mode(now.st_mode)


def write_small(target: str, data: bytes, mode: int) -> os.stat_result:
    """Write a new read-only file and return its status."""
    fd = os.open(target, _NEW, mode)
    try:
        rest: bytes | memoryview = data
        while written := os.write(fd, rest) if rest else 0:
            rest = memoryview(rest)[written:]
        return finished(fd, mode)
    finally:
        os.close(fd)


def finished(fd: int, mode: int) -> os.stat_result:
    """Return the status of a file that was just written; the user's umask does not make it less readable."""
    status = os.fstat(fd)
    if stat.S_IMODE(status.st_mode) != mode:
        os.fchmod(fd, mode)
        status = os.fstat(fd)
    return status


def entry(path: str, status: os.stat_result, digest: str) -> FileEntry:
    """Describe a stored file."""
    return FileEntry(path, status.st_size, stat.S_IMODE(status.st_mode), status.st_mtime_ns, digest)


def copy_large(file: SourceFile, target: str, count: Count) -> FileEntry:
    """Copy a file in chunks and digest the copy.

    Parameters
    ----------
    file : SourceFile
        What to copy.
    target : str
        The new file.
    count : callable
        Called with the number of bytes of each chunk.
    """
    with opened(file) as source:
        fd = os.open(target, _NEW, 0o600)
        try:
            digest = _clone_or_copy(source, fd, file.size, count)
            mode = check_unchanged(file, source, os.fstat(fd).st_size)
            return entry(file.path, finished(fd, mode), digest)
        finally:
            os.close(fd)


def _clone_or_copy(source: int, target: int, size: int, count: Count) -> str:
    from concurrent.futures import ThreadPoolExecutor

    from blake3 import blake3

    hasher = blake3()
    cloned = _clone(source, target)
    if not cloned:
        _reserve(target, size)
    copy = _Cloned(os.fstat(target).st_size) if cloned else _Chunks(source, target)
    at = 0
    with ThreadPoolExecutor(1) as pool:
        digested: Future[None] | None = None
        while at <= size and (n := copy.next(at)):
            if digested is not None:
                digested.result()
            digested = pool.submit(_digest_range, hasher, target, at, n)
            at += n
            count(n)
        if digested is not None:
            digested.result()
    os.ftruncate(target, at)
    return PREFIX + hasher.hexdigest()


def _clone(source: int, target: int) -> bool:
    """Let the file system share the blocks until one side changes."""
    try:
        import fcntl

        fcntl.ioctl(target, _FICLONE, source)
    except (OSError, ImportError):
        return False
    return True


def _reserve(target: int, size: int) -> None:
    """Ask for all blocks at once: the copy is faster, and a full disk is known before it starts.

    The C library's ``posix_fallocate`` writes into every block where the file system cannot reserve; the bare call
    just fails. What cannot fit is not even asked for: some file systems take all that is free before they refuse.
    """
    import ctypes

    disk = os.fstatvfs(target)
    if disk.f_bavail * disk.f_frsize < size:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    try:
        call = ctypes.CDLL(None, use_errno=True).fallocate
    except (OSError, AttributeError, TypeError):
        return
    call.argtypes = (ctypes.c_int, ctypes.c_int, ctypes.c_longlong, ctypes.c_longlong)
    if call(target, 0, 0, size) and ctypes.get_errno() in {errno.ENOSPC, errno.EDQUOT}:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


class _Cloned:
    """A copy that is there already: only the digest is left to do."""

    def __init__(self, size: int) -> None:
        self._size = size

    def next(self, at: int) -> int:
        return min(CHUNK, self._size - at)


class _Chunks:
    """A copy inside the kernel, or through a buffer where the kernel cannot."""

    def __init__(self, source: int, target: int) -> None:
        self._source, self._target = source, target
        self._inside = hasattr(os, "copy_file_range")

    def next(self, at: int) -> int:
        """Copy the bytes at an offset; return how many, 0 at the end."""
        if self._inside:
            try:
                n = os.copy_file_range(self._source, self._target, CHUNK, at, at)
            except OSError as error:
                if error.errno not in _CANNOT_COPY_INSIDE:
                    raise
            else:
                if n:
                    return n
            # Some kernels answer 0 for files that they cannot copy inside, so the end is only believed of a read.
            self._inside = False
        data = os.pread(self._source, CHUNK // 4, at)
        done = 0
        while done < len(data):
            done += os.pwrite(self._target, memoryview(data)[done:], at + done)
        return done


def _digest_range(hasher: blake3, fd: int, at: int, n: int) -> None:
    """Add ``n`` bytes at an offset, or what there is of them: who asks compares the size in the end."""
    buffer = memoryview(bytearray(min(_BUFFER, n)))
    while n and (got := os.preadv(fd, [buffer[:n]], at)):
        hasher.update(buffer[:got])
        at, n = at + got, n - got


def digest_fd(fd: int, size: int) -> str:
    """Return the digest of the first ``size`` bytes of an open file, or of all of a shorter one."""
    from blake3 import blake3

    hasher = blake3()
    _digest_range(hasher, fd, 0, size)
    return PREFIX + hasher.hexdigest()
