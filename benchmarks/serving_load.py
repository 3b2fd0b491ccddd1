"""A load generator in a process of its own: N connections, each asks again when it has its answer.

``python serving_load.py PORT PATH BODY CONNECTIONS SECONDS`` prints requests per second and latencies as JSON. It
speaks just enough HTTP to keep up with the servers: a fixed request, and answers cut by their Content-Length.
"""

from __future__ import annotations

import asyncio
import json
import sys
from time import perf_counter
from typing import Any

import uvloop


def request(port: int, path: str, body: str) -> bytes:
    """Write one request."""
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n{body}".encode()


class Connection(asyncio.Protocol):
    """One caller."""

    def __init__(self, sent: bytes, latencies: list[float]) -> None:
        self.sent, self.latencies = sent, latencies
        self.buffer = b""
        self.began = 0.0

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        self.ask()

    def ask(self) -> None:
        self.began = perf_counter()
        self.transport.write(self.sent)

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        head = self.buffer.find(b"\r\n\r\n")
        if head < 0:
            return
        at = self.buffer.lower().find(b"content-length: ")
        length = int(self.buffer[at + 16 : self.buffer.index(b"\r", at)])
        if len(self.buffer) < head + 4 + length:
            return
        if not self.buffer.startswith(b"HTTP/1.1 200"):
            sys.exit(f"the server answered {self.buffer!r}")
        self.latencies.append(perf_counter() - self.began)
        self.buffer = b""
        self.ask()


async def load(port: int, path: str, body: str, connections: int, seconds: float) -> dict[str, float]:
    """Ask for some seconds, after a short warm-up."""
    loop, latencies, sent = asyncio.get_running_loop(), [], request(port, path, body)
    for _ in range(connections):
        await loop.create_connection(lambda: Connection(sent, latencies), "127.0.0.1", port)
    await asyncio.sleep(seconds / 4)
    latencies.clear()
    began = perf_counter()
    await asyncio.sleep(seconds)
    took, ordered = perf_counter() - began, sorted(latencies)
    last = len(ordered) - 1
    return {
        "rps": len(ordered) / took,
        "p50": ordered[round(0.5 * last)] * 1e3,
        "p99": ordered[round(0.99 * last)] * 1e3,
    }


if __name__ == "__main__":
    port, path, body, connections, seconds = sys.argv[1:]
    print(json.dumps(uvloop.run(load(int(port), path, body, int(connections), float(seconds)))))
