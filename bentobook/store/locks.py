"""Locks that save work, and marks that say who is alive. No promise of the store rests on them.

On several network file systems ``flock`` succeeds for everybody (huggingface_hub #4306, filelock #389), so whatever
happens here, a version still appears by one rename and only one writer wins it. The lock on a name shortens races; the
mark on a staging folder lets ``gc`` tell a writer that is at work from one that died.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bentobook.store import durable
from bentobook.store.layout import Layout

if TYPE_CHECKING:
    from filelock import BaseFileLock

LOCK_FILE = "lock"
OWNER_FILE = "owner.json"
NAME_TIMEOUT_S = 10.0
MIN_AGE_S = 3600.0
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


@dataclass(frozen=True)
class Owner:
    """The process that is writing a staging folder.

    Attributes
    ----------
    pid : int
    host : str
    boot_id : str
        Changes with every start of the machine; empty where the system has none.
    """

    pid: int
    host: str
    boot_id: str

    @classmethod
    def here(cls) -> Owner:
        """Describe this process."""
        return cls(os.getpid(), _host(), _boot_id())

    @property
    def is_alive(self) -> bool:
        """Whether it certainly runs: on this machine, since its last start."""
        if (self.host, self.boot_id) != (_host(), _boot_id()):
            return False
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        except OSError:
            return True
        return True


def _host() -> str:
    import socket

    return socket.gethostname()


def _boot_id() -> str:
    try:
        return _BOOT_ID.read_text("ascii").strip()
    except OSError:
        return ""


def owner_of(folder: Path) -> Owner | None:
    """Read who is writing a staging folder; ``None`` where nobody said so."""
    try:
        values = json.loads((folder / OWNER_FILE).read_bytes())
        return Owner(int(values["pid"]), str(values["host"]), str(values["boot_id"]))
    except (OSError, ValueError, TypeError, KeyError):
        return None


class Mark:
    """The sign of life of one staging folder: a locked file and a note who holds it."""

    def __init__(self, folder: Path) -> None:
        self._lock = _file_lock(folder / LOCK_FILE)
        _try_acquire(self._lock, timeout_s=0)
        durable.write_file(folder / OWNER_FILE, json.dumps(asdict(Owner.here())).encode())

    def release(self) -> None:
        """Give the lock back."""
        with suppress(OSError):
            self._lock.release(force=True)


def is_abandoned(folder: Path, *, min_age_s: float = MIN_AGE_S, now: float | None = None) -> bool:
    """Tell whether a folder or file under ``staging/`` may be removed.

    It may when it is older than ``min_age_s`` (a lock may be a no-op, and its writer on another machine), its lock
    can be taken, and its writer is not a running process of this machine.

    Parameters
    ----------
    folder : Path
        One entry of ``staging/``.
    min_age_s : float
        Seconds since anything in it was last written.
    now : float, optional
        Seconds since the epoch.
    """
    try:
        newest = _newest_change(folder)
    except OSError:
        return False
    if (time.time() if now is None else now) - newest < min_age_s:
        return False
    owner = owner_of(folder)
    return (owner is None or not owner.is_alive) and _can_be_locked(folder / LOCK_FILE)


def _newest_change(folder: Path) -> float:
    """Return when something was last written; a file that grows does not change the time of its folder."""
    newest = folder.lstat().st_mtime
    for parent, folders, files in os.walk(folder):
        for name in (*folders, *files):
            newest = max(newest, Path(parent, name).lstat().st_ctime)
    return newest


def _can_be_locked(path: Path) -> bool:
    if not path.exists():
        return True
    lock = _file_lock(path)
    if not _try_acquire(lock, timeout_s=0):
        return False
    lock.release(force=True)
    return True


@contextmanager
def name_lock(layout: Layout, name: str, *, timeout_s: float = NAME_TIMEOUT_S) -> Iterator[None]:
    """Hold the lock of a name while a pointer is moved; go on without it when it cannot be had."""
    lock = _file_lock(layout.locks / f"{name}.lock", mode=layout.locks.stat().st_mode & 0o666)
    _try_acquire(lock, timeout_s=timeout_s)
    try:
        yield
    finally:
        with suppress(OSError):
            lock.release(force=True)


def _file_lock(path: Path, mode: int = 0o600) -> BaseFileLock:
    from filelock import FileLock

    return FileLock(path, mode=mode, thread_local=False)


def _try_acquire(lock: BaseFileLock, *, timeout_s: float) -> bool:
    """Take a lock if that is possible; a file system without locks counts as taken."""
    from filelock import Timeout

    try:
        lock.acquire(timeout=timeout_s, poll_interval=0.01)
    except Timeout:
        return False
    except (OSError, NotImplementedError, RuntimeError):
        return True
    return True
