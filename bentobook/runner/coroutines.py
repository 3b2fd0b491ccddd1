"""The calls of coroutines: their deadlines belong to the loop that calls.

A loop takes the baton only inside of one callback, to run a batch of a fast model there; a slower model is left to the
worker, one change of threads per batch. When the answers are there, one callback wakes all coroutines of the batch, and
one more, after they had their turn, says that the loop has settled.
"""

from __future__ import annotations

import weakref
from asyncio import AbstractEventLoop, BaseEventLoop, TimerHandle, get_running_loop
from collections.abc import Generator
from math import inf
from threading import get_ident
from time import monotonic
from types import coroutine
from typing import Any

from bentobook.runner.dispatcher import Dispatcher
from bentobook.runner.request import RUNNING, Request


class LoopSide:
    """What a dispatcher has to do with one loop.

    Parameters
    ----------
    dispatcher : Dispatcher
        The queue.
    loop : AbstractEventLoop
        The loop whose coroutines ask.
    """

    def __init__(self, dispatcher: Dispatcher, loop: AbstractEventLoop) -> None:
        self.dispatcher = dispatcher
        self.loop = loop
        self.own: list[Request] = []
        self._called = False
        self._alarm: TimerHandle | None = None
        self._alarm_at = inf

    @coroutine
    def ask(self, request: Request) -> Generator[Request, None, Any]:
        """Wait for the answer to a request; see :func:`bentobook.runner.threads.run`.

        What is yielded is what the task awaits: the request, which asyncio takes for a future.
        """
        dispatcher = self.dispatcher
        with dispatcher.lock:
            if dispatcher.refusal is not None or not dispatcher.room.add(request):
                raise dispatcher.refused(request)
            if request.group.most_rows is not None:
                dispatcher.patience.came(request)
        try:
            if dispatcher.holder is None and not self._called:
                self.loop.call_soon(self._begin)
                self._called = True
            if self._alarm is None or request.timeout is not None:
                self._set_alarm(request.limit)
            request._asyncio_future_blocking = True  # noqa: SLF001  # asyncio's sign of a future that is awaited
            yield request
        except BaseException:
            with dispatcher.lock:
                if dispatcher.drop(request):
                    request.group.method.recorder.cancelled += 1
            raise
        if request.error is not None:
            raise request.error
        return request.answer

    def _begin(self) -> None:
        """Take the baton if it is free: everybody who was ready to ask in this turn of the loop has asked."""
        self._called = False
        dispatcher = self.dispatcher
        with dispatcher.lock:
            group = dispatcher.room.next_group()
            if dispatcher.holder is not None or group is None:
                return
            method = group.method
            inline = not method.max_wait and method.cost.runs_inline(min(group.rows, group.most_rows or group.rows))
            dispatcher.take_baton(self if inline else dispatcher.worker)
        if not inline:
            return
        try:
            dispatcher.run_batch(patient=False)
        except BaseException:
            dispatcher.recover(leads=dispatcher.holder is self)
            raise
        finally:
            own, self.own = self.own, []
            self.resolve(own, 0)

    def post(self, requests: list[Request], turn: int) -> None:
        """Resolve requests from another thread."""
        try:
            self.loop.call_soon_threadsafe(self.resolve, requests, turn)
        except RuntimeError:
            # The loop is closed, and with it everybody who waited on it.
            if turn:
                self._settled(turn)

    def resolve(self, requests: list[Request], turn: int) -> None:
        """Wake the coroutines; say so after they had a turn, and another for those who only pass answers on."""
        requests.reverse()
        try:
            while requests:
                request = requests.pop()
                wake = request.wake
                if wake is not None:
                    request.wake = None
                    request.context.run(wake, request)
        except BaseException:
            # Only KeyboardInterrupt and SystemExit come out of a task. They end this callback, but not the batch.
            self.loop.call_soon(self.resolve, requests[::-1], turn)
            raise
        if turn:
            self.loop.call_soon(self._settled, turn)

    def _settled(self, turn: int) -> None:
        with self.dispatcher.lock:
            self.dispatcher.patience.settled(turn)

    def _set_alarm(self, when: float) -> None:
        """Wake at the earliest deadline: one timer for all, which is set again when it rings."""
        if when >= self._alarm_at:
            return
        if self._alarm is not None:
            self._alarm.cancel()
        self._alarm = self.loop.call_later(max(0.0, when - monotonic()), _ring, weakref.ref(self))
        self._alarm_at = when

    def ring(self) -> None:
        """Refuse what has waited for too long, and leave what runs for too long."""
        self._alarm, self._alarm_at = None, inf
        dispatcher, now = self.dispatcher, monotonic()
        with dispatcher.lock:
            pending = [(request.limit, request) for request in dispatcher.room.everyone() if request.side is self]
            pending += [(r.deadline, r) for r in dispatcher.running if r.side is self and r.state == RUNNING]
            late = [request for limit, request in pending if limit <= now]
            for request in late:
                request.fail(request.late(now, dispatcher.state_of_model()))
                request.group.method.recorder.refused += 1
                dispatcher.drop(request)
        self.resolve(late, 0)
        following = min((limit for limit, _ in pending if limit > now), default=inf)
        self._set_alarm(following)


def _ring(side: weakref.ref[LoopSide]) -> None:
    alive = side()
    if alive is not None:
        alive.ring()


class Loops:
    """The sides of all loops that ask one dispatcher.

    Parameters
    ----------
    dispatcher : Dispatcher
        The queue.
    """

    def __init__(self, dispatcher: Dispatcher) -> None:
        self._dispatcher = dispatcher
        self._sides: dict[AbstractEventLoop, LoopSide] = {}
        self._threads: dict[int, LoopSide] = {}

    def here(self) -> LoopSide:
        """Find or make the side of the loop that runs in this thread; those of closed loops are forgotten.

        ``asyncio.get_running_loop`` makes a system call in Python 3.11, which can take as long as all the rest of a
        request. So the side is kept per thread, and the loop knows in which thread it runs.
        """
        thread = get_ident()
        side = self._threads.get(thread)
        if side is not None and side.loop._thread_id == thread:  # type: ignore[attr-defined]  # noqa: SLF001
            return side
        loop = get_running_loop()
        with self._dispatcher.lock:
            self._sides = {known: each for known, each in self._sides.items() if not known.is_closed()}
            self._threads = {known: each for known, each in self._threads.items() if not each.loop.is_closed()}
            side = self._sides.get(loop)
            if side is None:
                side = self._sides[loop] = LoopSide(self._dispatcher, loop)
            if isinstance(loop, BaseEventLoop):
                self._threads[thread] = side
        return side
