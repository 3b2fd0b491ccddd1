"""The one loop for sync code that must await something: a daemon thread that starts when it is first needed.

Never the loop of a notebook's kernel, which is busy while a cell waits, and never ``asyncio.run``, which makes a loop
for one call: what a coroutine opens there (connections, locks) would be of no use to the next.
"""

from __future__ import annotations

import asyncio
import functools
import os
import threading
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class LoopThread:
    """A loop that runs in a daemon thread; it never keeps a process from ending."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    def loop(self) -> asyncio.AbstractEventLoop:
        """Return the loop, running."""
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                self._thread = threading.Thread(target=self._loop.run_forever, name="bentobook event loop", daemon=True)
                self._thread.start()
            return self._loop

    def run(self, work: Coroutine[Any, Any, T], timeout: float | None = None) -> T:
        """Run a coroutine on the loop and wait for it.

        Parameters
        ----------
        work : coroutine
            What is awaited.
        timeout : float, optional
            After how many seconds it is cancelled.

        Raises
        ------
        RuntimeError
            When called on the loop itself: it would wait for itself.
        TimeoutError
            When the time is over.
        """
        loop = self.loop()
        if threading.current_thread() is self._thread:
            work.close()
            raise RuntimeError("This code runs on the loop that it wants to wait for; await it instead.")
        future = asyncio.run_coroutine_threadsafe(work, loop)
        try:
            return future.result(timeout)
        except BaseException:
            future.cancel()
            raise


_shared = LoopThread()


def _forget_after_fork() -> None:
    global _shared  # noqa: PLW0603  # a child has no thread for the loop that it inherits
    _shared = LoopThread()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_after_fork)


def run(work: Coroutine[Any, Any, T], timeout: float | None = None) -> T:
    """Run a coroutine on the shared loop and wait for it; see :meth:`LoopThread.run`."""
    return _shared.run(work, timeout)


def as_sync(function: Callable[..., Coroutine[Any, Any, T]]) -> Callable[..., T]:
    """Make a function of a coroutine function: each call runs on the shared loop."""

    @functools.wraps(function)
    def call(*args: Any, **named: Any) -> T:
        return run(function(*args, **named))

    return call
