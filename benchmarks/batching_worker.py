"""One process of the comparison of batchers: reads cases as lines of JSON, answers each with its figures.

A figure is a ratio to the model alone, measured in the same process right before and right after the case.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import sys
from importlib.metadata import distributions
from typing import Any

import callers
from batchers import BATCHERS, Batcher
from callers import Seen
from costs import MODELS, ROW, alone


async def seen_by(batcher: Batcher, case: dict[str, Any], rate: float) -> Seen:
    """Let the callers of a case ask, after some who warm the batcher up."""
    kind, n, seconds = case["callers"], case["n"], case["seconds"]
    warm = seconds / 4
    if kind == "open":
        await callers.coroutines(batcher.async_ask, ROW, 8, warm)
        return await callers.opened(batcher.async_ask, ROW, rate, seconds, case["seed"])
    for each in (warm, seconds):
        gc.collect()
        if kind == "coroutines":
            seen = await callers.coroutines(batcher.async_ask, ROW, n, each)
        elif kind == "threads":
            seen = await asyncio.to_thread(callers.threads, batcher.ask, ROW, n, each)
        else:
            seen = await callers.mixed(batcher.async_ask, batcher.ask, ROW, n, each)
    return seen


def percentile(seconds: list[float], share: float) -> float:
    ordered = sorted(seconds)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


async def measured(case: dict[str, Any]) -> dict[str, Any]:
    """Run one case."""
    batcher = BATCHERS[case["batcher"]](MODELS[case["model"]])
    if case["callers"] not in (*batcher.callers, "open"):
        return {"skipped": True}
    n, model = case["n"], batcher.model
    one, many = alone(model, 1), alone(model, n)
    await batcher.start()
    seen = await seen_by(batcher, case, case.get("load", 0.0) * n / many)
    await batcher.stop()
    one, many = (one + alone(model, 1)) / 2, (many + alone(model, n)) / 2
    answered = len(seen.latencies)
    if not answered:
        return {"error": "no answer"}
    return {
        "share": answered / seen.wall * many / n,
        "p50": percentile(seen.latencies, 0.5) / one,
        "p99": percentile(seen.latencies, 0.99) / one,
        "cpu": seen.cpu / answered * 1e6,
        "kept": answered / seen.wall / seen.offered if seen.offered else 1.0,
    }


async def answer(line: str) -> dict[str, Any]:
    try:
        return await measured(json.loads(line))
    except Exception as error:  # noqa: BLE001  # a peer's failure is a result
        return {"error": repr(error)[:300]}


async def main() -> None:
    # What peers print goes where errors go; the answers alone go to the pipe.
    out = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        print(json.dumps(await answer(line)), file=out)


if __name__ == "__main__":
    if sys.argv[1:] == ["--versions"]:
        wanted = {name for batcher in BATCHERS.values() for name in batcher.packages}
        found = {str(each.name).lower(): each.version for each in distributions()}
        print(json.dumps({name: found[name] for name in wanted if name in found}))
    else:
        asyncio.run(main())
        os._exit(0)  # some peers leave threads behind that never end
