"""Importing an archive that this package or BentoML wrote (``bentoml models export``).

The members are streamed into a draft, so a refused archive leaves nothing. Where the manifest of the model is in the
archive, every file must be as it says; an archive of BentoML has none and is taken as it is. An archive cannot vouch
for itself: the origin that is recorded says that it came from a file, so its lineage is shown as claimed, and no
trust comes with it.
"""

from __future__ import annotations

import lzma
import os
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from bentobook.errors import ArchiveRefused, BentobookError, StoreUnreadable
from bentobook.store import archive_tar, archive_zip, bento_yaml, durable, manifest, model_yaml, publish, scan
from bentobook.store.archive_names import Limits, Names, Unsafe
from bentobook.store.archive_open import Counted, Member, is_zip, unpacked
from bentobook.store.kind import BENTO_YAML, BENTOS, MODEL_YAML, Kind
from bentobook.store.layout import MANIFEST, Layout
from bentobook.store.manifest import FileEntry, Manifest
from bentobook.store.model_yaml import ModelInfo
from bentobook.store.tag import Tag

if TYPE_CHECKING:
    from bentobook.store.draft import Draft
    from bentobook.store.model import Model
    from bentobook.store.store import Store

T = TypeVar("T")
Progress = Callable[[int, int], object]

UNKNOWN = Tag("archive")  # until its record is read
_MAX_MANIFEST = 32 << 20
_HEAD = 512
# What the readers of the standard library raise over damaged input.
_BROKEN = (
    OSError,
    EOFError,
    ValueError,
    LookupError,
    ArithmeticError,
    RuntimeError,
    struct.error,
    zlib.error,
    lzma.LZMAError,
    zipfile.BadZipFile,
)


def import_model(store: Store, path: Path, *, progress: Progress | None = None, limits: Limits | None = None) -> Model:
    """Store the model of an archive under the tag that its record has.

    Parameters
    ----------
    store : Store
    path : Path
        tar, plain or compressed with gzip, bzip2 or xz (as ``.bentomodel`` is), or zip; told by its first bytes.
    progress : callable, optional
        Called with the bytes of the archive that are done, and all of them.
    limits : Limits, optional
        How much is accepted.

    Returns
    -------
    Model
        Its time of creation is that of the archive.

    Raises
    ------
    ArchiveRefused
        When the archive is not safe or not whole.
    AlreadyExists
        When its version is there.
    DiskFull, StoreNotWritable
        When the store cannot take it.
    """
    with store.draft(UNKNOWN) as draft, refusing(path):
        content = read(store.layout, draft, path, progress=progress, limits=limits)
        info = content.info
        if not isinstance(info, ModelInfo):
            is_bento = (draft.path / BENTO_YAML).exists()
            raise Unsafe("it is a Bento, not a model" if is_bento else f"it has no {MODEL_YAML} at its top")
        draft.adopt()
        content.check(draft)
        draft.tag = info.tag
        return draft.publish(info, origin=content.origin(path), keep_time=True)


@contextmanager
def refusing(path: Path) -> Iterator[None]:
    """Make one sentence of what is wrong with an archive."""
    try:
        yield
    except Unsafe as unsafe:
        raise ArchiveRefused(path, unsafe.reason, member=unsafe.member) from unsafe


def read(
    layout: Layout, draft: Draft, path: Path, *, progress: Progress | None = None, limits: Limits | None = None
) -> Content:
    """Unpack an archive into a draft; see :func:`import_model`.

    Raises
    ------
    Unsafe
        When the archive is not safe or not whole.
    AlreadyExists
        When its version is there.
    """
    try:
        file = path.open("rb")
        total = os.fstat(file.fileno()).st_size
    except OSError as error:
        raise ArchiveRefused(path, (error.strerror or str(error)).lower()) from error
    report = progress or (lambda _done, _total: None)
    with file:
        counted = Counted(file)
        reading = _Reading(layout, draft, limits or Limits(), lambda: counted.done)
        for member in _guarded(_members(counted, reading.limits)):
            reading.take(member)
            report(min(counted.done, total), total)
    report(total, total)
    return reading.content


def _members(file: Counted, limits: Limits) -> Iterator[Member]:
    head = file.read(_HEAD) or b""
    file.seek(0)
    if is_zip(head):
        yield from archive_zip.members(file, limits)
    else:
        yield from archive_tar.members(unpacked(file, head))


def _guarded(items: Iterator[T]) -> Iterator[T]:
    """Say in one way that an archive cannot be read; what the caller does with an item is not guarded."""
    while True:
        try:
            item = next(items)
        except StopIteration:
            return
        except _BROKEN as error:
            raise Unsafe(f"it is damaged, or no archive ({error or type(error).__name__})") from error
        yield item


@dataclass
class Content:
    """What describes the files of one item that came from elsewhere.

    Attributes
    ----------
    kind : Kind
    record : bytes or None
        Its ``model.yaml`` or ``bento.yaml``.
    manifest : bytes or None
        Its manifest; one that BentoML wrote has none.
    info : ModelInfo, BentoInfo or None
        The record, understood.
    """

    kind: Kind
    record: bytes | None = None
    manifest: bytes | None = None
    info: scan.Info | None = None

    def origin(self, path: Path) -> dict[str, object]:
        """Return what the new manifest says about where the item comes from."""
        return {"kind": "archive", "file": path.name, "verified": self.manifest is not None}

    def check(self, draft: Draft) -> None:
        """Compare what was written with the manifest and with the digest of the record.

        Raises
        ------
        Unsafe
        """
        found = {entry.path: entry for entry in draft.files}
        if self.manifest is not None:
            record, name = self.record or b"", self.kind.record
            found[name] = FileEntry(name, len(record), 0, 0, manifest.digest_of(record))
            _check_manifest(self.manifest, found)
        recorded = self.info.private.get("digest") if self.info is not None else None
        if recorded is not None and recorded != draft.content_digest:
            raise Unsafe("its content is not what its record names")


class _Reading:
    """Takes the members of one archive, in their order."""

    def __init__(self, layout: Layout, draft: Draft, limits: Limits, consumed: Callable[[], int]) -> None:
        self.limits = limits
        self.content = Content(layout.kind)
        self._layout, self._draft, self._consumed = layout, draft, consumed
        self._names = Names(limits)
        self._written = 0

    def take(self, member: Member) -> None:
        """Write a member, or keep it when it is one of the two files that describe the others."""
        path = self._names.accept(member.name, is_folder=member.is_folder)
        chunks = self._counted(_guarded(member.chunks), member.name)
        kind = self.content.kind
        if path == kind.record:
            self.content.record = _whole(chunks, kind.max_bytes, member.name)
            self.content.info = self._understand(self.content.record)
        elif path == MANIFEST:
            self.content.manifest = _whole(chunks, _MAX_MANIFEST, member.name)
        else:
            with durable.writing(self._draft.path, "import an archive"):
                _write(self._draft.path / path, member, chunks)

    def _counted(self, chunks: Iterator[bytes], name: str) -> Iterator[bytes]:
        for chunk in chunks:
            self._written += len(chunk)
            if self._written > self.limits.total:
                raise Unsafe(f"it unpacks to more than {self.limits.total:,} bytes", name)
            most = self.limits.ratio * self._consumed()
            if self._written > max(self.limits.ratio_from, most):
                raise Unsafe(f"it unpacks to more than {self.limits.ratio} times its size", name)
            yield chunk

    def _understand(self, data: bytes) -> scan.Info:
        info = understood(data, self.content.kind)
        if scan.holds_something(self._layout.version(info.tag)):
            raise publish.already_exists(self._layout, info.tag)
        return info


def understood(data: bytes, kind: Kind) -> scan.Info:
    """Read a record that came from elsewhere.

    Raises
    ------
    Unsafe
        When it makes no sense, or has a tag that cannot be stored.
    """
    try:
        info: scan.Info = (bento_yaml if kind is BENTOS else model_yaml).parse(data, kind.record)
        info.tag.check_for_saving()
    except StoreUnreadable as error:
        raise Unsafe(error.reason, kind.record) from error
    except BentobookError as error:
        raise Unsafe(str(error), kind.record) from error
    return info


def _whole(chunks: Iterator[bytes], limit: int, name: str) -> bytes:
    data = b""
    for chunk in chunks:
        data += chunk
        if len(data) > limit:
            raise Unsafe(f"it has more than {limit:,} bytes", name)
    return data


def _write(target: Path, member: Member, chunks: Iterator[bytes]) -> None:
    (target if member.is_folder else target.parent).mkdir(parents=True, exist_ok=True)
    if member.is_folder:
        for _ in chunks:  # read to its end, as every member is
            raise Unsafe("it is a folder with content", member.name)
        return
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOFOLLOW", 0)
    with os.fdopen(os.open(target, flags, 0o700 if member.is_executable else 0o600), "wb", buffering=0) as file:
        for chunk in chunks:
            file.write(chunk)


def _check_manifest(data: bytes, found: dict[str, FileEntry]) -> None:
    try:
        wanted = Manifest(manifest.parse(data, MANIFEST).files).files
    except StoreUnreadable as error:
        raise Unsafe(error.reason, MANIFEST) from error
    for entry in wanted:
        there = found.pop(entry.path, None)
        if there is None:
            raise Unsafe("its manifest names it, and it is not there", entry.path)
        if (there.size, there.digest) != (entry.size, entry.digest):
            raise Unsafe("it is not what the manifest says", entry.path)
    for path in found:
        raise Unsafe("its manifest does not name it", path)
