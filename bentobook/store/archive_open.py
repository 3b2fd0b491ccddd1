"""An archive file as a stream of plain bytes: what it is, told by its first bytes, and unpacked as it is read.

The decompressors' memory is limited (an xz file may ask for 4 GiB), and every stream is read to its end, where its
own checksum stands.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

CHUNK = 1 << 20
_XZ_MEMORY = 192 << 20  # preset 9 takes 65 MiB
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")


@dataclass(frozen=True)
class Member:
    """One entry of an archive.

    Attributes
    ----------
    name : str
        As it stands in the archive.
    is_folder : bool
    is_executable : bool
    chunks : iterator of bytes
        The content; it must be read to its end before the next member.
    """

    name: str
    is_folder: bool
    is_executable: bool
    chunks: Iterator[bytes]


class Stream(Protocol):
    """What plain bytes are read from, in order."""

    def read(self, size: int, /) -> bytes:
        """Read up to ``size`` bytes; none are left when there are none."""


class Counted(io.RawIOBase):
    """A file that knows how many of its bytes were read.

    Attributes
    ----------
    done : int
        Bytes.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.done = 0

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def seekable(self) -> bool:
        """Tell that a zip reader may jump in it."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Jump."""
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        """Return where the next byte is read."""
        return self._file.tell()

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Read into a buffer and count."""
        view = memoryview(buffer).cast("B")
        data = self._file.read(len(view))
        view[: len(data)] = data
        self.done += len(data)
        return len(data)


class _Decompressor(Protocol):
    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...


class _Unpacked(io.RawIOBase):
    """A file of one or more compressed streams."""

    def __init__(self, file: io.RawIOBase, make: Callable[[], _Decompressor]) -> None:
        self._file, self._make = file, make
        self._stream = make()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer).cast("B")
        data = b""
        while not data:
            if self._stream.eof:
                following = self._stream.unused_data or self._file.read(CHUNK) or b""
                if not following:
                    return 0
                self._stream = self._make()
            else:
                following = (self._file.read(CHUNK) or b"") if self._stream.needs_input else b""
                if self._stream.needs_input and not following:
                    raise EOFError("its compressed data ends early")
            data = self._stream.decompress(following, len(view))
        view[: len(data)] = data
        return len(data)


def is_zip(head: bytes) -> bool:
    """Tell a zip archive by its first bytes."""
    return head.startswith(_ZIP)


def unpacked(file: io.RawIOBase, head: bytes) -> Stream:
    """Return the plain bytes of a tar archive, whatever it is compressed with.

    Parameters
    ----------
    file : RawIOBase
        At its beginning.
    head : bytes
        Its first bytes.
    """
    stream: io.RawIOBase = file
    if head.startswith(b"\xfd7zXZ\0"):
        stream = _Unpacked(file, lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_XZ_MEMORY))
    elif head.startswith(b"BZh"):
        stream = _Unpacked(file, bz2.BZ2Decompressor)
    elif head.startswith(b"\x1f\x8b"):
        return gzip.GzipFile(fileobj=io.BufferedReader(file, CHUNK), mode="rb")
    return io.BufferedReader(stream, CHUNK)
