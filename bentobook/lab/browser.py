"""One worker that asks the tracking server, kept as long as questions come: importing MLflow takes seconds.

Two questions never overlap; a worker that does not answer in time is ended, and the next question gets a new one.
"""

from __future__ import annotations

import asyncio
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from bentobook.errors import BentobookError, ImportFailed
from bentobook.lab import process
from bentobook.lab.place import Place

ANSWER_S = 90.0
IDLE_S = 300.0
_END_S = 2.0


class Answered(BentobookError):
    """An error that the worker answered with.

    Attributes
    ----------
    status : int
        The HTTP status of the worker's own error.
    """

    def __init__(self, sentence: str, status: int) -> None:
        self.status = status
        super().__init__(sentence)


class Browser:
    """Asks the tracking server of a place.

    Parameters
    ----------
    place : Place
    """

    def __init__(self, place: Place) -> None:
        self._place = place
        self._threads = ThreadPoolExecutor(2, "bentobook-browse")
        self._lock = threading.Lock()
        self._worker: subprocess.Popen[str] | None = None
        self._of: str = ""
        self._idle: threading.Timer | None = None

    async def ask(self, what: str, **arguments: Any) -> dict[str, Any]:
        """Return one page, without holding the loop up.

        Raises
        ------
        BentobookError
            What the worker answered, or that there is no server to ask.
        """
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._ask, {"do": what, **arguments})

    def close(self) -> None:
        """End the worker."""
        with self._lock:
            self._end()
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _ask(self, question: dict[str, Any]) -> dict[str, Any]:
        if not self._place.tracking:
            raise ImportFailed("from MLflow", "no tracking server is set", hint="Set its URI in the panel.")
        with self._lock:
            worker = self._ready()
            late = threading.Timer(ANSWER_S, worker.kill)
            late.start()
            try:
                event = process.exchange(worker, question)
            finally:
                late.cancel()
                self._wait_idle()
        if event is None:
            self._forget(worker)
            raise ImportFailed("from MLflow", f"the tracking server did not answer within {ANSWER_S:.0f} s")
        if "error" in event:
            raise Answered(event["error"], event["status"])
        found: dict[str, Any] = event["result"]
        return found

    def _ready(self) -> subprocess.Popen[str]:
        if self._worker is None or self._worker.poll() is not None or self._of != self._place.tracking:
            self._end()
            self._of = self._place.tracking
            self._worker = process.start("browse", self._place.environment())
        return self._worker

    def _wait_idle(self) -> None:
        if self._idle is not None:
            self._idle.cancel()
        self._idle = threading.Timer(IDLE_S, self._forget, [self._worker])
        self._idle.daemon = True
        self._idle.start()

    def _forget(self, worker: subprocess.Popen[str] | None) -> None:
        with self._lock:
            if self._worker is worker:
                self._end()

    def _end(self) -> None:
        if self._idle is not None:
            self._idle.cancel()
        if self._worker is not None:
            process.end(self._worker, _END_S)
            for pipe in (self._worker.stdin, self._worker.stdout):
                if pipe is not None:
                    pipe.close()
        self._worker = None
