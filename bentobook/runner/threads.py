"""The calls of plain threads: lead, or follow and be woken with an answer.

Nothing here costs what asyncio costs, and a lone caller runs the model in its own thread.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from threading import get_ident
from time import monotonic
from typing import Any

from bentobook.runner.dispatcher import Dispatcher
from bentobook.runner.request import DONE, RUNNING, Request

_Lock = threading.Lock
_NOBODY: Iterator[None] = iter(())


def ask(dispatcher: Dispatcher, request: Request) -> Any:
    """Wait for the answer to a request, running batches in this thread when it is its turn to.

    Raises
    ------
    ServiceBusy
        When too much waits, or this request has waited for ``max_latency_ms``.
    DeadlineExceeded
        When the request's own timeout is over.
    BaseException
        Whatever the model raised for this request.
    """
    request.lock = lock = _Lock()
    lock.acquire()
    request.side = None
    request.thread = get_ident()
    request.asked = monotonic()
    request.chain = _NOBODY
    try:
        with dispatcher.lock:
            alone = dispatcher.take_alone(request)
            if not alone:
                _queue(dispatcher, request)
        if alone:
            dispatcher.run_alone()
        if dispatcher.holder is request:
            _lead(dispatcher, request)
        elif not alone and (
            request.timeout is not None
            or not lock.acquire(timeout=request.group.method.longest_wait)
            or request.state < DONE
        ):
            _follow(dispatcher, request)
        next(request.chain, None)
    except BaseException as error:
        _leave(dispatcher, request, interrupted=not isinstance(error, Exception))
        raise
    if request.error is not None:
        raise request.error
    return request.answer


def _queue(dispatcher: Dispatcher, request: Request) -> None:
    """Let a request wait, and see that somebody will run it. The lock is held."""
    if dispatcher.refusal is not None or not dispatcher.room.add(request):
        raise dispatcher.refused(request)
    dispatcher.patience.came_back(request)
    if dispatcher.holder is None:
        dispatcher.take_baton(request if request.timeout is None else dispatcher.worker)


def _lead(dispatcher: Dispatcher, request: Request) -> None:
    """Run batches until one had this request in it, and the baton is somebody else's."""
    while dispatcher.holder is request:
        dispatcher.run_batch()


def _follow(dispatcher: Dispatcher, request: Request) -> None:
    """Wait until there is an answer, or until it is this thread's turn to lead."""
    limit = request.limit
    while request.state < DONE:
        # Who is made the leader wakes before the baton is in its name, so look at it only after having had the lock.
        limit = _new_limit(dispatcher, request, limit)
        if dispatcher.holder is request:
            _lead(dispatcher, request)
        elif request.state < DONE:
            left = min(limit - monotonic(), threading.TIMEOUT_MAX)
            request.lock.acquire(timeout=max(left, 0.0))


def _new_limit(dispatcher: Dispatcher, request: Request, limit: float) -> float:
    """Leave if the time is over; else tell until when to wait: what runs has only its own deadline."""
    now = monotonic()
    with dispatcher.lock:
        if now < limit or dispatcher.holder is request or request.state == DONE:
            return limit
        if request.state == RUNNING and now < request.deadline:
            return request.deadline
        error = request.late(now, dispatcher.state_of_model())
        dispatcher.drop(request)
        request.group.method.recorder.refused += 1
        raise error


def _leave(dispatcher: Dispatcher, request: Request, *, interrupted: bool) -> None:
    """Put everything right when a call ends in any other way than with its answer; see the dispatcher's description."""
    with dispatcher.lock:
        if dispatcher.drop(request):
            request.group.method.recorder.cancelled += 1
    leads = dispatcher.holder is request
    if interrupted or leads:
        dispatcher.recover(leads=leads)
    next(request.chain, None)
