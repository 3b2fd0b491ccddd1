"""Notice callers that hang up while they wait: what they asked for is dropped, and a runner never runs it.

To watch a connection takes a task of its own, which would cost as much as a fast model. So nobody is watched at first;
a timer looks around while somebody waits, and watches those whom it sees for the second time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from bentobook.service.body import CallerGone, Receive

LOOK_S = 0.1
T = TypeVar("T")


class Callers:
    """The callers of one application who wait for an answer."""

    def __init__(self) -> None:
        self._waiting: dict[asyncio.Task[object], Receive] = {}
        self._watchers: dict[asyncio.Task[object], asyncio.Task[None]] = {}
        self._seen: set[asyncio.Task[object]] = set()
        self._left: set[asyncio.Task[object]] = set()
        self._loop: asyncio.AbstractEventLoop | None = None

    async def wait(self, receive: Receive, answering: Awaitable[T]) -> T:
        """Wait for an answer for as long as the caller does.

        Parameters
        ----------
        receive : callable
            ASGI's, after the whole body was read.
        answering : awaitable
            What is cancelled when the caller hangs up.

        Raises
        ------
        CallerGone
            When it was.
        """
        task = asyncio.current_task()
        if task is None:
            return await answering
        self._waiting[task] = receive
        loop = task.get_loop()
        if self._loop is not loop:
            self._loop = loop
            loop.call_later(LOOK_S, self._look, loop)
        try:
            return await answering
        except asyncio.CancelledError:
            if task not in self._left:
                raise
            task.uncancel()
            raise CallerGone from None
        finally:
            del self._waiting[task]
            if self._watchers:
                self._end_watch(task)

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._loop is not loop:
            return  # another loop serves now
        for task, receive in self._waiting.items():
            if task in self._seen and task not in self._watchers:
                self._watchers[task] = loop.create_task(self._watch(task, receive))
        self._seen = set(self._waiting)
        if self._waiting:
            loop.call_later(LOOK_S, self._look, loop)
        else:
            self._loop = None

    async def _watch(self, task: asyncio.Task[object], receive: Receive) -> None:
        message = await receive()
        if message["type"] == "http.disconnect" and task in self._waiting:
            self._left.add(task)
            task.cancel()

    def _end_watch(self, task: asyncio.Task[object]) -> None:
        watcher = self._watchers.pop(task, None)
        if watcher is not None:
            watcher.cancel()
        self._left.discard(task)
