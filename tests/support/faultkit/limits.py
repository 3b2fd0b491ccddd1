"""Real limits of the machine: file sizes, full disks, other users."""

from __future__ import annotations

import errno
import os
import resource
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

from faultkit import operations

SIZE = 4 << 20
"""Bytes of the small disk."""


def with_file_size(limit: int, function: Callable[..., Any], *args: Any) -> Any:
    """Run a function while no file may grow beyond ``limit`` bytes."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    return function(*args)


def fill(path: Path) -> None:
    """Write zeroes into a file until the disk takes no more."""
    with path.open("wb", buffering=0) as file:
        for size in (1 << 16, 1):
            try:
                while file.write(bytes(size)):
                    pass
            except OSError as error:
                if error.errno != errno.ENOSPC:
                    raise


def as_user(user: int, group: int, function: Callable[..., Any], *args: Any) -> Any:
    """Run a function as another user whose only group is ``group``; only root can.

    The other user may be unable to read the interpreter's own files, so everything is imported before.
    """
    operations.rehearse(args[1])
    os.setgroups([group])
    os.setgid(group)
    os.setuid(user)
    os.environ["HOME"] = "/nonexistent"
    return function(*args)


def try_to_read(path: str, _source: str) -> list[str]:
    """Return what a folder holds; raises where it may not be read."""
    return os.listdir(path)  # noqa: PTH208 - names are all that is wanted
