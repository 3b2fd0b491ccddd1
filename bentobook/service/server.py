"""Put a service on a port of this kernel.

::

    with bentobook.serve(svc, port=3000) as server:
        print(server.url)
"""

from __future__ import annotations

import secrets
import socket
import threading
from collections.abc import Iterable
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from bentobook import settings
from bentobook.errors import Refused
from bentobook.service import live, place
from bentobook.service.app import App
from bentobook.service.body import Limits
from bentobook.service.engine import EngineThread
from bentobook.service.guard import Guard
from bentobook.service.listen import listen

if TYPE_CHECKING:
    from bentobook.card import Card
    from bentobook.service.served import Served

PORT, HOST = 3000, "127.0.0.1"


class _Switch:
    """Hands each request to the application of the moment."""

    __slots__ = ("app",)

    def __init__(self, app: App) -> None:
        self.app = app

    def __call__(self, scope: Any, receive: Any, send: Any) -> Any:
        return self.app(scope, receive, send)


class Server:
    """A service on a port; it lives as long as this process, or until :meth:`stop`.

    Attributes
    ----------
    service : Service
        What answers now.
    host : str
        The address that it listens on.
    port : int
        The port.
    """

    def __init__(self, service: Served, listener: socket.socket, host: str, guard: Guard, root_path: str = "") -> None:
        self.service = service
        self.host = host
        self.port: int = listener.getsockname()[1]
        self.guard = guard
        self._limits = Limits(body=settings.max_body_bytes())
        self._switch = _Switch(self._app(service))
        self._thread = EngineThread(service.name, self._switch, listener, root_path=root_path)

    def _app(self, service: Served) -> App:
        return App(service, admission=self.guard, limits=self._limits)

    @property
    def url(self) -> str:
        """Where people reach it: through the hub's proxy where there is one."""
        return place.url(self.host, self.port)

    @property
    def local_url(self) -> str:
        """Where programs of this machine reach it."""
        return place.local_url(self.host, self.port)

    @property
    def token(self) -> str | None:
        """What callers must bring; it is shown nowhere else."""
        return self.guard.token

    @property
    def running(self) -> bool:
        """Whether it answers."""
        return self._thread.alive

    def start(self) -> None:
        """Answer from now on."""
        self._thread.start()

    def admit(self, guard: Guard) -> None:
        """Let others in than before."""
        self.guard = self._switch.app.admission = guard

    def swap(self, service: Served) -> None:
        """Let another service answer; the one before is closed when its requests are answered."""
        before, old = self.service, self._switch.app
        if service is before:
            return
        new = self._app(service)

        def change() -> None:
            self._switch.app = new
            old.when_idle(lambda: threading.Thread(target=before.close, name="bentobook close", daemon=True).start())

        self.service = service
        self._thread.on_loop(change)

    def stop(self) -> None:
        """Close the port, after what is asked already was answered. The service stays as it is."""
        live.shut(self.service.name, self)
        self._thread.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def __repr__(self) -> str:
        state = f"at {self.url}, as long as this kernel lives" if self.running else "stopped"
        return f"<server of {self.service.name} {state}{', with a token' if self.token else ''}>"

    def _card(self) -> Card:
        from bentobook.service import card

        state = "answers" if self.running else "stopped"
        return card.of_server(self.service, self.url, state, token=self.token is not None)

    def _repr_html_(self) -> str:
        return str(self._card().to_html())

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(repr(self) if cycle else self._card().to_text())


def serve(
    service: Served,
    port: int = PORT,
    host: str = HOST,
    token: str | bool | None = None,
    *,
    allowed_hosts: Iterable[str] = (),
    allowed_origins: Iterable[str] = (),
    root_path: str = "",
) -> Server:
    """Put a service on a port.

    Parameters
    ----------
    service : Service
        It is loaded first. A service of the same name that is served already hands over its port.
    port : int
        The port; 0 for any that is free.
    host : str
        The address to listen on.
    token : str or bool, optional
        What callers must bring as ``Authorization: Bearer TOKEN``; True makes one up, which ``server.token`` tells.
        One is made up wherever others than this machine's user may ask: on an address that is not loopback, and under
        JupyterHub.
    allowed_hosts, allowed_origins : iterable of str
        Further names of this server, and further origins whose pages may ask it; ``BENTOBOOK_ALLOWED_HOSTS`` and
        ``BENTOBOOK_ALLOWED_ORIGINS`` add to them.
    root_path : str
        The path under which a proxy shows it, where the proxy hands the whole path on.

    Returns
    -------
    Server
        It answers already.

    Raises
    ------
    PortTaken
        When somebody else listens on the port.
    Refused
        When an administrator allows no other address than loopback.
    """
    away = not place.is_loopback(host)
    if away and not settings.admin().allow_remote_serving:
        raise Refused(f"Serving on {host}", "allow_remote_serving", str(settings.ADMIN_FILE))
    service.load()
    before = live.door(service.name)
    before = before if isinstance(before, Server) and before.running else None
    secret = _token(token, before.token if before else None, needed=away or place.under_hub())
    guard = _guard(allowed_hosts, allowed_origins, secret, away=away)
    if before is not None and before.host == host and port in {before.port, PORT, 0}:
        before.admit(guard)
        live.publish(service)
        return before
    server = Server(service, listen(host, port, owner=_owner(port)), host, guard, root_path)
    server.start()
    if before is not None:
        before.stop()
    live.publish(service)
    live.opened(service.name, server)
    return server


def _owner(port: int) -> str:
    mine = (name for name, door in live.doors().items() if isinstance(door, Server) and door.port == port)
    return next(mine, "")


def _guard(hosts: Iterable[str], origins: Iterable[str], token: str | None, *, away: bool) -> Guard:
    own = [socket.gethostname()] if away else []
    return Guard(
        [*hosts, *settings.allowed_hosts(), *place.hosts_of_hub(), *own],
        [*origins, *settings.allowed_origins()],
        token,
        beyond_loopback=away,
    )


def _token(given: str | bool | None, kept: str | None, *, needed: bool) -> str | None:
    if isinstance(given, str) and given:
        return given
    if needed or given is True:
        return kept or secrets.token_urlsafe(32)
    return None if given is False else kept
