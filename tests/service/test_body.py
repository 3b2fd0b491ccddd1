from __future__ import annotations

import asyncio

import pytest

from bentobook.errors import BodyTooLarge, BodyTooSlow
from bentobook.service.body import CallerGone, Limits, read


def reading(*messages: dict, length: bytes | None = None, limits: Limits | None = None) -> bytes:
    async def go() -> bytes:
        left = iter(messages)

        async def receive() -> dict:
            message = next(left, None)
            return message if message is not None else await asyncio.get_running_loop().create_future()

        return await read(receive, length, limits or Limits(body=10))

    return asyncio.run(go())


def piece(body: bytes, *, more: bool = False) -> dict:
    return {"type": "http.request", "body": body, "more_body": more}


def test_pieces_become_one_body() -> None:
    assert reading(piece(b"ab", more=True), piece(b"", more=True), piece(b"c")) == b"abc"


@pytest.mark.parametrize("length", [b"11", b"99999999999999999999"])
def test_a_length_that_is_too_large_is_enough_to_know(length: bytes) -> None:
    with pytest.raises(BodyTooLarge, match="The body is too large"):
        reading(length=length)


@pytest.mark.parametrize("length", [None, b"3", b"-1", b"x"])
def test_a_length_that_lies_does_not_help(length: bytes | None) -> None:
    with pytest.raises(BodyTooLarge, match="The body is too large"):
        reading(piece(b"a" * 6, more=True), piece(b"a" * 6), length=length)


@pytest.mark.parametrize("messages", [(), (piece(b"a", more=True),)])
def test_a_body_that_does_not_come_is_not_waited_for(messages: tuple) -> None:
    with pytest.raises(BodyTooSlow, match=r"within 0\.01 s"):
        reading(*messages, length=b"5", limits=Limits(seconds=0.01))


@pytest.mark.parametrize("messages", [(), (piece(b"a", more=True),)])
def test_a_caller_that_hangs_up_is_let_go(messages: tuple) -> None:
    with pytest.raises(CallerGone):
        reading(*messages, {"type": "http.disconnect"})
