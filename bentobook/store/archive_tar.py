"""The members of a tar archive, read strictly and in one pass.

The format is POSIX ``ustar`` and ``pax`` (IEEE Std 1003.1, "pax"), with GNU's long names. Python's ``tarfile`` takes
a damaged header in the middle for the end of the archive, reads headers of any size into memory, and follows links;
here a header either is right or the archive is refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from bentobook.store.archive_names import Unsafe
from bentobook.store.archive_open import CHUNK, Member, Stream

_BLOCK = 512
_ZEROS = bytes(_BLOCK)
_MAX_HEADER = 1 << 20  # of a long name or pax records
_MAX_EXTENSIONS = 8  # before one member
_MAX_PADDING = 1 << 20  # after the last member
_FILE, _FOLDER = (b"0", b"\0"), b"5"
_PAX, _GLOBAL_PAX, _LONG_NAME = b"x", b"g", b"L"
_REFUSED = {
    b"1": "it is a hard link",
    b"2": "it is a symbolic link",
    b"3": "it is a device",
    b"4": "it is a device",
    b"6": "it is a pipe",
    b"K": "it is a link with a long name",
    b"S": "it is a sparse file",
}


@dataclass
class _Extension:
    """What stands before a member because its header has no room for it."""

    records: dict[str, str] = field(default_factory=dict)
    count: int = 0


def members(stream: Stream) -> Iterator[Member]:
    """Give each member; its chunks must be read before the next one is asked for.

    Raises
    ------
    Unsafe
        For anything but well-formed files and folders.
    """
    extension = _Extension()
    while (header := _exactly(stream, _BLOCK)) != _ZEROS:
        _check(header)
        kind, size = header[156:157], _number(header[124:136])
        if kind in (_PAX, _GLOBAL_PAX, _LONG_NAME):
            _extend(extension, kind, _data(stream, size))
            continue
        name = extension.records.get("path") or _name(header)
        size = _size(extension, size)
        extension = _Extension()
        is_folder = kind == _FOLDER or (kind == b"\0" and name.endswith("/"))
        if not is_folder and kind not in _FILE:
            raise Unsafe(_REFUSED.get(kind, f"it is of an unknown kind {kind!r}"), name)
        if is_folder and size:
            raise Unsafe("it is a folder with content", name)
        yield Member(name, is_folder, bool(_number(header[100:108]) & 0o100), _chunks(stream, size))
    _check_end(stream)


def _exactly(stream: Stream, size: int) -> bytes:
    data = stream.read(size)
    while len(data) < size:
        more = stream.read(size - len(data))
        if not more:
            raise Unsafe("it ends early")
        data += more
    return data


def _check(header: bytes) -> None:
    expected = sum(header[:148]) + 8 * ord(" ") + sum(header[156:])
    try:
        found = _number(header[148:156])
    except Unsafe:
        found = -1
    if expected != found:
        raise Unsafe("it is no archive, or damaged: a header does not match its checksum")


def _number(data: bytes) -> int:
    """Read an octal number, or GNU's binary form for large ones."""
    if data[0] == 0x80:  # noqa: PLR2004 (the mark of the binary form)
        return int.from_bytes(data[1:], "big")
    digits = data.rstrip(b" \0").lstrip(b" ")
    if not all(digit in b"01234567" for digit in digits):
        raise Unsafe("a number in a header cannot be read")
    return int(digits or b"0", 8)


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise Unsafe("a name is not UTF-8", repr(data[:100])) from None


def _name(header: bytes) -> str:
    name = _text(header[:100].partition(b"\0")[0])
    is_posix = header[257:263] == b"ustar\0"
    prefix = _text(header[345:500].partition(b"\0")[0]) if is_posix else ""
    return f"{prefix}/{name}" if prefix else name


def _data(stream: Stream, size: int) -> bytes:
    if size > _MAX_HEADER:
        raise Unsafe(f"a header has more than {_MAX_HEADER:,} bytes")
    return b"".join(_chunks(stream, size))


def _chunks(stream: Stream, size: int) -> Iterator[bytes]:
    left = size
    while left:
        data = _exactly(stream, min(left, CHUNK))
        left -= len(data)
        yield data
    padding = -size % _BLOCK
    if _exactly(stream, padding).strip(b"\0"):
        raise Unsafe("it is damaged: there is something between two members")


def _extend(extension: _Extension, kind: bytes, data: bytes) -> None:
    extension.count += 1
    if extension.count > _MAX_EXTENSIONS:
        raise Unsafe("a member has too many headers")
    if kind == _LONG_NAME:
        extension.records["path"] = _text(data.rstrip(b"\0"))
        return
    records = dict(_records(data))
    sparse = [key for key in records if key.startswith("GNU.sparse")]
    if sparse:
        raise Unsafe(_REFUSED[b"S"], records.get("path", ""))
    if kind == _PAX:
        extension.records.update(records)
    elif {"path", "size", "linkpath"} & records.keys():
        raise Unsafe("a header for all members names a path or a size")


def _records(data: bytes) -> Iterator[tuple[str, str]]:
    """Read lines ``<length> <key>=<value>``, where the length counts the whole line with its end."""
    while data:
        digits, blank, _ = data[:20].partition(b" ")
        if not blank or not digits.isdigit():
            raise Unsafe("a header cannot be read")
        record, data = data[: int(digits)], data[int(digits) :]
        key, equals, value = record[len(digits) + 1 : -1].partition(b"=")
        if not equals or record[-1:] != b"\n" or len(record) != int(digits):
            raise Unsafe("a header cannot be read")
        yield _text(key), _text(value) if key in (b"path", b"size") else ""


def _size(extension: _Extension, size: int) -> int:
    text = extension.records.get("size", "")
    if not text:
        return size
    if not (text.isascii() and text.isdigit()):
        raise Unsafe("a size in a header cannot be read")
    return int(text)


def _check_end(stream: Stream) -> None:
    """Read to the end, where the checksum of a compressed stream stands; nothing but padding may follow."""
    padding = 0
    while data := stream.read(CHUNK):
        padding += len(data)
        if data.strip(b"\0") or padding > _MAX_PADDING:
            raise Unsafe("something follows after its end")
