"""Requests per second and latency of a service with a scikit-learn model, beside a bare application and other servers.

The servers start once, each with one worker; all but the one that is asked are stopped (SIGSTOP). Servers have one
core, the load generator the other. Each round asks them one after the other, so that a figure is a ratio in a round.
"""

from __future__ import annotations

import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import orjson
import peers
import rounds
from serving_apps import WIDTHS
from serving_peers import OWN, PEERS, Peer

HERE = Path(__file__).parent
START_S, STOP_S = 90.0, 5.0
MINE = ("bare", "bare + model", "bentobook", "bentobook def")
TAIL = ("bare", "starlette + runner", "starlette + runner, frozen", "bentobook")
CASES = {
    "array": ("array", 64, (*MINE, *PEERS)),
    "alone": ("array", 1, MINE),
    "records": ("records", 64, MINE),
    "tail": ("array", 64, TAIL),
}


@dataclass
class Running:
    """A server that runs, asleep unless it is asked."""

    peer: Peer
    process: subprocess.Popen[bytes]
    port: int
    body: str

    def signal(self, number: int) -> None:
        """Tell all its processes something."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)

    def load(self, connections: int, seconds: float) -> dict[str, float]:
        """Ask it, from another process on another core."""
        self.signal(signal.SIGCONT)
        try:
            line = [sys.executable, str(HERE / "serving_load.py"), str(self.port), self.peer.path, self.body]
            with _on_core(-1):
                done = subprocess.run(
                    [*line, str(connections), str(seconds)], capture_output=True, check=True, env=rounds.environment()
                )
            return orjson.loads(done.stdout)
        finally:
            self.signal(signal.SIGSTOP)

    def wait(self) -> None:
        """Wait until it answers, then let it sleep."""
        until = time.monotonic() + START_S
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() > until:
                sys.exit(f"{' '.join(self.process.args)} did not start")
            time.sleep(0.2)
        self.signal(signal.SIGSTOP)

    def _answers(self) -> bool:
        url = f"http://127.0.0.1:{self.port}{self.peer.path}"
        asked = urllib.request.Request(url, self.body.encode(), {"Content-Type": "application/json"})
        with suppress(urllib.error.HTTPError, OSError), urllib.request.urlopen(asked, timeout=5) as answer:
            return answer.status == 200
        return False

    def stop(self) -> None:
        """End it, and wait until it has."""
        for number in (signal.SIGCONT, signal.SIGTERM):
            self.signal(number)
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(STOP_S)
        self.signal(signal.SIGKILL)
        self.process.wait()


@contextmanager
def _on_core(number: int) -> Iterator[None]:
    """Let everything that is started meanwhile run on one core only."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {sorted(before)[number]})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def free_ports(count: int) -> list[str]:
    """Find ports."""
    with ExitStack() as stack:
        found = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [str(each.getsockname()[1]) for each in found]


@contextmanager
def server(peer: Peer, python: str, kind: str) -> Iterator[Running]:
    """Run a server until the block ends."""
    ports = dict(zip(("port", "second", "third"), free_ports(3), strict=True))
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name, _on_core(0):
        folder = Path(name)
        peer.write(folder, ports)
        quiet = {"stdout": subprocess.DEVNULL, "stderr": None if "BENCH_LOUD" in os.environ else subprocess.DEVNULL}
        more = {"BENTOML_HOME": f"{folder}/store", "BENTOBOOK_FSYNC": "0", "OMP_NUM_THREADS": "1"}
        env = rounds.environment(PATH=f"{Path(python).parent}:{os.environ['PATH']}", **more)
        if peer.before:
            subprocess.run([python, "-c", peer.before], cwd=folder, env=env, check=True, **quiet)
        line = peer.line(python, folder, kind, ports["port"])
        process = subprocess.Popen(line, cwd=folder, env=env, start_new_session=True, **quiet)
        running = Running(peer, process, int(ports["port"]), peer.wrap % body(kind))
        try:
            yield running
        finally:
            running.stop()


def body(kind: str) -> str:
    """Write one row, as nested lists or as a record with names."""
    row = np.random.default_rng(1).normal(size=WIDTHS[kind]).tolist()
    return orjson.dumps([row] if kind == "array" else [{f"feature {n}": cell for n, cell in enumerate(row)}]).decode()


def found(name: str) -> str:
    """Find the interpreter of a server; say why there is none."""
    if name in OWN or not PEERS[name].environment:
        return sys.executable
    python, why_not = peers.interpreter(PEERS[name].environment)
    if why_not:
        print(f"  {name} cannot be installed: {why_not}")
    return python


def case(title: str, n_rounds: int, seconds: float) -> None:
    """Measure all servers with one kind of request."""
    kind, connections, names = CASES[title]
    pythons = {name: python for name in names if (python := found(name))}
    figures: dict[str, list[dict[str, float]]] = {name: [] for name in pythons}
    with ExitStack() as stack:
        running = {}
        for name, python in pythons.items():
            running[name] = stack.enter_context(server({**OWN, **PEERS}[name], python, kind))
            running[name].wait()
        for nth in range(n_rounds):
            order = list(running)
            for name in order[nth % len(order) :] + order[: nth % len(order)]:
                figures[name].append(running[name].load(connections, seconds))
    print(f"\n1 row of JSON ({kind}), {connections} connection{'' if connections == 1 else 's'}, ratios to bare")
    show(figures)


def show(figures: Mapping[str, list[dict[str, float]]]) -> None:
    """Print the medians of the ratios to the first."""
    base = next(iter(figures.values()))
    for name, mine in figures.items():
        ratios = {
            key: statistics.median(each[key] / other[key] for each, other in zip(mine, base, strict=True))
            for key in ("rps", "p50", "p99")
        }
        rps, p50, p99 = (statistics.median(each[key] for each in mine) for key in ("rps", "p50", "p99"))
        shown = "  ".join(f"{key} {ratio:6.3f}" for key, ratio in ratios.items())
        print(f"  {name:<26}  {shown}   ({rps:7.0f}/s, p50 {p50:6.2f} ms, p99 {p99:6.2f} ms)", flush=True)


def main() -> None:
    """Measure all cases, or those that are named."""
    parser = rounds.arguments(__doc__)
    parser.add_argument("--seconds", type=float, default=1.5)
    parser.add_argument("--case", choices=CASES, action="append")
    given = parser.parse_args()
    for title in given.case or CASES:
        case(title, given.rounds, given.seconds)


if __name__ == "__main__":
    main()
