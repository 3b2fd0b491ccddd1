"""Follow single calls through the queue: for how long they waited, and in which batch they rode.

Somebody who looks at one call wants to know this; a thousand requests a second do not. So it costs one look at
:data:`on` for each request and each batch, and nothing is kept while nobody follows a call.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from threading import Lock

from bentobook.runner.request import Request

on = 0
_lock = Lock()
_current: ContextVar[list[Ride] | None] = ContextVar("rides", default=None)
_watched: dict[int, list[Ride]] = {}


@dataclass(frozen=True, slots=True)
class Ride:
    """One request in its batch.

    Attributes
    ----------
    method : str
        The method and runner.
    waited, ran : float
        How long it waited and how long the batch took, in seconds.
    rows, requests : int
        What the batch held.
    reason : str
        Why the batch left.
    """

    method: str
    waited: float
    ran: float
    rows: int
    requests: int
    reason: str


@contextmanager
def follow() -> Iterator[list[Ride]]:
    """Follow what is asked of runners inside of this block, also by coroutines that it starts."""
    global on  # noqa: PLW0603  # one look at a module's name is the cheapest switch
    rides: list[Ride] = []
    token = _current.set(rides)
    with _lock:
        on += 1
    try:
        yield rides
    finally:
        with _lock:
            on -= 1
            for key in [key for key, each in _watched.items() if each is rides]:
                del _watched[key]
        _current.reset(token)


def asked(request: Request) -> None:
    """Remember a request, if whoever asks is followed."""
    rides = _current.get()
    if rides is not None:
        with _lock:
            _watched[id(request)] = rides


def ran(batch: Sequence[Request], rows: int, reason: str, began: float, ended: float) -> None:
    """Tell those who follow a request of this batch."""
    for request in batch:
        with _lock:
            rides = _watched.pop(id(request), None)
        if rides is not None:
            label = request.group.method.label
            rides.append(Ride(label, began - request.asked, ended - began, rows, len(batch), reason))
