"""Files: the raw body, or the only file of a form."""

from __future__ import annotations

import io
import mimetypes
from typing import Any, Literal

from bentobook.errors import AnswerUnfit, BadRequestBody, InvalidArgument, Problem, SchemaMismatch
from bentobook.io import content
from bentobook.io.base import Encoded, IODescriptor
from bentobook.io.parts import only_file
from bentobook.schema.problems import told


class FileLike(io.BytesIO):
    """The bytes of a file that was sent.

    Attributes
    ----------
    name : str
        The name that the client gave, without folders; ``""`` where it gave none.
    content_type : str
        What the client said that it holds.
    """

    def __init__(self, data: bytes, name: str = "", content_type: str = "") -> None:
        super().__init__(data)
        self.name, self.content_type = name, content_type


class File(IODescriptor):
    """A file.

    Parameters
    ----------
    kind : {"binaryio", "textio"}, default "binaryio"
        Whether the function reads bytes, or text in UTF-8.
    mime_type : str, optional
        The only type that is taken, and that of answers; without it every type is taken.
    """

    def __init__(self, kind: Literal["binaryio", "textio"] = "binaryio", mime_type: str | None = None) -> None:
        if kind not in {"binaryio", "textio"}:
            raise InvalidArgument("kind", kind, "'binaryio' or 'textio'")
        self.kind, self.mime_type = kind, mime_type
        self.content_types = (mime_type, content.FORM) if mime_type else (content.ANY,)
        self.answer_types = (mime_type or content.BYTES,)

    def _decode(self, body: bytes, media: str, content_type: str) -> Any:
        if media == content.FORM:
            part = only_file(body, content_type)
            return self._file(FileLike(part.data, part.filename, part.content_type))
        return self._file(FileLike(body, "", content_type))

    def _file(self, file: FileLike) -> Any:
        if self.kind == "binaryio":
            return file
        try:
            file.getvalue().decode("utf-8")
        except UnicodeDecodeError as error:
            raise BadRequestBody("text in utf-8", f"{error.reason} at byte {error.start}") from None
        return io.TextIOWrapper(file, encoding="utf-8")

    def check(self, value: Any) -> Any:
        """Take bytes, or something that is read."""
        data = _bytes_of(value)
        if data is None:
            raise SchemaMismatch(self.where, [Problem(wanted="bytes, or an open file", got=told(value))])
        return self._file(FileLike(data, str(getattr(value, "name", "")), self.mime_type or ""))

    def _encode(self, value: Any, media: str) -> Encoded:
        data = _bytes_of(value)
        if data is None:
            raise AnswerUnfit(self.where, f"got {told(value)}, not bytes or an open file")
        guessed = None if self.mime_type else mimetypes.guess_type(str(getattr(value, "name", "")))[0]
        return Encoded(data, guessed or media)

    def json_schema(self) -> dict[str, Any]:
        """Describe the bytes."""
        return {"type": "string", "format": "binary"}


def _bytes_of(value: Any) -> bytes | None:
    if isinstance(value, (bytes, bytearray, memoryview)):
        return bytes(value)
    if not callable(getattr(value, "read", None)):
        return None
    data = value.read()
    return data.encode() if isinstance(data, str) else bytes(data)
