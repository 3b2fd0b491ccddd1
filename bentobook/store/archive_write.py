"""Exporting a model as BentoML does (``bentoml/_internal/exportable.py``): an archive of the version's folder.

``.bentomodel`` is tar compressed with xz. The manifest travels inside. Equal items give equal archives: the order,
the owners and the times do not depend on where they lie. The record and the manifest stand first, so that a
reader knows early what it reads.
"""

from __future__ import annotations

import bz2
import errno
import gzip
import os
import tarfile
import uuid
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Protocol

from bentobook.errors import DiskFull, ImportFailed, InvalidArgument, StoreUnreadable
from bentobook.store import durable, source_tree
from bentobook.store.archive_names import Limits, Names, Unsafe
from bentobook.store.archive_xz import XzWriter
from bentobook.store.kind import BENTO_YAML
from bentobook.store.layout import MANIFEST, MODEL_YAML
from bentobook.store.model_yaml import ModelInfo
from bentobook.store.source_tree import SourceFile, SourceTree
from bentobook.store.tag import Tag

DEFAULT = ".bentomodel"
_CHUNK = 1 << 20
_BLOCK = 512
_RECORD = 20 * _BLOCK
_YEAR_OF_ZIP = 1980
_FIRST = (MODEL_YAML, BENTO_YAML, MANIFEST)
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)


class StoredModel(Protocol):
    """What is asked of a model here."""

    @property
    def tag(self) -> Tag:
        """Its tag."""

    @property
    def path(self) -> Path:
        """The folder of the version."""

    @property
    def info(self) -> ModelInfo:
        """Its record."""


def export_model(model: StoredModel, path: str | os.PathLike[str] | None = None) -> Path:
    """Write an archive of a model.

    Parameters
    ----------
    model : StoredModel
        A :class:`~bentobook.store.model.Model`.
    path : path-like, optional
        A file, whose extension chooses the format (``.bentomodel`` is added where it has none that is known), or a
        folder for a file ``name-version.bentomodel``. The current folder when it is left out.

    Returns
    -------
    Path
        The archive; one that was there is replaced when the new one is complete.

    Raises
    ------
    InvalidArgument
        When the archive cannot be written there.
    DiskFull
        When there is no room.
    StoreUnreadable
        When the model cannot be read.
    """
    return write(model.tag, tree_of(model.path), model.info.creation_time, path)


def write(
    tag: Tag, tree: SourceTree, created: datetime, path: str | os.PathLike[str] | None, *, ending: str = DEFAULT
) -> Path:
    """Write files as an archive; see :func:`export_model`.

    Parameters
    ----------
    tag : Tag
        What the file is called after where ``path`` is a folder.
    tree : SourceTree
        What it will hold.
    created : datetime
        The time that all its members have.
    path : path-like or None
    ending : str
        The ending of a file whose name has none.
    """
    target, writer = _target(tag, path, ending)
    _check_names(tree)
    with _replacing(target) as file:
        writer(file, tree, int(created.timestamp()))
    return target


class _Out(Protocol):
    """What bytes are written to."""

    def write(self, data: bytes, /) -> int: ...


Writer = Callable[[IO[bytes], SourceTree, int], None]


def _target(tag: Tag, path: str | os.PathLike[str] | None, ending: str) -> tuple[Path, Writer]:
    text = os.fspath(path) if path is not None else "."
    target = Path(text).expanduser()
    if text.endswith("/") or target.is_dir():
        target = target / f"{tag.name}-{tag.version}{ending}"
    if target.suffix not in _WRITERS:
        target = target.with_name(target.name + ending)
    return target, _WRITERS[target.suffix]


def tree_of(folder: Path) -> SourceTree:
    """List the files of a version.

    Raises
    ------
    StoreUnreadable
        When there is something else than files and folders.
    """
    try:
        return source_tree.read(folder)
    except ImportFailed as error:
        raise StoreUnreadable(error.uri, error.reason) from error


def _check_names(tree: SourceTree) -> None:
    """Refuse a name that no reader would take back, now rather than then."""
    names = Names(Limits())
    try:
        for folder in tree.folders:
            names.accept(f"{folder}/", is_folder=True)
        for file in tree.files:
            names.accept(file.path, is_folder=False)
    except Unsafe as unsafe:
        reason = f"an archive cannot carry {unsafe.member!r}: {unsafe.reason}"
        raise StoreUnreadable(unsafe.member, reason, hint="Give it a plain name where it comes from.") from unsafe


@contextmanager
def _replacing(target: Path) -> Iterator[IO[bytes]]:
    """Write beside the target, and rename when all of it is there."""
    aside = target.with_name(f".{uuid.uuid4().hex}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with aside.open("xb") as file:
            yield file
        durable.flush(aside)
        aside.replace(target)
    except BaseException as error:
        with suppress(OSError):
            aside.unlink()
        if isinstance(error, OSError):
            raise _explain(error, target) from error
        raise


def _explain(error: OSError, target: Path) -> Exception:
    if error.errno in _NO_ROOM:
        return DiskFull(target, None, durable.free_bytes(target.parent))
    return InvalidArgument("path", str(target), "a file that can be written", hint=error.strerror or str(error))


def _in_order(tree: SourceTree) -> Iterator[str | SourceFile]:
    """Give folders (as text) and files, each folder before what it holds."""
    first = [file for file in tree.files if file.path in _FIRST]
    yield from sorted(first, key=lambda file: _FIRST.index(file.path))
    rest: list[tuple[str, str | SourceFile]] = [(folder, folder) for folder in tree.folders]
    rest += [(file.path, file) for file in tree.files if file.path not in _FIRST]
    yield from (item for _, item in sorted(rest, key=lambda pair: pair[0].split("/")))


def _chunks(file: SourceFile) -> Iterator[bytes]:
    """Read a file that must have the length that its header names."""
    left = file.size
    try:
        with open(file.real, "rb") as stream:  # noqa: PTH123 (real is a text)
            while data := stream.read(min(_CHUNK, left + 1)):
                left -= len(data)
                yield data
    except OSError as error:
        raise StoreUnreadable(file.real, error.strerror or str(error)) from error
    if left:
        raise StoreUnreadable(file.real, "it changed while it was exported")


def _is_executable(file: SourceFile) -> bool:
    return bool(os.stat(file.real).st_mode & 0o100)  # noqa: PTH116 (real is a text)


def _write_tar(out: _Out, tree: SourceTree, time: int) -> None:
    written = _header(out, "./", time, is_folder=True)
    for item in _in_order(tree):
        if isinstance(item, str):
            written += _header(out, f"./{item}/", time, is_folder=True)
            continue
        written += _header(out, f"./{item.path}", time, size=item.size, is_executable=_is_executable(item))
        for data in _chunks(item):
            out.write(data)
        written += item.size + out.write(bytes(-item.size % _BLOCK))
    out.write(bytes(2 * _BLOCK + -(written + 2 * _BLOCK) % _RECORD))


def _header(
    out: _Out, name: str, time: int, *, size: int = 0, is_folder: bool = False, is_executable: bool = False
) -> int:
    info = tarfile.TarInfo(name)
    info.size, info.mtime = size, time
    info.type = tarfile.DIRTYPE if is_folder else tarfile.REGTYPE
    info.mode = 0o755 if is_folder or is_executable else 0o644
    return out.write(info.tobuf(tarfile.PAX_FORMAT, "utf-8", "surrogateescape"))


def _write_gz(out: IO[bytes], tree: SourceTree, time: int) -> None:
    with gzip.GzipFile("", "wb", 6, out, mtime=0) as packed:
        _write_tar(packed, tree, time)


def _write_bz2(out: IO[bytes], tree: SourceTree, time: int) -> None:
    with bz2.BZ2File(out, "wb") as packed:
        _write_tar(packed, tree, time)


def _write_xz(out: IO[bytes], tree: SourceTree, time: int) -> None:
    with XzWriter(out) as packed:
        _write_tar(packed, tree, time)


def _write_zip(out: IO[bytes], tree: SourceTree, time: int) -> None:
    moment = datetime.fromtimestamp(time, UTC)
    date = (max(moment.year, _YEAR_OF_ZIP), moment.month, moment.day, moment.hour, moment.minute, moment.second)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for item in _in_order(tree):
            if isinstance(item, str):
                archive.writestr(_zip_info(f"{item}/", date, 0o40755), b"")
                continue
            info = _zip_info(item.path, date, 0o100755 if _is_executable(item) else 0o100644)
            info.file_size = item.size
            with archive.open(info, "w") as member:
                for data in _chunks(item):
                    member.write(data)


def _zip_info(name: str, date: tuple[int, int, int, int, int, int], mode: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, date)
    info.create_system = 3  # Unix, so that the mode counts
    info.external_attr = mode << 16
    info.compress_type = zipfile.ZIP_STORED if name.endswith("/") else zipfile.ZIP_DEFLATED
    return info


_WRITERS: dict[str, Writer] = {
    DEFAULT: _write_xz,
    ".bento": _write_xz,
    ".xz": _write_xz,
    ".txz": _write_xz,
    ".tar": _write_tar,
    ".gz": _write_gz,
    ".tgz": _write_gz,
    ".bz2": _write_bz2,
    ".tbz2": _write_bz2,
    ".zip": _write_zip,
}
