"""Many callers through one batcher, against the limit that the model itself sets, with peers.

Run ``python benchmarks/batching.py`` (about six minutes; ``--only`` for a part, ``--batchers`` for some). The model
costs 2 ms and 20 µs a row and leaves the interpreter's lock alone, as an accelerator does. With n callers who each wait
for their answer, no batcher can answer more than n / (2 ms + n · 20 µs) requests a second: *share* is the part of that
limit that was reached. The limit is measured anew before and after each round, with the model alone, in the same
process. Rounds alternate over all batchers; medians. Processor time per request is that of the whole process, its
callers included.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import peers
from batchers import BATCHERS, OURS, PEERS
from rounds import environment

WORKER = Path(__file__).with_name("batching_worker.py")
Row = dict[str, Any]


class Workers:
    """One process for each environment; each answers one case at a time."""

    def __init__(self, wanted: Sequence[str]) -> None:
        self._processes: dict[str, subprocess.Popen[str]] = {}
        self.batchers = [name for name in wanted if name in OURS]
        self.versions: dict[str, str] = {}
        self._start(sys.executable, self.batchers)
        for peer, batchers in PEERS.items():
            names = [name for name in wanted if name in batchers]
            if not names:
                continue
            python, why_not = peers.interpreter(peer)
            if python:
                self._start(python, names)
                self.batchers += names
            else:
                print(f"No {peer}: {why_not}")

    def _start(self, python: str, names: Sequence[str]) -> None:
        env = environment(OMP_NUM_THREADS="1", RAY_DEDUP_LOGS="0")
        versions = subprocess.run([python, WORKER, "--versions"], env=env, capture_output=True, text=True, check=True)
        self.versions |= json.loads(versions.stdout.splitlines()[-1])
        errors = None if os.environ.get("BENCH_DEBUG") else subprocess.DEVNULL
        worker = subprocess.Popen(
            [python, WORKER], env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True
        )
        self._processes |= dict.fromkeys(names, worker)

    def ask(self, case: Row) -> Row:
        """Let the process of a batcher run a case."""
        worker = self._processes[case["batcher"]]
        try:
            print(json.dumps(case), file=worker.stdin, flush=True)
            line = worker.stdout.readline()
        except BrokenPipeError:
            line = ""
        return json.loads(line) if line else {"error": "its process ended"}

    def close(self) -> None:
        for worker in set(self._processes.values()):
            worker.stdin.close()
            worker.wait(20)


def medians(workers: Workers, case: Row, rounds: int) -> Iterator[tuple[str, Row]]:
    """Run a case with every batcher once a round, each round from another start; give the medians."""
    names, seen = workers.batchers, {name: [] for name in workers.batchers}
    for nth in range(rounds):
        shift = nth * 3 % len(names)
        for name in (*names[shift:], *names[:shift]):
            seen[name].append(workers.ask({**case, "batcher": name, "seed": nth}))
    for name, rows in seen.items():
        good = [row for row in rows if "share" in row]
        if good:
            yield name, {key: statistics.median(row[key] for row in good) for key in good[0]}
        elif "error" in rows[0]:
            yield name, rows[0]


def table(title: str, header: str, rows: Iterator[tuple[str, Row]], line: Callable[[Row], str]) -> None:
    print(f"\n{title}\n{'':22s}{header}", flush=True)
    for name, row in rows:
        print(f"{name:22s}{row['error'] if 'error' in row else line(row)}", flush=True)


def closed(workers: Workers, rounds: int, seconds: float) -> None:
    """Callers who ask again as soon as they are answered."""
    for kind, numbers in (("coroutines", (1, 8, 64, 256)), ("threads", (1, 8, 64)), ("mixed", (8, 64))):
        for n in numbers:
            case = {"model": "accelerator", "callers": kind, "n": n, "seconds": seconds}
            table(
                f"{n} {kind}",
                f"{'share':>8s}{'p50':>9s}{'p99':>9s}{'cpu us':>9s}   p50, p99 over one direct predict",
                medians(workers, case, rounds),
                lambda row: f"{row['share']:8.3f}{row['p50']:9.3f}{row['p99']:9.2f}{row['cpu']:9.1f}",
            )


def opened(workers: Workers, rounds: int, seconds: float) -> None:
    """Requests at random moments, at parts of what 64 callers could reach."""
    for load in (0.1, 0.5, 0.9):
        case = {"model": "accelerator", "callers": "open", "n": 64, "seconds": 2 * seconds, "load": load}
        table(
            f"open loop at {load:.0%} of what 64 callers could reach",
            f"{'p50':>9s}{'p99':>9s}{'kept':>8s}   p50, p99 over one direct predict",
            medians(workers, case, rounds),
            lambda row: f"{row['p50']:9.2f}{row['p99']:9.2f}{row['kept']:8.2f}",
        )


def overhead(workers: Workers, rounds: int, seconds: float) -> None:
    """Processor time of a request when the model takes none."""
    case = {"model": "free", "callers": "coroutines", "n": 64, "seconds": seconds / 2}
    rows = list(medians(workers, case, 2 * rounds))
    base = dict(rows)["floor"]["cpu"]
    table(
        "processor time of a request, 64 coroutines, a model that takes no time",
        f"{'us':>8s}{'over the floor':>16s}",
        iter(rows),
        lambda row: f"{row['cpu']:8.2f}{row['cpu'] / base:16.2f}",
    )


PARTS = {"closed": closed, "open": opened, "overhead": overhead}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=0.4, help="of one case of one round")
    parser.add_argument("--only", choices=PARTS)
    parser.add_argument("--batchers", nargs="+", choices=BATCHERS, default=list(BATCHERS))
    parser.add_argument("--bentoml", help="not used: each peer has an environment of its own here")
    chosen = parser.parse_args()
    workers = Workers(list(dict.fromkeys(["floor", *chosen.batchers])))
    print(", ".join(f"{name} {version}" for name, version in sorted(workers.versions.items())))
    for name, part in PARTS.items():
        if chosen.only in (None, name):
            part(workers, chosen.rounds, chosen.seconds)
    workers.close()


if __name__ == "__main__":
    main()
