"""How the holder of the baton waits before it cuts a batch: for callers to come back, or for ``max_wait_ms``.

The numbers are :mod:`~bentobook.runner.policy`'s; here is who is missing, and the lock on which the holder sleeps until
everybody is back, a batch is full, or the time is over.
"""

from __future__ import annotations

import threading
from time import monotonic
from typing import TYPE_CHECKING

from bentobook.runner import policy

if TYPE_CHECKING:
    from bentobook.runner.policy import Reason
    from bentobook.runner.request import Group, Request


class Patience:
    """Who is waited for. The dispatcher's lock is held around each call but :meth:`sleep`.

    Attributes
    ----------
    ended : float
        When the last batch ended, in seconds.
    turn : int
        The number of the last batch.
    missing_callers, missing_loops : int
        Threads, and loops, of the last batch that were not heard of since.
    model_is_slow : bool
        Whether the last batch took so long that it should not run on a loop.
    asleep : bool
        Whether the holder sleeps, or is about to.
    """

    def __init__(self) -> None:
        self.ended = 0.0
        self.turn = 0
        self.missing_callers = self.missing_loops = 0
        self.model_is_slow = self.asleep = False
        self._waits_for: Reason | None = None
        self._until = 0.0
        self._cost = policy.Cost()
        self._settle = policy.Settle()
        self._alarm = threading.Lock()
        self._alarm.acquire()

    def came_back(self, request: Request) -> None:
        """Take in that the request of a thread waits now: it may be one of those who are waited for."""
        if self.missing_callers:
            self.missing_callers -= 1
        if self.asleep:
            self.came(request)

    def came(self, request: Request) -> None:
        """Take in that a request waits now."""
        if self.asleep and (self._all_back() if self._waits_for == "settled" else request.group.is_full):
            self.end()

    def settled(self, turn: int) -> None:
        """Take in that a loop has given its callers of a batch their turn."""
        if turn == self.turn and self.missing_loops:
            self.missing_loops -= 1
            if self.asleep and self._waits_for == "settled" and self._all_back():
                self.end()

    @property
    def misses_others(self) -> bool:
        """Whether more than one caller is still waited for: the one who asks now may be one of them."""
        return self.missing_callers > 1 or self.missing_loops > 0

    def _all_back(self) -> bool:
        return not self.missing_callers and not self.missing_loops

    def ran(self, cost: policy.Cost, callers: int, loops: int) -> None:
        """Take in that a batch has run, and whom it had."""
        self.ended = monotonic()
        self.turn += 1
        self._cost = cost
        self.model_is_slow = cost.last >= policy.INLINE_S
        self.missing_callers = self._settle.wait_for(callers, cost.fixed) if callers else 0
        self.missing_loops = loops

    def cut(self, reason: Reason) -> Reason:
        """Take in that a batch is cut, and nobody is waited for; tell what was waited for, else the reason given."""
        if self._settle.expected:
            self._settle.cut(self.missing_callers, monotonic() - self.ended, self._cost.fixed)
        self.missing_callers = self.missing_loops = 0
        self.asleep = False
        reason, self._waits_for = self._waits_for or reason, None
        return reason

    def lie_down(self, group: Group | None, now: float) -> bool:
        """Tell whether the holder should sleep before it cuts a batch of a group; if so, :meth:`sleep` follows."""
        self.asleep = False
        self._alarm.acquire(blocking=False)
        if group is not None and group.is_full:
            return False
        if self.missing_callers or self.missing_loops:
            until = policy.settle_until(self.ended, self._cost, self.missing_loops, self.missing_callers)
            if until > now:
                self.asleep, self._until, self._waits_for = True, until, "settled"
                return True
        if group is not None and group.method.max_wait:
            until = group.requests[0].asked + group.method.max_wait
            if until > now:
                self.asleep, self._until, self._waits_for = True, until, "waited"
        return self.asleep

    def sleep(self) -> None:
        """Sleep until everybody is back, a batch is full, or the time is over. The lock is not held."""
        self._alarm.acquire(timeout=max(0.0, self._until - monotonic()))

    def end(self) -> None:
        """Wake the holder if it sleeps."""
        self.asleep = False
        if self._alarm.locked():
            self._alarm.release()
