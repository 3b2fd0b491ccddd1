"""The ASGI application: APIs are found with one look into a dict, before any router.

Every request takes one path: it is let in (or not), its body is read within limits, its endpoint answers, and whatever
is raised becomes the one shape of an error. The other routes (probes, metrics, pages) are in
:mod:`bentobook.service.routes`.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from time import perf_counter
from typing import TYPE_CHECKING, Any, Protocol

from bentobook.errors import (
    BodyTooLarge,
    BodyTooSlow,
    ForeignHost,
    ForeignOrigin,
    MethodNotAllowed,
    ServiceClosed,
    TokenRequired,
    UnsupportedContentType,
)
from bentobook.service import request_id
from bentobook.service.body import CallerGone, Limits, Message, Receive, Send, read
from bentobook.service.callers import Callers
from bentobook.service.endpoint import Endpoint
from bentobook.service.invocations import ROUTE, Invocations, api_for
from bentobook.service.problem import Answer, problem
from bentobook.service.routes import Routes
from bentobook.service.sign_in import Keeper, sign_in

if TYPE_CHECKING:
    from bentobook.service.served import Served

Scope = Mapping[str, Any]
Headers = dict[bytes, bytes]
Log = Callable[[str, str, str, int, float], None]
_log = logging.getLogger("bentobook")
NOT_AN_API = "(other)"
CALLER_GONE = 499
"""What logs and metrics say of callers who hung up, as nginx does; nobody gets it as an answer."""
SMALL = Limits(body=10_000, seconds=10.0)
_TURNED_AWAY = (
    *(ForeignHost, ForeignOrigin, TokenRequired, MethodNotAllowed),
    *(UnsupportedContentType, BodyTooLarge, BodyTooSlow),
)
"""Counted, but not kept: whoever sends many of these must not push out the failures of an API."""


class Admission(Keeper, Protocol):
    """Who may come in; a server brings it."""

    def admit(self, scope: Scope, headers: Headers, path: str) -> None:
        """Raise for those who may not."""


class App:
    """The application of one service.

    Parameters
    ----------
    service : Served
        What answers.
    admission : Admission, optional
        Who may come in; without it that is left to the server around.
    limits : Limits, optional
        What is read of a request.
    log : callable, optional
        Is told method, path, request id, status and seconds of each request.

    Attributes
    ----------
    draining : bool
        Whether it takes no new requests: it is about to stop.
    """

    def __init__(
        self,
        service: Served,
        *,
        admission: Admission | None = None,
        limits: Limits | None = None,
        log: Log | None = None,
    ) -> None:
        self.service = service
        self.admission = admission
        self.limits = limits or Limits()
        self.draining = False
        self._log = log
        self._metrics = service.metrics
        self._other = self._metrics.route(NOT_AN_API)
        self._routes = Routes(service, lambda: self.draining)
        self._endpoints: dict[str, Endpoint] = {}
        self._callers = Callers()
        self._revision = -1
        self._running = 0
        self._idle: Callable[[], None] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer what an ASGI server brings."""
        if scope["type"] == "http":
            await self._http(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        else:
            await send({"type": "websocket.close", "code": 1008, "reason": "There are no websockets here."})

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        began = perf_counter()
        headers: Headers = dict(scope["headers"])
        method, path = scope["method"], _path(scope)
        name = request_id.given(headers.get(b"x-request-id"))
        self._count(+1)
        traffic = self._other
        try:
            if self.admission is not None:
                self.admission.admit(scope, headers, path)
            endpoint = self._endpoint(path)
            if endpoint is None:
                answer = await self._other_route(method, path, headers, receive)
            else:
                traffic = endpoint.traffic
                if method != "POST":
                    raise MethodNotAllowed(method, path, endpoint.methods)  # noqa: TRY301  # one way for all errors
                if self.draining:
                    raise ServiceClosed(self.service.name)  # noqa: TRY301
                if not self.service.ready:
                    await self.load()
                body = await read(receive, headers.get(b"content-length"), self.limits)
                answer = await self._callers.wait(
                    receive, endpoint.answer(body, headers, scope.get("query_string", b""))
                )
        except CallerGone:
            answer = None
        except Exception as error:  # noqa: BLE001  # whatever is raised becomes an answer
            answer = self._failed(error, path, name)
        finally:
            self._count(-1)
        if answer is not None:
            await _send(send, answer, name, with_body=method != "HEAD")
        status = CALLER_GONE if answer is None else answer.status
        seconds = perf_counter() - began
        traffic.add(status, seconds)
        if self._log is not None:
            self._log(method, path, name, status, seconds)

    async def _other_route(self, method: str, path: str, headers: Headers, receive: Receive) -> Answer:
        if method == "POST" and path == "/" and self.admission is not None:
            body = await read(receive, headers.get(b"content-length"), SMALL)
            return sign_in(self.admission, body, headers.get(b"content-type", b""))
        return self._routes.answer(method, path)

    def _endpoint(self, path: str) -> Endpoint | None:
        service = self.service
        if self._revision != service.revision:
            self._revision = service.revision
            self._endpoints = {
                api.route: Endpoint(api, self._metrics.route(api.route)) for api in service.apis.values()
            }
            scored = api_for(service.apis)
            if scored is not None:
                self._endpoints[ROUTE] = Invocations(scored, self._metrics.route(ROUTE))
        return self._endpoints.get(path)

    def _failed(self, error: Exception, path: str, name: str) -> Answer:
        endpoint = self._endpoints.get(path)
        where = endpoint.api.name if endpoint is not None else path
        answer = problem(error, where, name)
        if endpoint is not None and not isinstance(error, _TURNED_AWAY):
            self.service.errors.add(error, where, name)
        if answer.status == 500:  # noqa: PLR2004  # HTTP's own number
            _log.error("request %s: %s failed", name, where, exc_info=error)
        return answer

    def _count(self, step: int) -> None:
        self._running = self._metrics.in_progress = self._running + step
        if not self._running and self._idle is not None:
            idle, self._idle = self._idle, None
            idle()

    @property
    def running(self) -> int:
        """How many requests have no answer yet."""
        return self._running

    def when_idle(self, then: Callable[[], None]) -> None:
        """Call something once all requests are answered; on the loop."""
        if self._running:
            self._idle = then
        else:
            then()

    async def load(self) -> None:
        """Load the models, in a thread; whoever needs them waits."""
        if self.service.closed:
            raise ServiceClosed(self.service.name, "is closed")
        await asyncio.to_thread(self.service.load)

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        """Load while the probes answer already: ``/readyz`` tells when it is done."""
        loading: asyncio.Task[None] | None = None
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                loading = asyncio.ensure_future(self.load())
                loading.add_done_callback(_say_failure)
                await send({"type": "lifespan.startup.complete"})
            else:
                if loading is not None:
                    loading.cancel()
                await send({"type": "lifespan.shutdown.complete"})
                return


def _say_failure(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and task.exception() is not None:
        _log.error("The models could not be loaded", exc_info=task.exception())


def _path(scope: Scope) -> str:
    """Return the path below the place where the application is mounted."""
    path: str = scope["path"]
    root: str = scope.get("root_path", "")
    return path[len(root) :] or "/" if root and path.startswith(root) else path


async def _send(send: Send, answer: Answer, name: str, *, with_body: bool) -> None:
    start: Message = {
        "type": "http.response.start",
        "status": answer.status,
        "headers": [
            (b"content-type", answer.content_type),
            (b"content-length", b"%d" % len(answer.body)),
            (b"x-request-id", name.encode()),
            *answer.headers,
        ],
    }
    await send(start)
    await send({"type": "http.response.body", "body": answer.body if with_body else b""})
