"""The thread that runs batches for coroutines, and for callers that must be able to leave before there is an answer."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Protocol

from bentobook.runner.request import Request


class Queue(Protocol):
    """What the worker asks of its dispatcher; see :class:`bentobook.runner.dispatcher.Dispatcher`."""

    name: str
    lock: threading.Lock
    holder: object
    running: Sequence[Request]

    def run_batch(self) -> None:
        """Run the next batch, as the holder of the baton."""

    def recover(self, *, leads: bool) -> None:
        """Put right what was left half done."""


class Worker:
    """A daemon thread that starts when it is first needed and sleeps until it gets the baton.

    Parameters
    ----------
    dispatcher : Queue
        Whose batches it runs.
    """

    def __init__(self, dispatcher: Queue) -> None:
        self._dispatcher = dispatcher
        self._asleep = threading.Lock()
        self._asleep.acquire()
        self._thread: threading.Thread | None = None
        self._ended = False

    def wake(self) -> None:
        """Let it look whether it has the baton. The dispatcher's lock is held."""
        if self._thread is None or self._thread.ident is None:
            self._thread = threading.Thread(target=self._work, name=f"bentobook {self._dispatcher.name}", daemon=True)
            self._thread.start()
        if self._asleep.locked():
            self._asleep.release()

    def end(self) -> None:
        """Let the thread end after what it does. The dispatcher's lock is held."""
        self._ended = True
        if self._asleep.locked():
            self._asleep.release()

    def _work(self) -> None:
        dispatcher = self._dispatcher
        while True:
            self._asleep.acquire()
            with dispatcher.lock:
                # Whoever woke this thread holds the lock until it has handed over the baton.
                pass
            while dispatcher.holder is self:
                self._run_batch()
            if self._ended:
                return

    def _run_batch(self) -> None:
        """Run a batch; whatever goes wrong here is the end of the batch, not of the thread."""
        try:
            self._dispatcher.run_batch()
        except BaseException as error:  # noqa: BLE001  # a model that raises KeyboardInterrupt itself
            for request in self._dispatcher.running:
                if not request.answered:
                    request.fail(RuntimeError(f"{request.group.method.label} raised {error!r}."))
            self._dispatcher.recover(leads=True)
