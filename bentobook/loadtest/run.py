"""Run a load test: a process sends, this one answers, and the runners' counts tell how requests shared batches."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from bentobook.errors import InvalidArgument, LoadTestFailed
from bentobook.loadtest.records import Rate
from bentobook.loadtest.result import LoadTest
from bentobook.service import live
from bentobook.service.server import serve

if TYPE_CHECKING:
    from bentobook.service.live import Door
    from bentobook.service.service import Service

RATES, SECONDS = (50.0, 100.0, 200.0), 5.0
MAX_REQUESTS = 1_000_000
_SENDER = Path(__file__).with_name("sender.py")


def loadtest(
    service: Service,
    api: str,
    value: Any,
    *,
    rps: Sequence[float] = RATES,
    seconds: float = SECONDS,
) -> LoadTest:
    """Send the same request at several rates, and tell how long callers waited.

    Parameters
    ----------
    service : Service
        It is served on a free port meanwhile, if it is not served already.
    api : str
        One of its APIs.
    value : object
        What each request asks, as for ``svc.call``.
    rps : sequence of float
        Requests a second, one rate after the other.
    seconds : float
        For how long each.

    Returns
    -------
    LoadTest
        Percentiles for each rate; it shows itself with a plot.

    Raises
    ------
    BentobookError
        What one call of the API raises: it is tried first.
    InvalidArgument
        When there are no rates, or far too many requests.
    LoadTestFailed
        When the sending process ended.
    """
    if not rps or min(rps) <= 0 or seconds <= 0 or sum(rps) * seconds > MAX_REQUESTS:
        raise InvalidArgument("rps", list(rps), f"rates above 0, with {MAX_REQUESTS:,} requests in all at most")
    found = service.find(api)
    first = service.call(found.name, value)
    if first.error is not None:
        raise first.error
    with _served(service) as door:
        job = _job(door, found.route, first.sent.body, first.sent.content_type)
        rates = tuple(_rates(service, {**job, "rates": list(rps), "seconds": seconds}))
    if len(rates) < len(rps):
        raise LoadTestFailed(service.name, rps[len(rates)])
    return LoadTest(service.name, found.name, seconds, len(first.sent.body), rates)


@contextmanager
def _served(service: Service) -> Iterator[Door]:
    """Give the service's server; one that had to be started stops again."""
    door = live.door(service.name)
    if door is not None and live.services().get(service.name) is service:
        yield door
    else:
        with serve(service, port=0) as server:
            yield server


def _job(door: Door, route: str, body: bytes, content_type: str) -> dict[str, Any]:
    address = urlsplit(door.local_url)
    secret = {"authorization": f"Bearer {door.token}"} if door.token else {}
    return {
        "host": address.hostname,
        "port": address.port,
        "path": address.path.rstrip("/") + route,
        "headers": {"content-type": content_type, **secret},
        "body": base64.b64encode(body).decode(),
    }


def _rates(service: Service, job: Mapping[str, Any]) -> Iterator[Rate]:
    """Start the sender, and make a record of each of its lines."""
    before = _batches(service)
    # -P: a folder may hold anything. A session of its own: an interrupt reaches the sender only through its end here.
    process = subprocess.Popen(  # noqa: S603  # our own words; the token goes through the pipe
        [sys.executable, "-P", str(_SENDER)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
        start_new_session=True,
    )
    with process:
        try:
            if process.stdin is None or process.stdout is None:
                return
            process.stdin.write(json.dumps(job) + "\n")
            process.stdin.flush()
            for line in process.stdout:
                after = _batches(service)
                yield _rate(json.loads(line), before, after)
                before = after
        finally:
            process.kill()


def _rate(told: Mapping[str, Any], before: tuple[int, int], after: tuple[int, int]) -> Rate:
    requests, batches = after[0] - before[0], after[1] - before[1]
    statuses = {int(status): count for status, count in told["statuses"].items()}
    good = sum(count for status, count in statuses.items() if 200 <= status < 400)  # noqa: PLR2004
    return Rate(
        rps=told["rps"],
        sent=told["sent"],
        answered_per_s=round(good / told["took"], 2),
        latency_ms=told["latency_ms"],
        statuses=statuses,
        late_ms=told["late_ms"],
        requests_per_batch=round(requests / batches, 2) if batches > 0 else None,
    )


def _batches(service: Service) -> tuple[int, int]:
    """Count the requests and the batches of all runners so far."""
    methods = [method for runner in service.runners for method in runner.stats().methods.values()]
    return sum(method.requests for method in methods), sum(method.batches for method in methods)
