"""How the holder of the baton waits before it cuts a batch: for callers to come back, or for ``max_wait_ms``.

The numbers are :mod:`~bentobook.runner.policy`'s; here is who is missing, and the lock on which the holder sleeps until
everybody is back, a batch is full, or the time is over.
"""

from __future__ import annotations

import threading
from threading import Lock
from time import monotonic

from bentobook.runner import policy
from bentobook.runner.request import Group, Request
from bentobook.runner.waiting import WaitingRoom


class Patience:
    """Who is waited for. The dispatcher's lock is held around each call but :meth:`wait`.

    Attributes
    ----------
    ended : float
        When the last batch ended, in seconds.
    turn : int
        The number of the last batch.
    missing_callers, missing_loops : int
        Threads, and loops, of the last batch that were not heard of since.
    """

    def __init__(self) -> None:
        self.ended = 0.0
        self.turn = 0
        self.missing_callers = self.missing_loops = 0
        self.model_is_slow = False
        self._cost = policy.Cost()
        self._settle = policy.Settle()
        self._asleep = self._settling = False
        self._alarm = threading.Lock()
        self._alarm.acquire()

    def came(self, request: Request) -> None:
        """Take in that a request waits now."""
        if request.side is None and self.missing_callers:
            self.missing_callers -= 1
        if self._asleep and (not self._anybody_missing() if self._settling else request.group.is_full):
            self.end()

    def settled(self, turn: int) -> None:
        """Take in that a loop has given its callers of a batch their turn."""
        if turn == self.turn and self.missing_loops:
            self.missing_loops -= 1
            if self._asleep and self._settling and not self._anybody_missing():
                self.end()

    def ran(self, cost: policy.Cost, callers: int, loops: int) -> None:
        """Take in that a batch has run, and whom it had."""
        self.ended = monotonic()
        self.turn += 1
        self._cost = cost
        self.model_is_slow = cost.last >= policy.INLINE_S
        self.missing_callers = self._settle.wait_for(callers)
        self.missing_loops = loops

    def cut(self) -> None:
        """Take in that a batch is cut: nobody is waited for any more."""
        self._settle.cut(self.missing_callers)
        self.missing_callers = self.missing_loops = 0

    def end(self) -> None:
        """Wake the holder if it waits."""
        self._asleep = False
        if self._alarm.locked():
            self._alarm.release()

    def wait(self, lock: Lock, room: WaitingRoom) -> tuple[bool, bool]:
        """Wait until a batch should be cut; tell whether callers came back, and whether ``max_wait_ms`` was waited."""
        settled = waited = False
        while True:
            with lock:
                self._asleep = False
                self._alarm.acquire(blocking=False)
                now = monotonic()
                until = self._until(room.next_group())
                if until <= now:
                    return settled, waited
                self._asleep = True
                settled, waited = settled or self._settling, waited or not self._settling
            self._alarm.acquire(timeout=until - now)

    def _anybody_missing(self) -> bool:
        return bool(self.missing_callers or self.missing_loops)

    def _until(self, group: Group | None) -> float:
        self._settling = False
        if group is not None and group.is_full:
            return 0.0
        if self._anybody_missing():
            until = policy.settle_until(self.ended, self._cost, self.missing_loops, self.missing_callers)
            self._settling = until > monotonic()
            if self._settling:
                return until
        return group.requests[0].asked + group.method.max_wait if group is not None else 0.0
