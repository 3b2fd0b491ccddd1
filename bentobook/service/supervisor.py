"""Several workers behind one port: started, started again when one dies, and stopped together."""

from __future__ import annotations

import logging
import multiprocessing
import signal
import socket
import time
from dataclasses import replace
from multiprocessing.connection import wait
from multiprocessing.context import SpawnProcess
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType

from bentobook.service.all_workers import bury
from bentobook.service.worker import FAILED, OK, Plan, run_child

QUICK_S = 5.0
MAX_QUICK = 3
# A worker that was told to stop before it had begun has nothing to finish, and dies of the signal.
_WELL = (0, -signal.SIGTERM, -signal.SIGINT)
_log = logging.getLogger("bentobook")


class Supervisor:
    """Keeps a number of workers alive.

    Parameters
    ----------
    plan : Plan
        What they serve.
    listener : socket
        The port that they share.
    count : int
        How many.
    """

    def __init__(self, plan: Plan, listener: socket.socket, count: int) -> None:
        self._plan = plan
        self._listener = listener
        self._count = count
        self._workers: dict[SpawnProcess, float] = {}
        self._stopping = False
        self._quick = 0

    def run(self) -> int:
        """Serve until told to stop; return the exit code: 0 when every worker ended well."""
        with TemporaryDirectory(prefix="bentobook-", ignore_cleanup_errors=True) as folder:
            self._plan = replace(self._plan, numbers=folder)
            return self._run()

    def _run(self) -> int:
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, self._stop)
        for _ in range(self._count):
            self._start()
        code = OK
        while self._workers:
            wait([worker.sentinel for worker in self._workers])
            for worker in [each for each in self._workers if each.exitcode is not None]:
                code = max(code, self._ended(worker))
        return code

    def _start(self) -> None:
        worker = multiprocessing.get_context("spawn").Process(target=run_child, args=(self._plan, self._listener))
        worker.start()
        self._workers[worker] = time.monotonic()
        if self._stopping:
            worker.terminate()

    def _ended(self, worker: SpawnProcess) -> int:
        lived = time.monotonic() - self._workers.pop(worker)
        bury(Path(self._plan.numbers), worker.pid or 0)
        if self._stopping:
            return OK if worker.exitcode in _WELL else FAILED
        self._quick = self._quick + 1 if lived < QUICK_S else 0
        if self._quick >= MAX_QUICK or worker.exitcode == FAILED:
            _log.error("Workers end as soon as they have started; giving up")
            self._stop(signal.SIGTERM, None)
            return FAILED
        _log.error("A worker ended with %s; another one is started", worker.exitcode)
        self._start()
        return OK

    def _stop(self, sig: int, frame: FrameType | None) -> None:
        """Tell all workers to finish."""
        del sig, frame
        self._stopping = True
        for worker in list(self._workers):
            worker.terminate()
