"""What a service refuses, and what can go wrong when it is put on a port."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus

from bentobook.errors.base import BentobookError, did_you_mean


class RequestRefused(BentobookError):
    """A request that was refused before an API saw it; ``headers`` go with the answer."""

    http_status = HTTPStatus.BAD_REQUEST
    headers: Sequence[tuple[str, str]] = ()


class NoSuchRoute(RequestRefused, LookupError):
    """The service has no such API or route."""

    http_status = HTTPStatus.NOT_FOUND

    def __init__(self, service: str, route: str, *, similar: Sequence[str] = (), known: Sequence[str] = ()) -> None:
        self.service, self.route, self.similar = service, route, tuple(similar)
        there = f"It has {', '.join(known)}." if known else "It has no API yet: decorate a function with @svc.api(…)."
        super().__init__(f"Service {service} has no {route!r}.{did_you_mean(similar, there)}")


class MethodNotAllowed(RequestRefused):
    """The route is there, for another HTTP method."""

    http_status = HTTPStatus.METHOD_NOT_ALLOWED

    def __init__(self, method: str, route: str, allowed: Sequence[str]) -> None:
        self.method, self.route, self.allowed = method, route, tuple(allowed)
        self.headers = [("allow", ", ".join(allowed))]
        super().__init__(f"{route} does not answer {method}. Use {' or '.join(allowed)}.")


class BodyTooSlow(RequestRefused):
    """The body of a request did not arrive in time."""

    http_status = HTTPStatus.REQUEST_TIMEOUT

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        super().__init__(f"The body did not arrive within {seconds:g} s.")


class ForeignHost(RequestRefused):
    """The Host header names somebody else: a page of another site may stand behind it (DNS rebinding)."""

    http_status = HTTPStatus.MISDIRECTED_REQUEST

    def __init__(self, host: str) -> None:
        self.host = host
        super().__init__(
            f"This server does not answer for the host {host!r}. Whoever runs it can allow the name with "
            "allowed_hosts=, --allowed-host or BENTOBOOK_ALLOWED_HOSTS."
        )


class ForeignOrigin(RequestRefused):
    """A page of another site asks, in the name of the person who looks at it."""

    http_status = HTTPStatus.FORBIDDEN

    def __init__(self, origin: str) -> None:
        self.origin = origin
        super().__init__(
            f"Pages of {origin!r} may not ask this server. Whoever runs it can allow the origin with "
            "allowed_origins=, --allowed-origin or BENTOBOOK_ALLOWED_ORIGINS."
        )


class TokenRequired(RequestRefused):
    """The request carries no token, or a wrong one."""

    http_status = HTTPStatus.UNAUTHORIZED
    headers = (("www-authenticate", "Bearer"),)

    def __init__(self) -> None:
        super().__init__("This server wants its token: send the header `Authorization: Bearer TOKEN`.")


class ServiceClosed(RequestRefused):
    """The service is about to stop, or has been closed."""

    http_status = HTTPStatus.SERVICE_UNAVAILABLE
    headers = (("retry-after", "1"),)

    def __init__(self, service: str, why: str = "is stopping") -> None:
        self.service = service
        super().__init__(f"Service {service} {why}. Try again in a moment.")


class ApiFailed(BentobookError):
    """The function of an API raised something; only the server's side learns what."""

    def __init__(self, api: str, kind: str, request_id: str) -> None:
        self.api, self.kind, self.request_id = api, kind, request_id
        super().__init__(f"{api} failed with {kind}. The server keeps the details under request {request_id}.")


class PortTaken(BentobookError, OSError):
    """Another program, or another service of this process, listens on the port."""

    http_status = HTTPStatus.CONFLICT

    def __init__(self, host: str, port: int, *, service: str = "") -> None:
        self.host, self.port, self.service = host, port, service
        mine = f"service {service!r} of this process. Stop it first"
        what = mine if service else "another program. Stop that"
        super().__init__(f"Port {port} of {host} is taken by {what}, or take any free port with port=0.")


class ServerFailed(BentobookError, RuntimeError):
    """The server did not start."""

    def __init__(self, service: str, why: str) -> None:
        self.service, self.why = service, why
        super().__init__(f"The server of {service} did not start: {why}")


class LoadTestFailed(BentobookError):
    """The process that sends the requests of a load test has ended."""

    def __init__(self, service: str, rate: float) -> None:
        self.service, self.rate = service, rate
        super().__init__(
            f"The load test of {service} ended at {rate:g} requests a second: the process that sends has died. "
            "What it said stands above; try fewer requests a second."
        )
