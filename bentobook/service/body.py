"""Read the body of a request: up to a limit, within a time, and without a timer where it is there already."""

from __future__ import annotations

import asyncio
import types
from collections.abc import Awaitable, Callable, Generator, MutableMapping
from dataclasses import dataclass
from functools import partial
from typing import Any, cast

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
    steps = receive().__await__()
    try:
        waits_for = next(steps)
    except StopIteration as done:
        # A body of one piece has arrived already, as a rule: a timer would cost more than all the rest here.
        message: Message = done.value
        if message["type"] == "http.request" and not message.get("more_body"):
            return _within(message.get("body", b""), limits)
        coming = _ready(message)
    else:
        coming = _going_on(steps, waits_for)
    try:
        async with asyncio.timeout(limits.seconds):
            return _within(await _pieces(coming, receive, limits), limits)
    except TimeoutError:
        raise BodyTooSlow(limits.seconds) from None


async def _pieces(first: Awaitable[Message], receive: Receive, limits: Limits) -> bytes:
    pieces, size = [], 0
    message = await first
    while True:
        if message["type"] == "http.disconnect":
            raise CallerGone
        pieces.append(message.get("body", b""))
        size += len(pieces[-1])
        if not message.get("more_body") or size > limits.body:
            return b"".join(pieces)
        message = await receive()


async def _ready(message: Message) -> Message:
    return message


@types.coroutine
def _going_on(steps: Generator[Any, Any, Message], waits_for: Any) -> Generator[Any, Any, Message]:
    """Await what has begun already: hand on what it waits for, and what comes of that."""
    while True:
        try:
            came = yield waits_for
        except BaseException as error:  # noqa: BLE001  # a cancellation, too, belongs to what is awaited
            go_on = partial(steps.throw, error)
        else:
            go_on = partial(steps.send, came)
        try:
            waits_for = go_on()
        except StopIteration as done:
            return cast("Message", done.value)


def _within(body: bytes, limits: Limits) -> bytes:
    if len(body) > limits.body:
        raise _too_large(len(body), limits)
    return body


def _too_large(size: int, limits: Limits) -> BodyTooLarge:
    return BodyTooLarge("The body", f"{size:,} bytes", f"{limits.body:,} bytes")
