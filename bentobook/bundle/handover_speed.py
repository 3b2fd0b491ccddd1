"""How fast a Bento answers here: a few connections ask for half a second, and what was measured is written down."""

from __future__ import annotations

import http.client
import os
import platform
import statistics
import threading
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter
from typing import Any
from urllib.parse import urlsplit

from bentobook.bundle.cases import BAD, Case
from bentobook.bundle.replay_http import Target

SECONDS = 0.5
CONNECTIONS = 4
MAX_APIS = 4
MIN_ANSWERS = 2


@dataclass(frozen=True)
class Speed:
    """What was measured of one API.

    Attributes
    ----------
    api, case : str
        What was asked: the request of this case, again and again.
    per_second : float
        Answers.
    p50_ms, p95_ms : float
        How long they took.
    connections : int
        How many asked at the same time, on the same machine.
    """

    api: str
    case: str
    per_second: float
    p50_ms: float
    p95_ms: float
    connections: int = CONNECTIONS

    def to_dict(self) -> dict[str, Any]:
        """Return it as it is recorded."""
        return asdict(self)


def measure(target: Target, cases: Iterable[Case], *, seconds: float = SECONDS) -> tuple[Speed, ...]:
    """Measure each API with the request of its first case; at most four APIs.

    Parameters
    ----------
    target : Target
        On this machine.
    cases : iterable of Case
        They match.
    seconds : float
        How long each API is asked.
    """
    first: dict[str, Case] = {}
    for case in cases:
        if case.status < BAD:
            first.setdefault(case.api, case)
    found = (_of_api(target, case, seconds) for case in list(first.values())[:MAX_APIS])
    return tuple(speed for speed in found if speed is not None)


def _of_api(target: Target, case: Case, seconds: float) -> Speed | None:
    took: list[float] = []
    end = perf_counter() + seconds
    threads = [threading.Thread(target=_ask, args=(target, case, end, took)) for _ in range(CONNECTIONS)]
    began = perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    passed = perf_counter() - began
    if len(took) < MIN_ANSWERS:
        return None
    cuts = statistics.quantiles(took, n=20)
    per_second = round(len(took) / passed, 1)
    return Speed(case.api, case.name, per_second, round(1e3 * statistics.median(took), 2), round(1e3 * cuts[-1], 2))


def _ask(target: Target, case: Case, end: float, took: list[float]) -> None:
    """Ask on one connection until the time is over; a connection that breaks measures nothing more."""
    parts = urlsplit(target.url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=target.timeout_s)
    headers = {"content-type": case.request.content_type}
    if target.token:
        headers["authorization"] = f"Bearer {target.token}"
    try:
        while (began := perf_counter()) < end:
            connection.request("POST", case.route, case.request.data, headers)
            connection.getresponse().read()
            took.append(perf_counter() - began)
    except (OSError, http.client.HTTPException):
        return
    finally:
        connection.close()


def machine() -> dict[str, Any]:
    """Describe this machine, without its name."""
    return {
        "cpu": _cpu() or platform.machine(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
    }


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8", "replace").splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")
