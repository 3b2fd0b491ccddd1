"""uvicorn, made to fit into a kernel: in a thread of its own, without signal handlers, stopped within milliseconds."""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
from typing import Any

import uvicorn

from bentobook.errors import ServerFailed

START_S = 30.0
STOP_S = 10.0
TICK_S = 1.0
_log = logging.getLogger("bentobook")


def config(app: Any, **options: Any) -> uvicorn.Config:
    """Configure uvicorn: the quick parser and loop, no logs of its own, no headers that nobody asked for."""
    return uvicorn.Config(
        app,
        interface="asgi3",
        http="httptools",
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=int(STOP_S),
        **options,
    )


class Engine(uvicorn.Server):
    """A server that wakes when it is told to, and says when it has started."""

    def __init__(self, settings: uvicorn.Config) -> None:
        super().__init__(settings)
        self.up = threading.Event()
        self.loop: asyncio.AbstractEventLoop | None = None
        self._leave: asyncio.Event | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and say so."""
        self.loop, self._leave = asyncio.get_running_loop(), asyncio.Event()
        await super().startup(sockets)
        self.up.set()

    async def main_loop(self) -> None:
        """Renew the date once a second, as uvicorn does, until somebody wants to leave."""
        counter = 0
        while not await self.on_tick(counter) and self._leave is not None:
            counter += 10
            try:
                await asyncio.wait_for(self._leave.wait(), TICK_S)
            except TimeoutError:
                continue
            return

    def leave(self) -> None:
        """Stop, from any thread: no new connections, and what is asked already is answered."""
        self.should_exit = True
        if self.loop is not None and self._leave is not None and not self.loop.is_closed():
            self.loop.call_soon_threadsafe(self._leave.set)


class EngineThread:
    """An engine in a daemon thread.

    Parameters
    ----------
    name : str
        The service, for the thread's name and for errors.
    app : ASGI application
        What answers.
    listener : socket
        Bound already.
    """

    def __init__(self, name: str, app: Any, listener: socket.socket, *, root_path: str = "") -> None:
        self._name = name
        self._listener = listener
        self._failure: BaseException | None = None
        self._engine = Engine(config(app, lifespan="off", root_path=root_path))
        self._thread = threading.Thread(target=self._run, name=f"bentobook server of {name}", daemon=True)

    def start(self) -> None:
        """Start, and wait until it answers.

        Raises
        ------
        ServerFailed
            When it does not.
        """
        self._thread.start()
        if not self._engine.up.wait(START_S) or self._failure is not None:
            self.stop()
            raise ServerFailed(self._name, repr(self._failure) if self._failure else f"nothing within {START_S:g} s")

    def _run(self) -> None:
        try:
            self._engine.run(sockets=[self._listener])
        except BaseException as error:  # noqa: BLE001  # whoever started it is told
            self._failure = error
            _log.error("The server of %s ended", self._name, exc_info=error)
        finally:
            self._listener.close()
            self._engine.up.set()

    @property
    def alive(self) -> bool:
        """Whether it answers."""
        return self._thread.is_alive() and self._failure is None

    def on_loop(self, function: Any) -> None:
        """Call something on the server's loop, and wait for it; at once when the loop is gone."""
        done = threading.Event()

        def call() -> None:
            function()
            done.set()

        loop = self._engine.loop
        if loop is None or loop.is_closed() or not self.alive or threading.current_thread() is self._thread:
            call()
            return
        loop.call_soon_threadsafe(call)
        done.wait(START_S)

    def stop(self) -> None:
        """Stop, and wait until the port is free."""
        self._engine.leave()
        if self._thread.ident is not None and threading.current_thread() is not self._thread:
            self._thread.join(STOP_S + START_S)
        self._listener.close()
