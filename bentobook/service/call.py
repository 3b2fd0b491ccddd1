"""A call in the same process: the path of an HTTP request (check, queue, model, encode) without a socket."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from time import perf_counter
from typing import TYPE_CHECKING, Any

from bentobook.errors import BentobookError
from bentobook.runner import event_loop, tracing
from bentobook.service import live, query, request_id
from bentobook.service.api import Api
from bentobook.service.client import Sent
from bentobook.service.problem import problem, status_of
from bentobook.service.result import OK, CallResult
from bentobook.service.timing import Batch, Timing

if TYPE_CHECKING:
    from bentobook.service.served import Served


class _Run:
    """One call while it goes on: the moments between its parts."""

    def __init__(self, api: Api) -> None:
        self.api = api
        self.marks = [perf_counter()]
        self.rides: Sequence[tracing.Ride] = ()
        self.answer: Any = None
        self.body, self.content_type = b"", "application/json"

    def go(self, take: Callable[[], Any], params: Mapping[str, Any] | None) -> None:
        """Take the same steps as an HTTP request does."""
        api = self.api
        with tracing.follow() as self.rides:
            value = take()
            self.marks.append(perf_counter())
            answer = api.ask(value, params)
            self.answer = event_loop.run(answer) if inspect.iscoroutine(answer) else answer
        self.marks.append(perf_counter())
        encoded = api.output.encode(self.answer)
        self.body, self.content_type = encoded.body, encoded.content_type

    def timing(self) -> Timing:
        """Split the time; parts that were not reached took none."""
        marks = [*self.marks, perf_counter()]
        marks += [marks[-1]] * (4 - len(marks))
        queue, model = sum(ride.waited for ride in self.rides), sum(ride.ran for ride in self.rides)
        code = max(0.0, marks[2] - marks[1] - queue - model)
        parts = {"validate": marks[1] - marks[0], "queue": queue, "model": model, "code": code}
        return Timing(**{name: 1e3 * seconds for name, seconds in parts.items()}, encode=1e3 * (marks[3] - marks[2]))

    def batch(self) -> Batch | None:
        """Describe the batch in which the call rode."""
        if not self.rides:
            return None
        ride = self.rides[-1]
        return Batch(method=ride.method, rows=ride.rows, requests=ride.requests, reason=ride.reason, ms=1e3 * ride.ran)


def call(service: Served, api: Api, value: Any, params: Mapping[str, Any] | None = None) -> CallResult:
    """Ask an API and tell everything about it; what fails is in the result, as it would be in an HTTP answer."""
    sent = _sent(api, value, token=live.wants_token(service.name))
    return _told(service, api, value, sent, lambda: api.input.check(value), params=params)


def send(service: Served, api: Api, body: bytes, content_type: str) -> CallResult:
    """Ask an API with the body of a request, as a client writes it; else as :func:`call`.

    Parameters
    ----------
    service : Service
        The service; it has been started.
    api : Api
        One of its APIs.
    body : bytes
        The body.
    content_type : str
        What it is.
    """
    sent = Sent(body, content_type, live.wants_token(service.name))
    return _told(service, api, body, sent, lambda: api.input.decode(body, content_type))


def _told(
    service: Served,
    api: Api,
    value: Any,
    sent: Sent,
    take: Callable[[], Any],
    *,
    params: Mapping[str, Any] | None = None,
) -> CallResult:
    run, name, error = _Run(api), request_id.new(), None
    try:
        run.go(take, params)
    except Exception as raised:  # noqa: BLE001  # the result carries it
        error = raised
        service.errors.add(raised, api.name, name)
        answer = problem(raised, api.name, name)
        run.body, run.content_type = answer.body, answer.content_type.decode()
    timing, url = run.timing(), live.url_of(service.name)
    return CallResult(
        service=service.name,
        api=api.name,
        status=OK if error is None else status_of(error),
        ms=1e3 * (perf_counter() - run.marks[0]),
        timing=timing,
        batch=run.batch(),
        request=value,
        request_id=name,
        error=error,
        body=run.body,
        content_type=run.content_type,
        url=url.rstrip("/") + api.route + query.write(params or {}),
        sent=sent,
        answer=run.answer,
        example=None if error is None else api.input.example(),
    )


def _sent(api: Api, value: Any, *, token: bool) -> Sent:
    """Write the value as a client would send it; what cannot be written is left to the reader."""
    try:
        encoded = api.input.encode(value)
    except (BentobookError, TypeError, ValueError):
        return Sent(b"", api.input.content_types[0], token)
    return Sent(encoded.body, encoded.content_type, token)
