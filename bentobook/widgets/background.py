"""Work that a form does beside the kernel: one step after the other, in a thread that lives as long as there are any.

A click is handled now in the main thread, now in another one while a cell runs; so all that follows from clicks is done
here, in order, and nothing waits for the kernel's loop.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable


class Worker:
    """Does steps in order.

    Parameters
    ----------
    failed : callable
        Told what a step raised.
    busy : callable, optional
        Told whether there is work, when that changes.
    """

    def __init__(self, failed: Callable[[Exception], object], busy: Callable[[bool], object] | None = None) -> None:
        self._failed, self._told = failed, busy or (lambda _: None)
        self._steps: deque[Callable[[], object]] = deque()
        self._changed = threading.Condition()
        self._busy = False

    def do(self, step: Callable[[], object]) -> None:
        """Do a step after those that wait already."""
        with self._changed:
            self._steps.append(step)
            if self._busy:
                return
            self._busy = True
        threading.Thread(target=self._work, name="bentobook form", daemon=True).start()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until nothing is left to do; tell whether that was so in time."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._busy, timeout)

    def _work(self) -> None:
        self._told(True)
        while True:
            with self._changed:
                if not self._steps:
                    break
                step = self._steps.popleft()
            self._try(step)
        self._told(False)
        with self._changed:
            again = self._busy = bool(self._steps)
            self._changed.notify_all()
        if again:
            self._work()

    def _try(self, step: Callable[[], object]) -> None:
        try:
            step()
        except Exception as error:  # noqa: BLE001  # a thread has nobody to raise to; the form says it
            self._failed(error)
