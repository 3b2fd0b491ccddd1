"""One process that serves: it loads the service, answers until it is told to stop, finishes what is asked, and exits 0.

The first SIGTERM or Ctrl-C turns ``/readyz`` to 503 and refuses new requests; the process ends with the last answer.
The second ends it at once.
"""

from __future__ import annotations

import asyncio
import gc
import importlib
import logging
import os
import signal
import socket
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import BinaryIO

from bentobook import settings
from bentobook.errors import BentobookError
from bentobook.service.access_log import AccessLog
from bentobook.service.all_workers import AllWorkers
from bentobook.service.app import App
from bentobook.service.body import Limits
from bentobook.service.engine import Engine, config
from bentobook.service.guard import Guard
from bentobook.service.service import Service

OK, FAILED = 0, 1
_log = logging.getLogger("bentobook")


@dataclass(frozen=True)
class Plan:
    """What a worker serves.

    Attributes
    ----------
    target : str
        The service, as its loader reads it.
    hosts, origins : tuple of str
        Who may ask.
    token : str or None
        What callers must bring.
    beyond_loopback : bool
        Whether it listens on more than loopback.
    root_path : str
        The path under which a proxy shows it.
    access_log : bool
        Whether each request is written to stdout.
    loader : str
        Where the function is that imports the service, ``module:name``: a Bento's lies above this layer.
    numbers : str
        The folder in which several workers write their numbers; empty where there is one.
    """

    target: str
    hosts: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()
    token: str | None = None
    beyond_loopback: bool = False
    root_path: str = ""
    access_log: bool = True
    loader: str = "bentobook.service.loading:load"
    numbers: str = ""

    def load(self) -> Service:
        """Import the service."""
        module, _, name = self.loader.partition(":")
        service: Service = getattr(importlib.import_module(module), name)(self.target)
        return service


class WorkerEngine(Engine):
    """An engine that drains.

    Parameters
    ----------
    app : App
        What answers.
    plan : Plan
        What to serve.
    everywhere : AllWorkers, optional
        Where its numbers are written once a second.
    """

    def __init__(self, app: App, plan: Plan, everywhere: AllWorkers | None = None) -> None:
        super().__init__(config(app, lifespan="off", root_path=plan.root_path))
        self._app = app
        self._everywhere = everywhere
        self.code = OK

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Drain; a second time leave at once."""
        del frame
        if self._app.draining:
            self.force_exit = True
            self.leave()
        elif self.loop is not None:
            self._app.draining = True
            self.loop.call_soon_threadsafe(self._app.when_idle, self.leave)
        else:
            sys.exit(128 + sig)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Answer, and load the models meanwhile: the probes tell how far it is."""
        await super().startup(sockets)
        self._loading = asyncio.create_task(self._load())

    async def on_tick(self, counter: int) -> bool:
        """Do what is done once a second."""
        if self._everywhere is not None:
            self._everywhere.write()
        return await super().on_tick(counter)

    async def _load(self) -> None:
        try:
            await self._app.load()
        except Exception as error:  # noqa: BLE001  # whatever a model raises, the process cannot serve it
            known = isinstance(error, BentobookError)
            _log.error("The models could not be loaded: %s", error, exc_info=None if known else error)
            self.code = FAILED
            self.leave()
        else:
            _settle_memory()


def run(plan: Plan, listener: socket.socket) -> int:
    """Serve until told to stop; return the exit code."""
    _end_with_parent()
    log = AccessLog(_stdout()) if plan.access_log else None
    guard = Guard(plan.hosts, plan.origins, plan.token, beyond_loopback=plan.beyond_loopback)
    try:
        service = plan.load()
    except BentobookError as error:
        _log.error("%s", error)  # a mistake of the command line is one sentence
        return FAILED
    app = App(service, admission=guard, limits=Limits(body=settings.max_body_bytes()), log=log)
    everywhere = AllWorkers(Path(plan.numbers), service.metrics) if plan.numbers else None
    service.metrics.everywhere = everywhere or service.metrics.registry
    engine = WorkerEngine(app, plan, everywhere)
    engine.run(sockets=[listener])
    service.close()
    if log is not None:
        log.close()
    return engine.code


def _settle_memory() -> None:
    """Take what is loaded out of garbage collection: walking over all of it would delay dozens of answers at once."""
    gc.collect()
    gc.freeze()


def run_child(plan: Plan, listener: socket.socket) -> None:
    """Be a worker of a supervisor."""
    logging.basicConfig(format="%(message)s")
    sys.exit(run(plan, listener))


def _stdout() -> BinaryIO:
    return sys.stdout.buffer


def _end_with_parent() -> None:
    """End when the supervisor is killed: nobody would stop this process any more, and it holds the port."""
    import multiprocessing

    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def wait() -> None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, name="bentobook supervisor watch", daemon=True).start()
