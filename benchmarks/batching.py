"""Many callers through one runner, against the limit that the model itself sets.

Run ``python benchmarks/batching.py`` (about two minutes). The model costs 2 ms and 20 µs a row and leaves the
interpreter's lock alone, as an accelerator does. With C callers who each wait for their answer, no batcher can answer
more than C / (2 ms + C · 20 µs) requests a second: *share* is the part of that limit that was reached. The limit is
measured anew before and after each round, with the model alone. Medians of alternating rounds; processor time per
request is that of the whole process, callers included.
"""

# ruff: noqa: E402
from __future__ import annotations

import argparse
import asyncio
import os
import random
import statistics
import sys
import threading
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")
sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np  # numpy reads the variables above when it is imported
import pandas as pd

from bentobook.runner.batch import Batching
from bentobook.runner.runnable import Runnable
from bentobook.runner.runner import Runner

FIXED_S, PER_ROW_S = 2e-3, 20e-6
ROW = np.random.default_rng(0).random((1, 8))
now = time.perf_counter


def accelerator(x: np.ndarray) -> np.ndarray:
    time.sleep(FIXED_S + PER_ROW_S * len(x))
    return x[:, 0] * 2


def free(x: np.ndarray) -> np.ndarray:
    return x[:, 0]


def runner_for(model: Callable[[np.ndarray], np.ndarray]) -> Runner:
    class Model(Runnable):
        @Runnable.method(batchable=True)
        def predict(self, x: np.ndarray) -> np.ndarray:
            return model(x)

    runner = Runner(Model)
    runner.init_local(quiet=True)
    return runner


@dataclass
class Round:
    """What callers saw: seconds from call to answer, of the whole round, and of the processor."""

    latencies: list[float]
    wall: float
    cpu: float


async def _coroutines(ask: Callable[[Any], Awaitable[Any]], callers: int, seconds: float) -> list[float]:
    end, seen = now() + seconds, []

    async def caller() -> None:
        while (begun := now()) < end:
            await ask(ROW)
            seen.append(now() - begun)

    await asyncio.gather(*[caller() for _ in range(callers)])
    return seen


def _threads(ask: Callable[[Any], Any], callers: int, seconds: float) -> list[float]:
    start, seen = threading.Event(), [[] for _ in range(callers)]

    def caller(mine: list[float]) -> None:
        start.wait()
        end = now() + seconds
        while (begun := now()) < end:
            ask(ROW)
            mine.append(now() - begun)

    threads = [threading.Thread(target=caller, args=(mine,), daemon=True) for mine in seen]
    for thread in threads:
        thread.start()
    start.set()
    for thread in threads:
        thread.join()
    return [latency for mine in seen for latency in mine]


def closed(runner: Runner, callers: int, seconds: float, kind: str) -> Round:
    """Let callers ask again as soon as they are answered: coroutines, threads, or half of each."""
    begun, cpu = now(), time.process_time()
    if kind == "coroutines":
        seen = asyncio.run(_coroutines(runner.predict.async_run, callers, seconds))
    elif kind == "threads":
        seen = _threads(runner.predict.run, callers, seconds)
    else:
        half: list[float] = []
        loop = threading.Thread(
            target=lambda: half.extend(asyncio.run(_coroutines(runner.predict.async_run, callers // 2, seconds)))
        )
        loop.start()
        seen = _threads(runner.predict.run, callers - callers // 2, seconds)
        loop.join()
        seen += half
    return Round(seen, now() - begun, time.process_time() - cpu)


def opened(runner: Runner, rate: float, seconds: float, seed: int) -> Round:
    """Let requests arrive at random times, whether earlier ones are answered or not."""
    dice = random.Random(seed)
    due, moment = [], 0.0
    while (moment := moment + dice.expovariate(rate)) < seconds:
        due.append(moment)
    seen: list[float] = []

    async def main() -> None:
        begun, tasks = now(), set()

        async def one(moment: float) -> None:
            await runner.predict.async_run(ROW)
            seen.append(now() - begun - moment)

        for moment in due:
            while (left := begun + moment - now()) > 0:  # noqa: ASYNC110  # until a moment, which no event tells
                await asyncio.sleep(left if left > 2e-4 else 0)
            tasks.add(task := asyncio.ensure_future(one(moment)))
            task.add_done_callback(tasks.discard)
        await asyncio.gather(*tasks)

    begun, cpu = now(), time.process_time()
    asyncio.run(main())
    return Round(seen, now() - begun, time.process_time() - cpu)


def alone(model: Callable[[np.ndarray], np.ndarray], rows: int) -> float:
    """Time the model itself, in seconds."""
    value, times = np.repeat(ROW, rows, axis=0), []
    for _ in range(9):
        begun = now()
        model(value)
        times.append(now() - begun)
    return statistics.median(times)


def percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[round(share * (len(ordered) - 1))]


def closed_loop(rounds: int, seconds: float) -> None:
    print(f"\n{'callers':22s} {'share':>6s} {'best':>6s} {'p50/predict':>12s} {'p99/predict':>12s} {'cpu us':>7s}")
    cases = [
        (kind, n) for kind in ("coroutines", "threads", "mixed") for n in (1, 8, 64, 256) if (kind, n) != ("mixed", 1)
    ]
    runner = runner_for(accelerator)
    shares: dict[Any, list[tuple[float, ...]]] = {case: [] for case in cases}
    for _ in range(rounds):
        for kind, n in cases:
            one, many = alone(accelerator, 1), alone(accelerator, n)
            seen = closed(runner, n, seconds, kind)
            one, many = (one + alone(accelerator, 1)) / 2, (many + alone(accelerator, n)) / 2
            rate = len(seen.latencies) / seen.wall
            shares[kind, n].append(
                (
                    rate * many / n,
                    percentile(seen.latencies, 0.5) / one,
                    percentile(seen.latencies, 0.99) / one,
                    seen.cpu / len(seen.latencies) * 1e6,
                )
            )
    for (kind, n), rows in shares.items():
        share, p50, p99, cpu = (statistics.median(column) for column in zip(*rows, strict=True))
        best = max(row[0] for row in rows)
        print(f"{n:4d} {kind:17s} {share:6.3f} {best:6.3f} {p50:12.3f} {p99:12.3f} {cpu:7.1f}")
    runner.close()


def open_loop(rounds: int, seconds: float) -> None:
    print(f"\n{'load':6s} {'p50/predict':>12s} {'p99/predict':>12s} {'kept':>6s}   of what 64 callers could reach")
    runner = runner_for(accelerator)
    closed(runner, 8, 0.2, "coroutines")
    for load in (0.1, 0.5, 0.9):
        rows = []
        for seed in range(rounds):
            one, many = alone(accelerator, 1), alone(accelerator, 64)
            rate = load * 64 / many
            seen = opened(runner, rate, seconds, seed)
            kept = len(seen.latencies) / seen.wall / rate
            rows.append((percentile(seen.latencies, 0.5) / one, percentile(seen.latencies, 0.99) / one, kept))
        p50, p99, kept = (statistics.median(column) for column in zip(*rows, strict=True))
        print(f"{load:6.0%} {p50:12.2f} {p99:12.2f} {kept:6.2f}")
    runner.close()


def overhead(rounds: int) -> None:
    """Processor time of a request when the model takes none: the least of many short rounds."""
    print(f"\n{'free model':22s} {'cpu us':>7s} {'future us':>10s} {'ratio':>6s}")
    for kind, n in (("coroutines", 64), ("coroutines", 256), ("threads", 1), ("threads", 64)):
        runner = runner_for(free)
        closed(runner, n, 0.1, kind)
        ours = min(
            seen.cpu / len(seen.latencies) for seen in (closed(runner, n, 0.15, kind) for _ in range(4 * rounds))
        )
        floor = min(asyncio.run(future_round_trip(64)) for _ in range(4 * rounds))
        print(f"{n:4d} {kind:17s} {ours * 1e6:7.2f} {floor * 1e6:10.2f} {ours / floor:6.2f}")
        runner.close()


async def future_round_trip(callers: int) -> float:
    """The least that a batcher of asyncio could cost: a future that is made, set and awaited."""
    loop, waiting, n = asyncio.get_running_loop(), [], 200

    def answer() -> None:
        batch = waiting[:]
        waiting.clear()
        for future in batch:
            future.set_result(None)

    async def caller() -> None:
        for _ in range(n):
            future = loop.create_future()
            waiting.append(future)
            if len(waiting) == 1:
                loop.call_soon(answer)
            await future

    begun = time.process_time()
    await asyncio.gather(*[caller() for _ in range(callers)])
    return (time.process_time() - begun) / (callers * n)


def frames(rounds: int) -> None:
    """Merging 64 frames of one row, against concatenating 64 arrays."""
    print(f"\n{'merge of 64 rows':22s} {'us':>7s} {'ratio':>6s}")
    table = pd.DataFrame(np.random.default_rng(0).random((64, 30)), columns=[f"c{i}" for i in range(30)])
    arrays = [table.to_numpy()[i : i + 1] for i in range(64)]
    plain = [pd.DataFrame(array, columns=list(table.columns)) for array in arrays]
    sliced = [table.iloc[i : i + 1] for i in range(1, 64)] + [table.iloc[5:6]]
    batching = Batching()
    cases: dict[str, Callable[[], Any]] = {
        "np.concatenate": lambda: np.concatenate(arrays),
        "arrays": lambda: batching.merge(arrays),
        "frames": lambda: batching.merge(plain),
        "frames of X.iloc": lambda: batching.merge(sliced),
        "pandas.concat": lambda: pd.concat(plain, ignore_index=True),
    }
    times = {name: float("inf") for name in cases}
    for _ in range(20 * rounds):
        for name, case in cases.items():
            begun = now()
            for _ in range(5):
                case()
            times[name] = min(times[name], (now() - begun) / 5)
    for name, seconds in times.items():
        print(f"{name:22s} {seconds * 1e6:7.1f} {seconds / times['np.concatenate']:6.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=0.5)
    parser.add_argument("--only", choices=["closed", "open", "overhead", "frames"])
    chosen = parser.parse_args()
    parts = {
        "closed": lambda: closed_loop(chosen.rounds, chosen.seconds),
        "open": lambda: open_loop(chosen.rounds, chosen.seconds),
        "overhead": lambda: overhead(chosen.rounds),
        "frames": lambda: frames(chosen.rounds),
    }
    for name, part in parts.items():
        if chosen.only in (None, name):
            part()


if __name__ == "__main__":
    main()
