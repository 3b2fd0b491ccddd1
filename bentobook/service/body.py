"""Read the body of a request: up to a limit, and within a time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any

from bentobook.errors import BodyTooLarge, BodyTooSlow

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """What a server reads.

    Attributes
    ----------
    body : int
        The most bytes of a body.
    seconds : float
        How long a body may take to arrive.
    """

    body: int = 32 * MIB
    seconds: float = 60.0


class CallerGone(Exception):
    """The caller hung up before its body was complete."""


async def read(receive: Receive, length: bytes | None, limits: Limits) -> bytes:
    """Read a body.

    Parameters
    ----------
    receive : callable
        ASGI's.
    length : bytes or None
        The ``Content-Length`` header.
    limits : Limits
        What may come.

    Raises
    ------
    BodyTooLarge
        As soon as that is known: at the header, or at the first byte too many.
    BodyTooSlow
        When it does not arrive in time.
    CallerGone
        When the connection was closed.
    """
    if length is not None and length.isdigit() and int(length) > limits.body:
        raise _too_large(int(length), limits)
    try:
        async with asyncio.timeout(limits.seconds):
            message = await receive()
            body: bytes = message.get("body", b"")
            if message["type"] == "http.disconnect":
                raise CallerGone
            if message.get("more_body"):
                body = await _rest(receive, body, limits)
    except TimeoutError:
        raise BodyTooSlow(limits.seconds) from None
    if len(body) > limits.body:
        raise _too_large(len(body), limits)
    return body


async def _rest(receive: Receive, first: bytes, limits: Limits) -> bytes:
    pieces, size, more = [first], len(first), True
    while more:
        if size > limits.body:
            raise _too_large(size, limits)
        message = await receive()
        if message["type"] == "http.disconnect":
            raise CallerGone
        pieces.append(message.get("body", b""))
        size += len(pieces[-1])
        more = message.get("more_body", False)
    return b"".join(pieces)


def _too_large(size: int, limits: Limits) -> BodyTooLarge:
    return BodyTooLarge("The body", f"{size:,} bytes", f"{limits.body:,} bytes")
