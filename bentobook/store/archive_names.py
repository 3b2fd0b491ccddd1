"""Which names of an archive's members are accepted, and where they lie in the model.

A name must mean the same file on every system: no way out (absolute, ``..``, a drive, a backslash), no character that
cannot be seen, and no two names that one file system keeps apart and another does not (letter case, Unicode forms).
``tarfile``'s own filters are not relied on: several of their releases could be passed by.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_DRIVE = re.compile(r"[A-Za-z]:")
_INVISIBLE = ("Cc", "Cs", "Zl", "Zp")


@dataclass(frozen=True)
class Limits:
    """How much of an archive is accepted.

    Attributes
    ----------
    members : int
        Files and folders.
    total : int
        Bytes of all files.
    ratio : int
        Bytes of all files for each byte of the archive, once more than ``ratio_from`` bytes came out of it.
    ratio_from : int
        Bytes.
    path : int
        Bytes of a whole name, in UTF-8.
    part : int
        Bytes of each part of a name.
    """

    members: int = 100_000
    total: int = 50 << 30
    ratio: int = 200
    ratio_from: int = 1 << 30
    path: int = 4096
    part: int = 255


class Unsafe(Exception):
    """Why a member, or the archive as a whole, is not accepted; the reader makes ``ArchiveRefused`` of it."""

    def __init__(self, reason: str, member: str = "") -> None:
        super().__init__(reason)
        self.reason, self.member = reason, member[:300]


class Names:
    """The names that were accepted so far."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._n_members = 0
        # What a file system without letter case sees: the exact path, whether it is a folder, whether it was named.
        self._seen: dict[str, tuple[str, bool, bool]] = {}

    def accept(self, name: str, *, is_folder: bool) -> str:
        """Return where a member lies, relative to the model; ``""`` for the model's folder itself.

        Raises
        ------
        Unsafe
        """
        self._n_members += 1
        if self._n_members > self._limits.members:
            raise Unsafe(f"it has more than {self._limits.members:,} members")
        parts = self._parts(name, is_folder)
        for depth in range(1, len(parts)):
            self._note("/".join(parts[:depth]), name, is_folder=True, is_named=False)
        path = "/".join(parts)
        if path:
            self._note(path, name, is_folder=is_folder, is_named=True)
        return path

    def _parts(self, name: str, is_folder: bool) -> list[str]:
        if any(unicodedata.category(char) in _INVISIBLE for char in name):
            raise Unsafe("its name holds a control character", name)
        if name.startswith("/") or "\\" in name or _DRIVE.match(name):
            raise Unsafe("its name is absolute, or a path of Windows", name)
        if len(name.encode()) > self._limits.path:
            raise Unsafe(f"its name is longer than {self._limits.path:,} bytes", name)
        if not unicodedata.is_normalized("NFC", name):
            raise Unsafe("its name is not in Unicode's normal form NFC", name)
        inside = name.removesuffix("/") if is_folder else name
        if inside == "." and is_folder:
            return []
        parts = inside.removeprefix("./").split("/")
        if any(part in {"", ".", ".."} for part in parts):
            raise Unsafe("its name has an empty part, '.' or '..'", name)
        if any(len(part.encode()) > self._limits.part for part in parts):
            raise Unsafe(f"a part of its name is longer than {self._limits.part:,} bytes", name)
        return parts

    def _note(self, path: str, name: str, *, is_folder: bool, is_named: bool) -> None:
        folded = unicodedata.normalize("NFC", path.casefold())
        before, was_folder, was_named = self._seen.get(folded, (path, is_folder, False))
        if before != path:
            raise Unsafe(f"its name differs from {before!r} by letter case only", name)
        if was_folder != is_folder:
            raise Unsafe("it is a file and a folder", name)
        if is_named and was_named:
            raise Unsafe("it is there twice", name)
        if folded in self._seen and not is_folder:
            raise Unsafe("it is there twice", name)
        self._seen[folded] = (path, is_folder, was_named or is_named)
