"""Tell the callers of a batch that their answers are there.

Coroutines are told once per loop. Threads are woken in a chain: each that wakes wakes the next. When all are woken at
once they fight for the interpreter's lock, and 64 of them need half as long again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from threading import Lock

from bentobook.runner.request import DONE, GONE, Request, Side

CHAINS = 2
_release = type(Lock()).release


class Wakeups:
    """The callers of some requests, ready to be woken; sending twice does no harm.

    Parameters
    ----------
    requests : sequence of Request
        Requests with an answer or an error.
    leader : object
        Who ran them: it need not be woken.
    turn : int
        The number of the batch.
    """

    def __init__(self, requests: Sequence[Request], leader: object = None, turn: int = 0) -> None:
        self.turn = turn
        self.loops: dict[Side, list[Request]] = {}
        threads: list[Request] = []
        side, mine = None, threads
        for request in requests:
            if request.state != GONE:
                request.state = DONE
                if request.side is not side:
                    side = request.side
                    mine = threads if side is None else self.loops.setdefault(side, [])
                mine.append(request)
        self.threads = len(threads)
        self._chain: Iterator[None] = iter(())
        if threads:
            # One call in C takes the next lock and releases it: no interrupt can come between the two. The lock of one
            # who was just made the leader is released already.
            asleep = [request.lock for request in threads if request is not leader and request.lock.locked()]
            self._chain = map(_release, asleep)
            for request in threads:
                request.chain = self._chain

    def send(self, leader: object = None) -> None:
        """Wake everybody; a loop that leads wakes its own when it has given the baton away."""
        for side, requests in self.loops.items():
            if side is leader:
                side.own = requests
            else:
                side.post(requests, self.turn)
        for _ in range(CHAINS):
            next(self._chain, None)
