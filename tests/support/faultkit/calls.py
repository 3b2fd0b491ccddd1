"""The system calls that a store makes, each wrapped: to fail at the n-th call, or to be written down.

SQLite's own I/O error tests are the model: each call fails once (transient) or from then on (persistent), and after
every failure the state must be a right one.
"""

from __future__ import annotations

import builtins
import errno
import io
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

CHANGING = (
    "open", "mkdir", "rmdir", "rename", "replace", "link", "unlink", "chmod", "fchmod", "chown", "utime", "ftruncate",
    "truncate", "fsync", "fdatasync", "write", "pwrite", "sendfile", "copy_file_range",
)  # fmt: skip
READING = ("open", "read", "pread", "preadv", "scandir", "listdir", "stat", "lstat", "fstat")

Observer = Callable[[str, tuple[Any, ...]], Callable[[Any], None] | None]


class _File(io.FileIO):
    """A raw file that announces its reads and writes."""

    observer: Observer

    def write(self, data: Any) -> int:
        done = self.observer("write", (self.fileno(), data))
        result = super().write(data)
        if done:
            done(result)
        return result or 0

    def readinto(self, buffer: Any) -> int:
        self.observer("read", (self.fileno(),))
        return super().readinto(buffer) or 0

    def readall(self) -> bytes:
        self.observer("read", (self.fileno(),))
        return super().readall()


def _buffered(raw: _File) -> Any:
    if raw.readable() and raw.writable():
        return io.BufferedRandom(raw)
    return io.BufferedWriter(raw) if raw.writable() else io.BufferedReader(raw)


def _opener_of(observer: Observer) -> Callable[..., Any]:
    """Build ``open`` anew from its parts, as the documentation of ``io`` describes them."""

    def open_(  # noqa: PLR0917 - the signature of the built-in function
        file: Any,
        mode: str = "r",
        buffering: int = -1,
        encoding: Any = None,
        errors: Any = None,
        newline: Any = None,
        closefd: bool = True,
        opener: Any = None,
    ) -> Any:
        done = None if isinstance(file, int) else observer("open", (file, mode))
        raw = _File(file, mode.replace("b", "").replace("t", ""), closefd, opener)
        raw.observer = observer
        if done:
            done(raw.fileno())
        if buffering == 0:
            return raw
        stream: Any = _buffered(raw)
        return stream if "b" in mode else io.TextIOWrapper(stream, encoding or "utf-8", errors, newline)

    return open_


def _wrap(name: str, original: Callable[..., Any], observer: Observer) -> Callable[..., Any]:
    def call(*args: Any, **kwargs: Any) -> Any:
        done = observer(name, (*args, kwargs) if kwargs else args)
        result = original(*args, **kwargs)
        if done:
            done(result)
        return result

    return call


@contextmanager
def observed(observer: Observer, names: tuple[str, ...]) -> Iterator[None]:
    """Announce each call of ``os.NAME``, and each open, read and write of a file object, to an observer.

    The observer may raise in place of the call; what it returns is called with the result.
    """
    originals = {name: getattr(os, name) for name in names if hasattr(os, name)}
    first_open = builtins.open
    for name, original in originals.items():
        wrapped = _wrap(name, original, observer)
        setattr(os, name, wrapped)
        # A set of functions tells what the platform can do; a wrapped one can do the same.
        for able in (os.supports_dir_fd, os.supports_fd, os.supports_follow_symlinks):
            if original in able:
                able.add(wrapped)
    builtins.open = io.open = _opener_of(observer)
    try:
        yield
    finally:
        builtins.open = io.open = first_open
        for name, original in originals.items():
            setattr(os, name, original)


def is_of_the_interpreter(file: Any = "") -> bool:
    """Tell whether a call is about the interpreter's own files, which no store can do without."""
    return str(file).startswith((sys.prefix, sys.base_prefix))


class NthFailure:
    """Raise an error in place of the n-th call (from 1) of one kind; with ``persistent`` of all later ones too."""

    def __init__(self, name: str, n: int, error: Callable[[], BaseException], *, persistent: bool) -> None:
        self.name, self.n, self.error, self.persistent = name, n, error, persistent
        self.seen = 0

    def __str__(self) -> str:
        error = self.error()
        what = errno.errorcode[error.errno or 0] if isinstance(error, OSError) else type(error).__name__
        return f"{self.name} number {self.n} fails {'from then on' if self.persistent else 'once'} with {what}"

    def __call__(self, name: str, args: tuple[Any, ...]) -> None:
        if name != self.name or is_of_the_interpreter(*args[:1]):
            return
        self.seen += 1
        if self.seen == self.n or (self.persistent and self.seen > self.n):
            raise self.error()


class OSErrorOf:
    """Makes an ``OSError`` with an errno; picklable, unlike a lambda."""

    def __init__(self, number: int) -> None:
        self.number = number

    def __call__(self) -> OSError:
        return OSError(self.number, os.strerror(self.number))


def with_failure(failure: NthFailure, function: Callable[..., Any], *args: Any) -> Any:
    """Run a function while one kind of call fails."""
    with observed(failure, (failure.name,)):
        return function(*args)


def count_calls(names: tuple[str, ...], function: Callable[..., Any], *args: Any) -> dict[str, int]:
    """Return how often a function makes each of the calls."""
    counts: dict[str, int] = {}

    def note(name: str, args: tuple[Any, ...]) -> None:
        counts[name] = counts.get(name, 0) + (not is_of_the_interpreter(*args[:1]))

    with observed(note, names):
        function(*args)
    return counts
