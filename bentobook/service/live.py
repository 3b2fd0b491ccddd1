"""The services of this process that are live, by name: a name has one service, and one port if it is served."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Protocol

from bentobook.live import Entry, add

if TYPE_CHECKING:
    from bentobook.runner.runner import Runner
    from bentobook.service.served import Served

USUAL_URL = "http://127.0.0.1:3000/"


class Door(Protocol):
    """What lets requests in from outside: a server."""

    @property
    def url(self) -> str:
        """Where people reach it."""

    @property
    def local_url(self) -> str:
        """Where programs of this machine reach it."""

    @property
    def token(self) -> str | None:
        """What it wants to be told."""

    def swap(self, service: Served) -> None:
        """Let another service answer; the one before is closed when its requests are answered."""

    def stop(self) -> None:
        """Close the port."""


_lock = threading.RLock()
_services: dict[str, Served] = {}
_doors: dict[str, Door] = {}


def services() -> dict[str, Served]:
    """Return the live services by name."""
    with _lock:
        return dict(_services)


def door(name: str) -> Door | None:
    """Return the server of a service, if it has one."""
    with _lock:
        return _doors.get(name)


def doors() -> dict[str, Door]:
    """Return the servers by the names of their services."""
    with _lock:
        return dict(_doors)


def publish(service: Served) -> None:
    """Put a service in the place of the one that had its name; it takes over the port."""
    with _lock:
        before = _services.get(service.name)
        _services[service.name] = service
        server = _doors.get(service.name)
    if before is service:
        return
    if server is not None:
        server.swap(service)
    elif before is not None:
        before.close()


def withdraw(service: Served) -> None:
    """Forget a service that is closed; its server stops with it."""
    with _lock:
        if _services.get(service.name) is not service:
            return
        del _services[service.name]
        server = _doors.pop(service.name, None)
    if server is not None:
        server.stop()


def opened(name: str, server: Door) -> None:
    """Remember the server of a service."""
    with _lock:
        _doors[name] = server


def shut(name: str, server: Door) -> None:
    """Forget a server that has stopped; its service stays live."""
    with _lock:
        if _doors.get(name) is server:
            del _doors[name]


def uses(runner: Runner, *, besides: Served) -> bool:
    """Tell whether a live service uses a runner."""
    return any(runner in each.runners for each in services().values() if each is not besides)


def url_of(name: str) -> str:
    """Return where a service answers, or would answer."""
    server = door(name)
    return server.local_url if server is not None else USUAL_URL


def wants_token(name: str) -> bool:
    """Tell whether the server of a service wants a token."""
    server = door(name)
    return server is not None and server.token is not None


class _Listed:
    """The live services and their ports, for the list of what lives in this process."""

    def entries(self) -> list[Entry]:
        """Describe each service, and where it is served."""
        return [_entry(name, service) for name, service in services().items()]


def _entry(name: str, service: Served) -> Entry:
    server = door(name)
    models = tuple(dict.fromkeys(tag for runner in service.runners for tag in map(_tag, runner.models)))
    return Entry(
        kind="service",
        name=name,
        state=service.state,
        models=models,
        where=server.url if server is not None else "",
        requests=service.metrics.answered,
    )


def _tag(model: object) -> str:
    return str(getattr(model, "tag", model))


_listed = _Listed()
add(_listed)
