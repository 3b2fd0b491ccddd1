"""A descriptor with no rules but JSON, and services that need no model, for tests of what is around them."""

from __future__ import annotations

from typing import Any

import orjson

from bentobook import Runnable, Runner, Service
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


class Doubler(Runnable):
    @Runnable.method(batchable=True)
    def double(self, rows: list[float]) -> list[float]:
        return [2 * row for row in rows]


def doubling(name: str = "doubling") -> Service:
    runner = Runner(Doubler, name="doubler")
    svc = Service(name, runners=[runner])

    @svc.api(input=Plain(), output=Plain())
    async def double(rows: list[float]) -> list[float]:
        """Double each number."""
        return await runner.double.async_run(rows)

    @svc.api(input=Plain(), output=Plain(), route="/v1/slow")
    def double_in_a_thread(rows: list[float]) -> list[float]:
        return runner.double.run(rows)

    @svc.api(input=Plain(), output=Plain())
    def fail(rows: list[float]) -> list[float]:
        raise ValueError(f"a secret of {rows}")

    return svc
