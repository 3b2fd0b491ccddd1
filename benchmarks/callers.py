"""Callers: as many as wait for their answers (closed), or as many as come (open)."""

from __future__ import annotations

import asyncio
import random
import threading
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

now = time.perf_counter

AsyncAsk = Callable[[Any], Awaitable[Any]]
Ask = Callable[[Any], Any]


@dataclass
class Seen:
    """What callers saw.

    Attributes
    ----------
    latencies : list of float
        Seconds from call to answer, of each request that was answered.
    wall, cpu : float
        Seconds of the round, and of the processor in it.
    offered : float
        Requests a second that came, where callers did not wait for each other.
    """

    latencies: list[float]
    wall: float
    cpu: float
    offered: float = 0.0


async def coroutines(ask: AsyncAsk, value: Any, callers: int, seconds: float) -> Seen:
    """Ask again as soon as there is an answer, from coroutines of the loop that runs."""
    latencies: list[float] = []
    begun, cpu = now(), time.process_time()
    end = begun + seconds

    async def caller() -> None:
        while (asked := now()) < end:
            await ask(value)
            latencies.append(now() - asked)

    await asyncio.gather(*[caller() for _ in range(callers)])
    return Seen(latencies, now() - begun, time.process_time() - cpu)


def threads(ask: Ask, value: Any, callers: int, seconds: float) -> Seen:
    """Ask again as soon as there is an answer, from plain threads."""
    start, each = threading.Event(), [[] for _ in range(callers)]

    def caller(mine: list[float]) -> None:
        start.wait()
        while (asked := now()) < end:
            ask(value)
            mine.append(now() - asked)

    started = [threading.Thread(target=caller, args=(mine,), daemon=True) for mine in each]
    for thread in started:
        thread.start()
    begun, cpu = now(), time.process_time()
    end = begun + seconds
    start.set()
    for thread in started:
        thread.join()
    return Seen([latency for mine in each for latency in mine], now() - begun, time.process_time() - cpu)


async def mixed(async_ask: AsyncAsk, ask: Ask, value: Any, callers: int, seconds: float) -> Seen:
    """Half of the callers are threads, the others coroutines."""
    beside = asyncio.to_thread(threads, ask, value, callers - callers // 2, seconds)
    cpu = time.process_time()
    one, other = await asyncio.gather(beside, coroutines(async_ask, value, callers // 2, seconds))
    return Seen(one.latencies + other.latencies, max(one.wall, other.wall), time.process_time() - cpu)


async def opened(ask: AsyncAsk, value: Any, rate: float, seconds: float, seed: int) -> Seen:
    """Ask at random moments, whether earlier requests have been answered or not."""
    dice = random.Random(seed)
    due, moment = [], 0.0
    while (moment := moment + dice.expovariate(rate)) < seconds:
        due.append(moment)
    latencies: list[float] = []
    tasks: set[asyncio.Future[None]] = set()

    async def one(moment: float) -> None:
        await ask(value)
        latencies.append(now() - begun - moment)

    begun, cpu = now(), time.process_time()
    for moment in due:
        while (left := begun + moment - now()) > 0:  # noqa: ASYNC110  # until a moment, which no event tells
            await asyncio.sleep(left if left > 2e-4 else 0)
        tasks.add(task := asyncio.ensure_future(one(moment)))
        task.add_done_callback(tasks.discard)
    if tasks:
        await asyncio.wait(tasks, timeout=3)
    # Who is not answered by now is lost.
    return Seen(latencies, now() - begun, time.process_time() - cpu, len(due) / due[-1])
