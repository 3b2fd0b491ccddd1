"""Threads for APIs written as ``def``: one for each caller that waits, up to a limit; idle ones end soon.

anyio's limiter gives 40 threads to a whole process; here each waiting caller may hold one, so that all can ride in one
batch. All answers that are ready when the loop looks are handed over in one callback. The threads are daemons: they
never keep a kernel from ending.
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from contextvars import Context, copy_context
from queue import Empty, SimpleQueue
from typing import Any
from weakref import WeakKeyDictionary

from bentobook import settings
from bentobook.runner.core import withdraw

IDLE_S = 5.0
Job = tuple["Outbox", "asyncio.Future[Any]", Context, Callable[[Any], Any], Any]


class Outbox:
    """The answers on their way to one loop.

    Parameters
    ----------
    loop : AbstractEventLoop
        Where the callers wait.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._ready: deque[tuple[asyncio.Future[Any], Any, BaseException | None]] = deque()
        self._posted = False

    def put(self, future: asyncio.Future[Any], answer: Any, error: BaseException | None) -> None:
        """Bring an answer, from any thread. The flag is lowered before the box is emptied, so nothing stays in it."""
        self._ready.append((future, answer, error))
        if not self._posted:
            self._posted = True
            with suppress(RuntimeError):  # the loop is closed, and nobody waits any more
                self._loop.call_soon_threadsafe(self._deliver)

    def _deliver(self) -> None:
        self._posted = False
        while self._ready:
            future, answer, error = self._ready.popleft()
            if future.done():
                continue
            if error is None:
                future.set_result(answer)
            else:
                future.set_exception(error)


class Pool:
    """Threads that are made when they are needed.

    Parameters
    ----------
    limit : int
        The most threads.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._lock = threading.Lock()
        self._jobs: SimpleQueue[Job] = SimpleQueue()
        self._count = self._idle = self._pending = 0
        self._running: dict[asyncio.Future[Any], int] = {}
        self._boxes: WeakKeyDictionary[asyncio.AbstractEventLoop, Outbox] = WeakKeyDictionary()

    async def ask(self, function: Callable[[Any], Any], value: Any) -> Any:
        """Wait for a function in a thread; when the caller leaves, what the thread waits for is taken back."""
        future = self.run(function, value)
        try:
            return await future
        except asyncio.CancelledError:
            with self._lock:  # the thread cannot go on to another job meanwhile
                thread = self._running.get(future)
                if thread is not None:
                    withdraw(thread)
            raise

    def run(self, function: Callable[[Any], Any], value: Any) -> asyncio.Future[Any]:
        """Call a function in a thread, with the caller's context variables; await what is returned."""
        loop = asyncio.get_running_loop()
        box = self._boxes.get(loop)
        if box is None:
            box = self._boxes[loop] = Outbox(loop)
        future = loop.create_future()
        with self._lock:
            self._pending += 1
            wanted = self._pending > self._idle and self._count < self.limit
            self._count += wanted
        self._jobs.put((box, future, copy_context(), function, value))
        if wanted:
            threading.Thread(target=self._work, name="bentobook api", daemon=True).start()
        return future

    def _next(self) -> Job | None:
        with self._lock:
            self._idle += 1
        try:
            return self._jobs.get(timeout=IDLE_S)
        except Empty:
            return None
        finally:
            with self._lock:
                self._idle -= 1

    def _work(self) -> None:
        while True:
            job = self._next()
            with self._lock:
                if job is None:
                    if self._pending:
                        continue
                    self._count -= 1
                    return
                self._pending -= 1
                self._running[job[1]] = threading.get_ident()
            _do(*job)
            with self._lock:
                del self._running[job[1]]
            del job


def _do(box: Outbox, future: asyncio.Future[Any], context: Context, function: Callable[[Any], Any], value: Any) -> None:
    if future.cancelled():
        return
    try:
        answer = context.run(function, value)
    except StopIteration as error:
        box.put(future, None, RuntimeError(f"The function raised {error!r}."))
    except BaseException as error:  # noqa: BLE001  # whatever it raises belongs to the one who waits
        box.put(future, None, error)
    else:
        box.put(future, answer, None)


_pool: Pool | None = None


def pool() -> Pool:
    """Return the threads of this process."""
    global _pool  # noqa: PLW0603  # one limit for a process, read when it is first needed
    if _pool is None:
        _pool = Pool(settings.api_threads())
    return _pool


def _forget() -> None:
    global _pool  # noqa: PLW0603  # the threads stayed behind in the parent
    _pool = None


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)
