"""Batches that have run wait here to be counted: their callers are woken first, for that is what somebody waits for."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Sequence
from typing import NamedTuple

from bentobook.runner.policy import Reason
from bentobook.runner.request import Request


class Ran(NamedTuple):
    """A batch that has run: its rows, why it left, when it began and ended, and how often the model was run again."""

    rows: int
    requests: Sequence[Request]
    reason: Reason
    began: float
    ended: float
    reruns: int


class Counting:
    """Hands batches on to the recorders of their methods, one at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._batches: deque[Ran] = deque()

    def add(self, ran: Ran) -> None:
        """Keep a batch."""
        self._batches.append(ran)

    def finish(self) -> None:
        """Count all batches that were kept: soon after their callers were woken, or when somebody wants to know."""
        with self._lock:
            while self._batches:
                ran = self._batches.popleft()
                recorder = ran.requests[0].group.method.recorder
                recorder.batch(ran.rows, ran.requests, ran.reason, ran.began, ran.ended)
                if ran.reruns or ran.requests[0].error is not None:
                    recorder.reruns += ran.reruns
                    recorder.failed += sum([request.error is not None for request in ran.requests])
