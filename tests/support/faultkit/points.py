"""Every call into the operating system as a numbered point at which a process can be killed.

The interpreter's profiler announces each C function before it is called, however it was imported, and in every
thread: ``os.rename``, ``file.write``, ``fcntl.flock``, a statement of SQLite. Nothing has to be patched.
"""

from __future__ import annotations

import io
import os
import signal
import sys
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any

SYSTEM = {
    "open", "mkdir", "rmdir", "rename", "replace", "link", "symlink", "unlink", "remove", "chmod", "fchmod", "chown",
    "fchown", "utime", "truncate", "ftruncate", "fsync", "fdatasync", "write", "pwrite", "sendfile", "copy_file_range",
    "posix_fallocate", "flock", "lockf", "ioctl", "close",
}  # fmt: skip
STREAM = {"write", "writelines", "flush", "close", "truncate", "__exit__"}
DATABASE = {"connect", "execute", "executemany", "executescript", "commit", "close", "__exit__"}


def is_point(function: Any) -> bool:
    """Tell whether a C function may change what lies on the disk."""
    name = function.__name__
    module, owner = getattr(function, "__module__", None), getattr(function, "__self__", None)
    if module in ("posix", "fcntl", "io", "_io"):
        return name in SYSTEM
    if isinstance(owner, io.IOBase):
        return name in STREAM
    return name in DATABASE and "sqlite3" in (module or type(owner).__module__)


class Points:
    """Count the points of a run, and end the process just before point number ``kill_at``."""

    def __init__(self, kill_at: int = 0) -> None:
        self.count, self.kill_at = 0, kill_at
        self.names: list[str] = []

    def __call__(self, frame: FrameType, event: str, function: Any) -> None:
        if event != "c_call" or not is_point(function):
            return
        self.count += 1
        self.names.append(function.__name__)
        if self.count == self.kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def watch(self, function: Callable[..., Any], *args: Any) -> Any:
        """Run a function under the profiler."""
        threading.setprofile(self)
        sys.setprofile(self)
        try:
            return function(*args)
        finally:
            sys.setprofile(None)
            threading.setprofile(None)


def count(function: Callable[..., Any], *args: Any) -> list[str]:
    """Return the names of all points of a run."""
    points = Points()
    points.watch(function, *args)
    return points.names


def killed_at(point: int, function: Callable[..., Any], *args: Any) -> Any:
    """Run a function and die just before its ``point``-th point (from 1)."""
    return Points(point).watch(function, *args)
