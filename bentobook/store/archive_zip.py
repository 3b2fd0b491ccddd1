"""The members of a zip archive.

Python's ``zipfile`` checks each member against its checksum and the directory against each header; what is left to do
here is to refuse what is neither file nor folder, and directories that would fill the memory.
"""

from __future__ import annotations

import io
import stat
import zipfile
from collections.abc import Iterator

from bentobook.store.archive_names import Limits, Unsafe
from bentobook.store.archive_open import CHUNK, Member

_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2)
_ENCRYPTED = 0x1
_END, _END_SIZE = b"PK\x05\x06", 22
_END_64, _END_64_SIZE = b"PK\x06\x06", 56 + 20  # the record and the pointer to it
_TAIL = _END_64_SIZE + _END_SIZE + 0xFFFF  # with the longest comment
_MAX_DIRECTORY = 64 << 20


def members(file: io.RawIOBase, limits: Limits) -> Iterator[Member]:
    """Give each member, in the order of the directory.

    Raises
    ------
    Unsafe
        For anything but plain files and folders.
    """
    _check_directory(file)
    with zipfile.ZipFile(io.BufferedReader(file, CHUNK)) as archive:
        infos = archive.infolist()
        if len(infos) > limits.members:
            raise Unsafe(f"it has more than {limits.members:,} members")
        for info in infos:
            mode = _mode(info)
            yield Member(info.orig_filename, info.is_dir(), bool(mode & 0o100), _chunks(archive, info))


def _check_directory(file: io.RawIOBase) -> None:
    """Refuse a directory that is larger than that of any model, before it is read as a whole."""
    size = file.seek(0, io.SEEK_END)
    file.seek(max(0, size - _TAIL))
    tail = file.readall()
    file.seek(0)
    end = tail.rfind(_END)
    large = tail[max(0, end - _END_64_SIZE) : max(0, end)]
    directory = int.from_bytes(tail[end + 12 : end + 16], "little")
    if large.startswith(_END_64):
        directory = int.from_bytes(large[40:48], "little")
    if end >= 0 and directory > _MAX_DIRECTORY:
        raise Unsafe(f"its directory has more than {_MAX_DIRECTORY:,} bytes")


def _mode(info: zipfile.ZipInfo) -> int:
    name = info.orig_filename
    mode = info.external_attr >> 16
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise Unsafe("it is a link, a device or a pipe", name)
    if stat.S_IFMT(mode) and stat.S_ISDIR(mode) != info.is_dir():
        raise Unsafe("it is a file and a folder", name)
    if info.flag_bits & _ENCRYPTED:
        raise Unsafe("it is encrypted", name)
    if info.compress_type not in _METHODS:
        raise Unsafe(f"it is compressed by an unknown method ({info.compress_type})", name)
    if info.is_dir() and info.file_size:
        raise Unsafe("it is a folder with content", name)
    return mode


def _chunks(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
    if info.is_dir():
        return
    with archive.open(info) as stream:
        while data := stream.read(CHUNK):
            yield data
