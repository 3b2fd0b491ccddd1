"""One API as HTTP asks it: bytes in, bytes out."""

from __future__ import annotations

from typing import Any

from bentobook.service import query as queries
from bentobook.service.api import Api
from bentobook.service.metrics import Traffic
from bentobook.service.problem import Answer
from bentobook.service.threads import pool

LARGE = 1 << 20
"""A body above this is read in a thread: the loop serves others meanwhile."""


class Endpoint:
    """What answers one route.

    Parameters
    ----------
    api : Api
        The function and its descriptors.
    traffic : Traffic
        Where its requests are counted.
    """

    __slots__ = ("_is_async", "api", "traffic")

    methods = ("POST",)

    def __init__(self, api: Api, traffic: Traffic) -> None:
        self.api = api
        self.traffic = traffic
        self._is_async = api.is_async

    async def answer(self, body: bytes, headers: dict[bytes, bytes], query: bytes = b"") -> Answer:
        """Read, ask, write.

        Parameters
        ----------
        body : bytes
            The whole body.
        headers : dict of bytes to bytes
            Those of the request, names in lower case.
        query : bytes
            What stands behind the question mark: the params of the model, where it has some.
        """
        api = self.api
        content_type = headers.get(b"content-type", b"").decode("latin-1")
        if len(body) > LARGE:
            value = await pool().ask(lambda _: api.input.decode(body, content_type), None)
        else:
            value = api.input.decode(body, content_type)
        if query and api.params:
            answer: Any = await api.ask(value, queries.read(query, api.params))
        else:
            answer = await api.ask(value) if self._is_async else await pool().ask(api.ask, value)
        accept = headers.get(b"accept")
        encoded = api.output.encode(answer, None if accept is None or accept == b"*/*" else accept.decode("latin-1"))
        return Answer(200, encoded.body, encoded.content_type.encode("latin-1"))
