"""Plain text."""

from __future__ import annotations

import codecs
from typing import Any, Final

from bentobook.errors import AnswerUnfit, BadRequestBody, Problem, SchemaMismatch, UnsupportedContentType
from bentobook.io import content
from bentobook.io.base import Encoded, IODescriptor
from bentobook.schema.problems import told

_CHARSETS: Final = frozenset({"utf-8", "ascii", "iso8859-1"})


class Text(IODescriptor):
    """A text, in UTF-8 unless the request names ASCII or Latin-1."""

    content_types = (content.TEXT,)
    answer_types = ("text/plain; charset=utf-8",)

    def _decode(self, body: bytes, media: str, content_type: str) -> Any:
        charset = content.parameter(content_type, "charset") if media != content_type else ""
        try:
            name = codecs.lookup(charset or "utf-8").name
        except (LookupError, ValueError):
            name = ""
        if name not in _CHARSETS:
            raise UnsupportedContentType(content_type, ("text/plain; charset=utf-8",))
        try:
            return body.decode(name)
        except UnicodeDecodeError as error:
            raise BadRequestBody(f"text in {name}", f"{error.reason} at byte {error.start}") from None

    def check(self, value: Any) -> Any:
        """Check that it is a text."""
        if not isinstance(value, str):
            raise SchemaMismatch(self.where, [Problem(wanted="a text", got=told(value))])
        return value

    def _encode(self, value: Any, media: str) -> Encoded:
        if not isinstance(value, str):
            raise AnswerUnfit(self.where, f"got {told(value)}, not a text")
        try:
            return Encoded(value.encode(), media)
        except UnicodeEncodeError as error:
            raise AnswerUnfit(self.where, "the text holds half of a character") from error

    def json_schema(self) -> dict[str, Any]:
        """Describe the text."""
        return {"type": "string"}

    def example(self) -> Any:
        """Return the example."""
        return self.sample
