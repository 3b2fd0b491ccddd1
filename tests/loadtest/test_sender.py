"""The sending process, from inside: when requests leave, and against servers that answer badly or not at all."""

from __future__ import annotations

import asyncio
import base64
import json
from contextlib import closing, suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bentobook.loadtest import sender


@settings(max_examples=50)
@given(st.floats(0.5, 500), st.floats(0.1, 5), st.integers(0, 9))
def test_requests_leave_in_order_within_the_time_and_in_the_number_asked_for(rate, seconds, seed):
    moments = sender.arrivals(rate, seconds, seed)
    assert moments == sorted(moments) == sender.arrivals(rate, seconds, seed)
    assert len(moments) == max(1, round(rate * seconds))
    assert 0 <= moments[0] <= moments[-1] <= seconds


def test_percentiles_of_nothing_are_nothing():
    assert sender.marks([]) == {}
    assert sender.marks([0.001, 0.003, 0.002]) == {"p50": 2.0, "p90": 3.0, "p99": 3.0, "max": 3.0}


async def _sent(answer: Any, monkeypatch: pytest.MonkeyPatch, rates: list[float]) -> tuple[list[dict], list[bytes]]:
    """Send to a server that treats every connection as ``answer`` says, and give what the sender told."""
    told: list[str] = []
    heard: list[bytes] = []
    monkeypatch.setattr(sender.sys.stdout, "write", told.append)
    monkeypatch.setattr(sender, "GRACE_S", 0.3)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionResetError), closing(writer):
            while head := await reader.readuntil(b"\r\n\r\n"):
                heard.append(head + await reader.readexactly(4))
                if not await answer(writer):
                    return

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    headers = {"content-type": "application/json", "authorization": "Bearer secret"}
    job = {"host": host, "port": port, "path": "/p", "headers": headers, "body": base64.b64encode(b"[12]").decode()}
    await sender.main({**job, "rates": rates, "seconds": 0.1})
    server.close()
    return [json.loads(each) for each in told], heard


async def _good(writer: asyncio.StreamWriter) -> bool:
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")
    return True


async def _bad(writer: asyncio.StreamWriter) -> bool:
    writer.write(b"HTTP/1.1 503 Busy\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
    return False


async def _cut(_: asyncio.StreamWriter) -> bool:
    return False


async def _deaf(_: asyncio.StreamWriter) -> bool:
    return True


def test_every_request_carries_the_body_and_the_token_and_is_timed(monkeypatch):
    (told, more), heard = asyncio.run(_sent(_good, monkeypatch, [100, 200]))
    assert told["statuses"] == {"200": 10}
    assert more["sent"] == 20
    assert set(told["latency_ms"]) == {"p50", "p90", "p99", "max"}
    assert len(heard) == 30
    assert all(b"authorization: Bearer secret" in each and each.endswith(b"[12]") for each in heard)


@pytest.mark.parametrize(("answer", "status"), [(_bad, "503"), (_cut, "0"), (_deaf, "0")])
def test_what_is_not_answered_well_is_counted_by_its_status(monkeypatch, answer, status):
    (told,), _ = asyncio.run(_sent(answer, monkeypatch, [100]))
    assert told["statuses"] == {status: 10}


def test_a_port_that_nobody_listens_on_is_counted_too(monkeypatch):
    told: list[str] = []
    monkeypatch.setattr(sender.sys.stdout, "write", told.append)
    job = {"host": "127.0.0.1", "port": 1, "path": "/", "headers": {}, "body": "", "rates": [50], "seconds": 0.1}
    asyncio.run(sender.main(job))
    assert json.loads(told[0])["statuses"] == {"0": 5}
