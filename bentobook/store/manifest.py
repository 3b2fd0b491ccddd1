"""The manifest: which files a version has, their sizes and digests.

It lies beside ``model.yaml`` as ``.bentobook-manifest.json``, a file that BentoML ignores and carries along. The text
is canonical (sorted keys, no blanks) and ends with a checksum of itself, so that a flipped byte anywhere is noticed.
The digest of an item is that of its content: path, size and digest of every file except its record, which holds the
tag and the time, the hand-over of a Bento, which tells this digest, and the manifest itself.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from bentobook.errors import StoreUnreadable
from bentobook.store.kind import BENTO_YAML
from bentobook.store.layout import MANIFEST, MODEL_YAML

FORMAT = 1
PREFIX = "b3:"
_CHUNK = 1 << 20
# It tells the digest of a Bento and what was measured when it was built; the manifest covers it like every other file.
HANDOVER = "HANDOVER.md"
_NOT_CONTENT = (MODEL_YAML, BENTO_YAML, MANIFEST, HANDOVER)
# Kinds of origin whose record this package wrote from what it saw itself; any other record is a claim.
SAVED = "save"
_WRITTEN_HERE = ("mlflow", SAVED)


@dataclass(frozen=True)
class FileEntry:
    """One file of a version.

    Attributes
    ----------
    path : str
        Relative to the version's folder, with forward slashes.
    size : int
        Bytes.
    mode : int
        Permission bits.
    mtime_ns : int
        Time of modification in nanoseconds, to notice a change without reading the file.
    digest : str
        ``b3:`` and the 64 hexadecimal digits of BLAKE3.
    """

    path: str
    size: int
    mode: int
    mtime_ns: int
    digest: str


@dataclass(frozen=True)
class Manifest:
    """All files of a version and where they came from.

    Attributes
    ----------
    files : tuple of FileEntry
        Sorted by path; ``model.yaml`` is among them.
    origin : mapping
        Where the content came from and what wrote it.
    """

    files: tuple[FileEntry, ...]
    origin: Mapping[str, Any] = field(default_factory=dict)

    @property
    def content_digest(self) -> str:
        """The digest of the model."""
        return content_digest(self.files)

    @property
    def size(self) -> int:
        """Bytes of the content."""
        return sum(entry.size for entry in content(self.files))

    @property
    def n_files(self) -> int:
        """Number of files of the content."""
        return sum(1 for _ in content(self.files))

    @property
    def written_here(self) -> bool:
        """Whether this package saw itself what the record of the model says, and no archive brought it."""
        return self.origin.get("kind") in _WRITTEN_HERE


def content(files: Iterable[FileEntry]) -> Iterable[FileEntry]:
    """Leave out the record, the manifest and the hand-over."""
    return (entry for entry in files if entry.path not in _NOT_CONTENT)


def content_digest(files: Iterable[FileEntry]) -> str:
    """Digest path, size and digest of every file of the content, in the order of the paths."""
    lines = sorted(
        f"{entry.path}\0{entry.size}\0{entry.digest}\n".encode("utf-8", "surrogateescape") for entry in content(files)
    )
    return digest_of(b"".join(lines))


def digest_of(data: bytes) -> str:
    """Return the digest of some bytes as it is written everywhere: ``b3:`` and 64 hexadecimal digits."""
    from blake3 import blake3

    return PREFIX + blake3(data).hexdigest()


def digest_file(path: Path) -> str:
    """Return the digest of a file."""
    from blake3 import blake3

    hasher = blake3()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            hasher.update(chunk)
    return PREFIX + hasher.hexdigest()


def entry_of(path: Path, relative: str, digest: str | None = None) -> FileEntry:
    """Describe a file that lies at ``path`` and is called ``relative`` in the manifest."""
    status = path.stat()
    return FileEntry(
        path=relative,
        size=status.st_size,
        mode=stat.S_IMODE(status.st_mode),
        mtime_ns=status.st_mtime_ns,
        digest=digest or digest_file(path),
    )


def describe(folder: Path) -> list[FileEntry]:
    """Read and digest every file under a version's folder except the manifest."""
    found = []
    for parent, _, names in os.walk(folder):
        for name in names:
            path = Path(parent, name)
            relative = path.relative_to(folder).as_posix()
            if relative != MANIFEST:
                found.append(entry_of(path, relative))
    return sorted(found, key=lambda entry: entry.path)


def dump(manifest: Manifest) -> bytes:
    """Write a manifest, with its checksum at the end."""
    body = _canonical(
        {
            "files": [asdict(entry) for entry in sorted(manifest.files, key=lambda entry: entry.path)],
            "format": FORMAT,
            "origin": dict(manifest.origin),
        }
    )
    return body[:-1] + f',"checksum":"{digest_of(body)}"}}\n'.encode()


def _canonical(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False).encode("ascii")


def parse(data: bytes, where: Path | str) -> Manifest:
    """Read a manifest and check it against its checksum.

    Raises
    ------
    StoreUnreadable
        When it was cut, changed, or is of a later format.
    """
    try:
        values = json.loads(data)
        found = values["format"]
        if found == FORMAT:
            files = tuple(FileEntry(**entry) for entry in values["files"])
            manifest = Manifest(files, values["origin"])
            if dump(manifest) == data:
                return manifest
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise StoreUnreadable(where, f"it is no manifest ({type(error).__name__})") from error
    if isinstance(found, int) and found > FORMAT:
        raise StoreUnreadable(
            where, f"its format {found} is newer than this package", hint="Install a newer bentobook."
        )
    raise StoreUnreadable(where, "it does not match its own checksum")


def read(folder: Path) -> Manifest | None:
    """Read the manifest of a version; a version that BentoML wrote has none."""
    path = folder / MANIFEST
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StoreUnreadable(path, error.strerror or str(error)) from error
    return parse(data, path)
