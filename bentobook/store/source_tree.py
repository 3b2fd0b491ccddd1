"""What lies in a folder that is to be stored: regular files and folders, nothing else.

A link is followed only where it ends inside the same folder, so that a model cannot carry a file of somebody else's
home into the store. Sockets, pipes and devices are refused before anything is copied.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from bentobook.errors import ImportFailed

# Folder links may multiply (a folder with two links to one that has two links …).
MAX_FOLDER_LINKS = 1000


class SourceFile(NamedTuple):
    """One file to be copied.

    Attributes
    ----------
    path : str
        Relative to the folder, with forward slashes; what the copy is called.
    real : str
        Where it is read from.
    size : int
        Bytes when the folder was read.
    mtime_ns : int
        Time of modification at that moment, in nanoseconds.
    """

    path: str
    real: str
    size: int
    mtime_ns: int


@dataclass(frozen=True)
class SourceTree:
    """All that a folder holds.

    Attributes
    ----------
    folders : list of str
        Relative paths, parents first.
    files : list of SourceFile
        Sorted by path.
    """

    folders: list[str]
    files: list[SourceFile]

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(file.size for file in self.files)


def read(root: Path, *, follow_links: bool = True) -> SourceTree:
    """List a folder.

    Parameters
    ----------
    root : Path
        The folder.
    follow_links : bool
        Whether links that end inside ``root`` stand for what they lead to; otherwise they are refused.

    Raises
    ------
    ImportFailed
        For anything that is neither a file nor a folder, a link that leads out or back, a folder that cannot be read.
    """
    reader = _Reader(Path(os.path.realpath(root)), follow_links)
    try:
        reader.read_folder(str(reader.root), "", ())
    except OSError as error:
        raise ImportFailed(str(error.filename or root), error.strerror or str(error)) from error
    return SourceTree(reader.folders, sorted(reader.files))


class _Reader:
    def __init__(self, root: Path, follow_links: bool) -> None:
        self.root, self._follow_links = root, follow_links
        self.folders: list[str] = []
        self.files: list[SourceFile] = []
        self._folder_links = 0

    def read_folder(self, folder: str, prefix: str, parents: tuple[str, ...]) -> None:
        with os.scandir(folder) as found:
            entries = list(found)
        for entry in entries:
            path = prefix + entry.name
            if entry.is_symlink():
                self._follow(entry.path, path, (*parents, folder))
            elif entry.is_dir(follow_symlinks=False):
                self._enter(entry.path, path, (*parents, folder))
            else:
                self._add(entry.path, path, entry.stat(follow_symlinks=False))

    def _enter(self, folder: str, path: str, parents: tuple[str, ...]) -> None:
        self.folders.append(path)
        self.read_folder(folder, path + "/", parents)

    def _add(self, real: str, path: str, status: os.stat_result) -> None:
        if not stat.S_ISREG(status.st_mode):
            raise ImportFailed(real, "it is neither a file nor a folder")
        self.files.append(SourceFile(path, real, status.st_size, status.st_mtime_ns))

    def _follow(self, link: str, path: str, parents: tuple[str, ...]) -> None:
        target = Path(os.path.realpath(link))
        if not self._follow_links:
            raise ImportFailed(link, "it is a link")
        if not target.is_relative_to(self.root):
            raise ImportFailed(link, "it is a link that leads out of the model", hint="Put the file itself there.")
        status = target.stat()
        if not stat.S_ISDIR(status.st_mode):
            self._add(str(target), path, status)
            return
        self._folder_links += 1
        if self._folder_links > MAX_FOLDER_LINKS or any(Path(parent).is_relative_to(target) for parent in parents):
            raise ImportFailed(link, "it is a link that leads back to a folder above it, or one of too many")
        self._enter(str(target), path, parents)
