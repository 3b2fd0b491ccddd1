"""The parts of a ``multipart/form-data`` body, within bounds (RFC 7578)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from bentobook.errors import BadRequestBody, BodyTooLarge, Problem, SchemaMismatch
from bentobook.io.content import parameter
from bentobook.text import one_line, size

MAX_PARTS: Final = 1_000
MAX_PART: Final = 128 << 20
_MAX_BOUNDARY: Final = 256
_WHAT: Final = "a form"


@dataclass(frozen=True, slots=True)
class Part:
    """One field of a form.

    Attributes
    ----------
    name : str
        The name of the field.
    filename : str
        The name of the file, without folders; ``""`` for a plain field.
    content_type : str
        What the part says that it holds, or ``""``.
    data : bytes
        Its content.
    """

    name: str
    filename: str
    content_type: str
    data: bytes


def read_parts(body: bytes, content_type: str, *, max_parts: int = MAX_PARTS, max_part: int = MAX_PART) -> list[Part]:
    """Take a form apart.

    Parameters
    ----------
    body : bytes
        The whole body.
    content_type : str
        The header of the request; it names the boundary.
    max_parts, max_part : int
        How many parts there may be, and how many bytes each may hold.

    Raises
    ------
    BadRequestBody
        When it is no form, or is cut off.
    BodyTooLarge
        When it has too many parts, or one that is too large.
    """
    boundary = parameter(content_type, "boundary").encode("latin-1", "replace")
    if not 0 < len(boundary) <= _MAX_BOUNDARY:
        raise BadRequestBody(_WHAT, "its content type names no boundary")
    from python_multipart.exceptions import FormParserError
    from python_multipart.multipart import MultipartParser

    reader = _Reader(max_parts, max_part)
    try:
        parser = MultipartParser(boundary, reader.callbacks())
        parser.write(body)
        parser.finalize()
    except FormParserError as error:
        raise BadRequestBody(_WHAT, one_line(error, 120).rstrip(".")) from None
    if not reader.ended:
        raise BadRequestBody(_WHAT, "it is cut off before its last boundary")
    return reader.parts


class _Reader:
    """Collect what the parser calls out."""

    def __init__(self, max_parts: int, max_part: int) -> None:
        self.parts: list[Part] = []
        self.ended = False
        self._max_parts, self._max_part = max_parts, max_part
        self._headers: dict[str, str] = {}
        self._field, self._value, self._data = bytearray(), bytearray(), bytearray()

    def callbacks(self) -> Any:
        return {
            "on_part_begin": self._begin,
            "on_header_field": lambda data, start, end: self._field.extend(data[start:end]),
            "on_header_value": lambda data, start, end: self._value.extend(data[start:end]),
            "on_header_end": self._end_header,
            "on_part_data": self._add,
            "on_part_end": self._end,
            "on_end": self._finish,
        }

    def _begin(self) -> None:
        if len(self.parts) == self._max_parts:
            raise BodyTooLarge(_WHAT.capitalize(), f"more than {self._max_parts:,} parts", f"{self._max_parts:,}")
        self._headers, self._data = {}, bytearray()

    def _end_header(self) -> None:
        name = self._field.decode("latin-1").lower()
        self._headers[name] = self._value.decode("utf-8", "replace")
        self._field, self._value = bytearray(), bytearray()

    def _add(self, data: bytes, start: int, end: int) -> None:
        if len(self._data) + end - start > self._max_part:
            raise BodyTooLarge("A part of the form", f"more than {size(self._max_part)}", size(self._max_part))
        self._data += data[start:end]

    def _end(self) -> None:
        disposition = self._headers.get("content-disposition", "")
        name = parameter(disposition, "name")
        if not name:
            raise BadRequestBody(_WHAT, f"part {len(self.parts) + 1} has no name")
        filename = parameter(disposition, "filename").replace("\\", "/").rpartition("/")[2]
        self.parts.append(Part(name, filename, self._headers.get("content-type", "").strip(), bytes(self._data)))

    def _finish(self) -> None:
        self.ended = True


def only_file(body: bytes, content_type: str) -> Part:
    """Take the only part of a form that has one.

    Raises
    ------
    SchemaMismatch
        When it has none, or several.
    """
    parts = read_parts(body, content_type)
    if len(parts) != 1:
        raise SchemaMismatch("the form", [Problem(wanted="one file", got=f"{len(parts)} parts")])
    return parts[0]
