"""Batches that have run wait here to be counted: their callers are woken first, for that is what somebody waits for."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Sequence

from bentobook.runner.policy import Reason
from bentobook.runner.request import Request


class Counting:
    """Hands batches on to the recorders of their methods, one at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._batches: deque[tuple[int, Sequence[Request], Reason, float, float, int]] = deque()

    def add(self, rows: int, batch: Sequence[Request], reason: Reason, began: float, ended: float, reruns: int) -> None:
        """Keep a batch; the arguments are those of :meth:`bentobook.runner.stats.Recorder.batch`, and further runs."""
        self._batches.append((rows, batch, reason, began, ended, reruns))

    def finish(self) -> None:
        """Count all batches that were kept: soon after their callers were woken, or when somebody wants to know."""
        with self._lock:
            while self._batches:
                rows, batch, reason, began, ended, reruns = self._batches.popleft()
                recorder = batch[0].group.method.recorder
                recorder.batch(rows, batch, reason, began, ended)
                if reruns or batch[0].error is not None:
                    recorder.reruns += reruns
                    recorder.failed += sum([request.error is not None for request in batch])
