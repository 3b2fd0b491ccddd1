"""A descriptor with no rules but JSON, and services that need no model, for tests of what is around them."""

from __future__ import annotations

from typing import Any

import orjson

from bentobook.errors import BadRequestBody
from bentobook.io.base import Encoded, IODescriptor


class Plain(IODescriptor):
    """Any JSON."""

    content_types = ("application/json",)
    answer_types = ("application/json",)

    def _decode(self, body: bytes, media: str, content_type: str) -> Any:
        try:
            return orjson.loads(body)
        except orjson.JSONDecodeError as error:
            raise BadRequestBody("JSON", str(error)) from None

    def check(self, value: Any) -> Any:
        return value

    def _encode(self, value: Any, media: str) -> Encoded:
        return Encoded(orjson.dumps(value), media)

    def json_schema(self) -> dict[str, Any]:
        return {}
