"""The calls of coroutines: their deadlines belong to the loop that calls.

A loop takes the baton only inside of one callback, to run a batch of a fast model there; a slower model is left to the
worker, one change of threads per batch. When the answers are there, one callback wakes all coroutines of the batch, and
one more, after they had their turn, says that the loop has settled.
"""

from __future__ import annotations

import weakref
from asyncio import AbstractEventLoop, BaseEventLoop, TimerHandle, get_running_loop
from math import inf
from threading import get_ident
from time import monotonic
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

    Attributes
    ----------
    own : list of Request
        Requests that the loop has run itself and wakes next.
    alarm : TimerHandle or None
        The timer for the earliest deadline.
    """

    def __init__(self, dispatcher: Dispatcher, loop: AbstractEventLoop) -> None:
        self.dispatcher = dispatcher
        self.loop = loop
        self.own: list[Request] = []
        self.alarm: TimerHandle | None = None
        self._called = False
        self._alarm_at = inf

    def begin(self, request: Request) -> None:
        """See that somebody looks after a new request: when it is due, and when its time is over."""
        if self.dispatcher.holder is None and not self._called:
            self.loop.call_soon(self._begin)
            self._called = True
        if self.alarm is None or request.timeout is not None:
            self._set_alarm(request.limit)

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
        """Wake the coroutines; say so when all have asked again, or had a turn, and another to pass answers on."""
        requests.reverse()
        waited, woken = self.dispatcher.room.items, len(requests)
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
        if not turn:
            return
        if self.dispatcher.room.items - waited >= woken:
            self._settled(turn)
        else:
            self.loop.call_soon(self._settled, turn)

    def _settled(self, turn: int) -> None:
        with self.dispatcher.lock:
            self.dispatcher.patience.settled(turn)

    def _set_alarm(self, when: float) -> None:
        """Wake at the earliest deadline: one timer for all, which is set again when it rings."""
        if when >= self._alarm_at:
            return
        if self.alarm is not None:
            self.alarm.cancel()
        self.alarm = self.loop.call_later(max(0.0, when - monotonic()), _ring, weakref.ref(self))
        self._alarm_at = when

    def ring(self) -> None:
        """Refuse what has waited for too long, and leave what runs for too long."""
        self.alarm, self._alarm_at = None, inf
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

    Whoever may still ask holds it: when it is gone, the runner is.

    Parameters
    ----------
    dispatcher : Dispatcher
        The queue.
    """

    def __init__(self, dispatcher: Dispatcher) -> None:
        self.dispatcher = dispatcher
        self._sides: dict[AbstractEventLoop, LoopSide] = {}
        self._threads: dict[int, LoopSide] = {}

    def here(self) -> LoopSide:
        """Find or make the side of the loop that runs in this thread; those of closed loops are forgotten.

        ``asyncio.get_running_loop`` makes a system call in Python 3.11, a tenth of what a request costs. So the side is
        kept per thread, and the loop knows in which thread it runs.
        """
        thread = get_ident()
        side = self._threads.get(thread)
        if side is not None and side.loop._thread_id == thread:  # type: ignore[attr-defined]  # noqa: SLF001
            return side
        loop = get_running_loop()
        side = self._sides.get(loop)
        if side is not None and thread not in self._threads:  # a loop of another make, such as uvloop's
            return side
        with self.dispatcher.lock:
            self._sides = {known: each for known, each in self._sides.items() if not known.is_closed()}
            self._threads = {known: each for known, each in self._threads.items() if not each.loop.is_closed()}
            side = self._sides.setdefault(loop, LoopSide(self.dispatcher, loop))
            if isinstance(loop, BaseEventLoop):
                self._threads[thread] = side
        return side


async def ask(loops: Loops, request: Request) -> Any:
    """Wait for the answer to a request; see :func:`bentobook.runner.threads.ask`."""
    dispatcher = loops.dispatcher
    side = request.side = loops.here()
    request.wake = None
    request.asked = monotonic()
    try:
        with dispatcher.lock:
            if dispatcher.refusal is not None or not dispatcher.room.add(request):
                raise dispatcher.refused(request)  # noqa: TRY301  # one handler puts everything right
            if request.group.most_rows is not None:
                dispatcher.patience.came(request)
        if dispatcher.holder is None or request.timeout is not None or side.alarm is None:
            side.begin(request)
        await request
    except BaseException:
        with dispatcher.lock:
            if dispatcher.drop(request):
                request.group.method.recorder.cancelled += 1
        raise
    if request.error is not None:
        raise request.error
    return request.answer
