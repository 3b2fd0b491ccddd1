"""The form for the token: who types it gets a cookie, which no script can read and no other site can send."""

from __future__ import annotations

from typing import Protocol

import orjson

from bentobook.errors import BadRequestBody, TokenRequired, UnsupportedContentType
from bentobook.service.problem import JSON, Answer


class Keeper(Protocol):
    """What knows the token; see :class:`bentobook.service.guard.Guard`."""

    @property
    def cookie_name(self) -> str:
        """The cookie."""

    @property
    def cookie_value(self) -> str:
        """What it holds."""

    def accepts(self, token: str) -> bool:
        """Tell whether this is the token."""


def sign_in(keeper: Keeper, body: bytes, content_type: bytes) -> Answer:
    """Answer who typed a token.

    The cookie has no path: a browser keeps it for the folder of this page, also below a proxy.

    Raises
    ------
    TokenRequired
        When it is another one.
    """
    if content_type.partition(b";")[0].strip() != JSON:
        raise UnsupportedContentType(content_type.decode("latin-1"), ["application/json"])
    try:
        typed = orjson.loads(body)["token"]
    except (orjson.JSONDecodeError, KeyError, TypeError):
        typed = None
    if not isinstance(typed, str):
        raise BadRequestBody('{"token": TEXT}', "it has no token")
    if not keeper.accepts(typed):
        raise TokenRequired
    cookie = f"{keeper.cookie_name}={keeper.cookie_value}; HttpOnly; SameSite=Strict"
    return Answer(204, b"", JSON, [(b"set-cookie", cookie.encode())])
