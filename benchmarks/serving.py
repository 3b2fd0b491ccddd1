"""Requests per second and latency of a service with a scikit-learn model, beside a bare application without one.

The servers start once; each round asks them one after the other, so that a figure is a ratio inside a round.
"""

from __future__ import annotations

import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import rounds

HERE = Path(__file__).parent
SERVERS = ("bare", "ours", "ours-def")
CASES = (("array", 64), ("array", 1), ("records", 64))


def free_port() -> int:
    """Find a port."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        return found.getsockname()[1]


@contextmanager
def server(name: str, kind: str) -> Iterator[int]:
    """Run a server until the block ends; give its port."""
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        line = [sys.executable, str(HERE / "serving_apps.py"), name, kind, str(port), folder]
        env = rounds.environment(BENTOML_HOME=f"{folder}/store", BENTOBOOK_FSYNC="0")
        process = subprocess.Popen(line, env=env, stderr=subprocess.DEVNULL)
        try:
            while not _answers(port):
                if process.poll() is not None:
                    sys.exit(f"{name} did not start")
                time.sleep(0.1)
            yield port
        finally:
            process.terminate()
            process.wait()


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port)).close()
    except OSError:
        return False
    return True


def load(port: int, kind: str, connections: int, seconds: float) -> dict[str, float]:
    """Ask a server, from another process."""
    code = f"import runpy, sys; sys.path.insert(0, {str(HERE)!r}); "
    code += f"sys.argv = ['', '{port}', '{kind}', '{connections}', '{seconds}']; "
    code += f"runpy.run_path({str(HERE / 'serving_load.py')!r}, run_name='__main__')"
    return rounds.run(sys.executable, code)


def case(kind: str, connections: int, n_rounds: int, seconds: float) -> None:
    """Measure all servers with one kind of request."""
    found: dict[str, list[dict[str, float]]] = {name: [] for name in SERVERS}
    with server("bare", kind) as bare, server("ours", kind) as ours, server("ours-def", kind) as threads:
        ports = dict(zip(SERVERS, (bare, ours, threads), strict=True))
        for nth in range(n_rounds):
            for name in (*SERVERS[nth % 3 :], *SERVERS[: nth % 3]):
                found[name].append(load(ports[name], kind, connections, seconds))
    print(f"\n1 row of JSON ({kind}), {connections} connection{'' if connections == 1 else 's'}, ratios to bare")
    for name, figures in found.items():
        ratios = {
            key: statistics.median(mine[key] / base[key] for mine, base in zip(figures, found["bare"], strict=True))
            for key in ("rps", "p50", "p99")
        }
        rps, p99 = (statistics.median(figure[key] for figure in figures) for key in ("rps", "p99"))
        shown = "  ".join(f"{key} {ratio:5.2f}" for key, ratio in ratios.items())
        print(f"  {name:<9}  {shown}   ({rps:8.0f}/s, p99 {p99:6.2f} ms)")


def main() -> None:
    """Measure all cases."""
    parser = rounds.arguments(__doc__)
    parser.add_argument("--seconds", type=float, default=2.0)
    given = parser.parse_args()
    for kind, connections in CASES:
        case(kind, connections, given.rounds, given.seconds)


if __name__ == "__main__":
    main()
