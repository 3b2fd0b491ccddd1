"""Write down what an operation does to the disk: entries of directories, bytes of files, and what was flushed when.

The idea is ALICE's (Pillai et al., "All File Systems Are Not Created Equal", OSDI 2014). Directories and files are
known by identity, not by path: an unlink in a folder that was renamed a moment ago is an unlink in that folder,
whether or not the rename has reached the disk.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from faultkit.calls import CHANGING, observed

DATA = {"write": 0, "pwrite": 0, "ftruncate": 0, "sendfile": 0, "copy_file_range": 1}
"""Calls that change bytes, and which argument is the descriptor that they change."""
NAMES = ("open", "mkdir", "rename", "replace", "link", "unlink", "rmdir")
"""Calls that change entries of directories."""


@dataclass(frozen=True)
class Step:
    """One thing that happened: an entry of a directory (no node: it went), bytes of a file, or a flush of either.

    A rename is two steps, because each of the two directories is flushed on its own.
    """

    folder: int = -1
    name: str = ""
    node: int | None = None
    file: int = -1
    data: bytes = b""
    flushed: int = -1


@dataclass
class Disk:
    """Directories and files by identity; number 0 is the root."""

    folders: dict[int, dict[str, int]] = field(default_factory=dict)
    files: dict[int, bytes] = field(default_factory=dict)
    modes: dict[int, int] = field(default_factory=dict)

    def write_to(self, place: Path, folder: int = 0) -> None:
        """Make the directory tree for real."""
        place.mkdir(exist_ok=True)
        for name, node in self.folders[folder].items():
            if node in self.folders:
                self.write_to(place / name, node)
            else:
                (place / name).write_bytes(self.files.get(node, b""))
                (place / name).chmod(self.modes.get(node, 0o644))


class Trace:
    """Runs a function and keeps its steps beneath one root; what was there before is ``start``."""

    def __init__(self, root: Path) -> None:
        self.root, self.start, self.steps = root, Disk(), []
        self._ids: dict[int, int] = {}
        self._next = -1
        self._busy = False
        self._walk(root)

    def _walk(self, folder: Path) -> int:
        number = self._new(folder)
        entries = self.start.folders.setdefault(number, {})
        for entry in os.scandir(folder):
            if entry.is_dir(follow_symlinks=False):
                entries[entry.name] = self._walk(Path(entry.path))
            else:
                known = self._ids.get(entry.inode())
                entries[entry.name] = file = self._new(Path(entry.path)) if known is None else known
                self.start.files[file] = Path(entry.path).read_bytes()
                self.start.modes[file] = stat.S_IMODE(entry.stat().st_mode)
        return number

    def _new(self, path: Path) -> int:
        # Inode numbers are used again soon after an unlink, so each file that appears gets a number of its own.
        self._ids[os.lstat(path).st_ino] = self._next = self._next + 1
        return self._next

    def _id(self, path: str | int) -> int | None:
        info = os.fstat(path) if isinstance(path, int) else os.lstat(path)
        return self._ids.get(info.st_ino)

    def run(self, function: Callable[..., Any], *args: Any) -> None:
        """Run the function and write its steps down."""
        with observed(self, CHANGING):
            function(*args)
        for parent, _, names in os.walk(self.root):
            for status in (os.lstat(Path(parent, name)) for name in names):
                self.start.modes[self._ids.get(status.st_ino, -1)] = stat.S_IMODE(status.st_mode)

    def __call__(self, name: str, args: tuple[Any, ...]) -> Callable[[Any], None] | None:
        if self._busy:
            return None
        self._busy = True
        try:
            return self._before(name, args)
        finally:
            self._busy = False

    def _before(self, name: str, args: tuple[Any, ...]) -> Callable[[Any], None] | None:
        options = args[-1] if isinstance(args[-1], dict) else {}
        if name in DATA or name in ("fsync", "fdatasync"):
            return self._later(self._data if name in DATA else self._flush, args[DATA.get(name, 0)])
        path = _resolved(args[0], options.get("dir_fd", options.get("src_dir_fd"))) if name in NAMES else ""
        if not isinstance(path, str) or not path.startswith(str(self.root) + "/"):
            return None
        if name in ("rename", "replace", "link"):
            target = _resolved(args[1], options.get("dst_dir_fd"))
            return self._later(self._move, name != "link", path, target, self._id(path))
        if name in ("unlink", "rmdir"):
            return self._later(self._entry, path, None)
        return self._later(self._appear, path, os.path.lexists(path))

    def _later(self, function: Callable[..., None], *args: Any) -> Callable[[Any], None]:
        def done(_result: Any) -> None:
            self._busy = True
            try:
                function(*args)
            finally:
                self._busy = False

        return done

    def _entry(self, path: str, node: int | None) -> None:
        folder, name = os.path.split(path)
        number = self._id(folder)
        if number is not None:
            self.steps.append(Step(folder=number, name=name, node=node))

    def _appear(self, path: str, was_there: bool) -> None:
        if was_there:
            self._truncated(path)
            return
        number = self._new(Path(path))
        if Path(path).is_dir():
            self.start.folders[number] = {}
        self._entry(path, number)

    def _truncated(self, path: str) -> None:
        number = self._id(path)
        if number is not None and number not in self.start.folders and not Path(path).stat().st_size:
            self.steps.append(Step(file=number))

    def _move(self, gone: bool, source: str, target: str, node: int | None) -> None:
        if gone:
            self._entry(source, None)
        if node is not None:
            self._entry(target, node)

    def _data(self, descriptor: int) -> None:
        number = self._id(descriptor)
        if number is not None:
            self.steps.append(Step(file=number, data=_content(descriptor)))

    def _flush(self, descriptor: int) -> None:
        number = self._id(descriptor)
        if number is not None:
            if not stat.S_ISDIR(os.fstat(descriptor).st_mode):
                # Bytes that came another way (a reflink) are known at the latest here.
                self.steps.append(Step(file=number, data=_content(descriptor)))
            self.steps.append(Step(flushed=number))


def _content(descriptor: int) -> bytes:
    return Path(f"/proc/self/fd/{descriptor}").read_bytes()


def _resolved(path: Any, folder: int | None) -> str | int:
    if isinstance(path, int):
        return path
    text = os.fsdecode(path)
    base = os.readlink(f"/proc/self/fd/{folder}") if folder is not None else os.getcwd()  # noqa: PTH109, PTH115
    return os.path.join(base, text)  # noqa: PTH118


def record(root: Path, function: Callable[..., Any], *args: Any) -> Trace:
    """Run a function and return the trace of what it did beneath ``root``."""
    trace = Trace(root)
    trace.run(function, *args)
    return trace
