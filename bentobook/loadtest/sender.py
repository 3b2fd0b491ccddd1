"""The process that sends: run as a script, with one JSON object on stdin; it writes a line of JSON for each rate.

It imports nothing of the package, so that it starts at once and runs wherever its interpreter does.
"""

from __future__ import annotations

import asyncio
import base64
import json
import random
import sys
from collections import Counter, deque
from collections.abc import Callable, Sequence
from typing import Any

import httptools

CONNECTIONS, GRACE_S, LEAD_S = 400, 10.0, 0.05
NO_ANSWER = 0


def arrivals(rate: float, seconds: float, seed: int = 0) -> list[float]:
    """Return when requests leave: at random moments that do not know of each other, as those of many callers.

    Parameters
    ----------
    rate : float
        Requests a second.
    seconds : float
        For how long.
    seed : int
        Of the random numbers; the same one gives the same moments.

    Returns
    -------
    list of float
        Moments from 0 to ``seconds``, in order; there are ``rate * seconds`` of them, and at least one.
    """
    numbers = random.Random(seed)  # noqa: S311  # no secret
    return sorted(numbers.uniform(0, seconds) for _ in range(max(1, round(rate * seconds))))


class Connection(asyncio.Protocol):
    """One connection, which carries one request at a time."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._done: Callable[[int], None] | None = None
        self.transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the socket."""
        self.transport = transport

    def send(self, request: bytes, done: Callable[[int], None]) -> None:
        """Send a request; ``done`` is told the status of its answer."""
        self._done, self._parser = done, httptools.HttpResponseParser(self)
        self.transport.write(request)

    def data_received(self, data: bytes) -> None:
        """Read a part of an answer."""
        self._parser.feed_data(data)

    def on_message_complete(self) -> None:
        """Tell of an answer; informational ones are none."""
        if self._parser.get_status_code() >= 200:  # noqa: PLR2004
            self._tell(self._parser.get_status_code())
            self._pool.take_back(self, reusable=self._parser.should_keep_alive())

    def connection_lost(self, _: Exception | None) -> None:
        """Tell of an answer that will not come."""
        self._tell(NO_ANSWER)
        self._pool.lost(self)

    def _tell(self, status: int) -> None:
        done, self._done = self._done, None
        if done is not None:
            done(status)


class Pool:
    """The connections; what finds none that is free waits for one."""

    def __init__(self, host: str, port: int, request: bytes) -> None:
        self._host, self._port, self._request = host, port, request
        self._free: list[Connection] = []
        self._waiting: deque[Callable[[int], None]] = deque()
        self._opening: set[asyncio.Task[None]] = set()
        self._open = 0

    def send(self, done: Callable[[int], None]) -> None:
        """Send the request on a connection that is free, or on a new one."""
        if self._free:
            self._free.pop().send(self._request, done)
            return
        self._waiting.append(done)
        if self._open < CONNECTIONS:
            self._open += 1
            task = asyncio.get_running_loop().create_task(self._connect())
            self._opening.add(task)
            task.add_done_callback(self._opening.discard)

    async def _connect(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            _, connection = await loop.create_connection(lambda: Connection(self), self._host, self._port)
        except OSError:
            self._open -= 1
            if self._waiting:
                self._waiting.popleft()(NO_ANSWER)
        else:
            self.take_back(connection, reusable=True)

    def take_back(self, connection: Connection, *, reusable: bool) -> None:
        """Use a connection for what waits, or keep it."""
        if not reusable:
            connection.transport.close()
        elif self._waiting:
            connection.send(self._request, self._waiting.popleft())
        else:
            self._free.append(connection)

    def lost(self, connection: Connection) -> None:
        """Forget a connection that has ended."""
        self._open -= 1
        if connection in self._free:
            self._free.remove(connection)
        if self._waiting:
            self.send(self._waiting.popleft())


class Phase:
    """All requests of one rate."""

    def __init__(self, pool: Pool, moments: Sequence[float]) -> None:
        self._pool, self._moments = pool, moments
        self._over = asyncio.Event()
        self.latencies: list[float] = []
        self.lateness: list[float] = []
        self.statuses: Counter[int] = Counter()
        self.ended = 0.0

    async def run(self, seconds: float) -> None:
        """Send every request at its moment, and wait for the answers, but not for ever."""
        loop = asyncio.get_running_loop()
        self.began = loop.time() + LEAD_S
        for moment in self._moments:
            loop.call_at(self.began + moment, self._fire, self.began + moment)
        try:
            await asyncio.wait_for(self._over.wait(), LEAD_S + seconds + GRACE_S)
        except TimeoutError:
            self.statuses[NO_ANSWER] += len(self._moments) - self.statuses.total()

    def _fire(self, due: float) -> None:
        loop = asyncio.get_running_loop()
        self.lateness.append(loop.time() - due)

        def done(status: int) -> None:
            if self._over.is_set():
                return
            self.ended = loop.time()
            self.statuses[status] += 1
            if status != NO_ANSWER:
                self.latencies.append(self.ended - due)
            if self.statuses.total() == len(self._moments):
                self._over.set()

        self._pool.send(done)

    def told(self, rate: float, seconds: float) -> dict[str, Any]:
        """Describe it as plain values."""
        return {
            "rps": rate,
            "seconds": seconds,
            "sent": len(self._moments),
            "took": max(self.ended - self.began, seconds),
            "statuses": {str(status): count for status, count in sorted(self.statuses.items())},
            "latency_ms": marks(self.latencies),
            "late_ms": marks(self.lateness).get("p99", 0.0),
        }


def marks(seconds: Sequence[float]) -> dict[str, float]:
    """Return the 50th, 90th and 99th percentile and the maximum in milliseconds; nothing of nothing."""
    ordered = sorted(seconds)
    shares = {"p50": 0.5, "p90": 0.9, "p99": 0.99, "max": 1.0}
    last = len(ordered) - 1
    return {name: round(1e3 * ordered[round(share * last)], 3) for name, share in shares.items()} if ordered else {}


def written(job: dict[str, Any]) -> bytes:
    """Write the request as it goes over the wire."""
    body = base64.b64decode(job["body"])
    headers = {**job["headers"], "host": f"{job['host']}:{job['port']}", "content-length": str(len(body))}
    lines = [f"POST {job['path']} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
    return "\r\n".join(lines).encode("latin-1") + body


async def main(job: dict[str, Any]) -> None:
    """Send at each rate in turn."""
    pool = Pool(job["host"], job["port"], written(job))
    for rate in job["rates"]:
        phase = Phase(pool, arrivals(rate, job["seconds"]))
        await phase.run(job["seconds"])
        sys.stdout.write(json.dumps(phase.told(rate, job["seconds"])) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main(json.loads(sys.stdin.readline())))
