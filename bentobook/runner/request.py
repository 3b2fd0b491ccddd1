"""One caller's value on its way into a batch, and its answer on the way back.

A coroutine awaits its request itself. A request behaves for asyncio as a future does (what ``asyncio.isfuture`` calls a
future-like object), with one difference: a future schedules a callback of the loop for each task that it wakes, while
the requests of a batch are all woken in the one callback that brings their answers. That is a fifth of what a request
costs.
"""

from __future__ import annotations

from asyncio import AbstractEventLoop, CancelledError
from collections import deque
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextvars import Context
from math import inf
from typing import TYPE_CHECKING, Any, Final, Protocol

from bentobook.errors import DeadlineExceeded, ServiceBusy

if TYPE_CHECKING:
    from threading import Lock

    from bentobook.runner.callee import Callee

WAITING: Final = 0
RUNNING: Final = 1
DONE: Final = 2
GONE: Final = 3
"""States: it waits for a batch; it is in one; it has an answer or an error; its caller has left."""
_NOTHING: Final[Any] = object()


class Side(Protocol):
    """What wakes the coroutines of one loop; see :class:`bentobook.runner.coroutines.LoopSide`."""

    loop: AbstractEventLoop
    own: list[Request]

    def post(self, requests: list[Request], turn: int) -> None:
        """Wake the coroutines of some requests, from any thread."""


class Group:
    """Requests of one method, one layout and equal params.

    Parameters
    ----------
    method : Callee
        The method that they ask for.
    params : mapping, optional
        What the model gets beside the value.
    known : bool
        Whether rows are known in the values; else each runs alone and its answer is not cut.
    together : bool
        Whether they may share a batch.
    """

    __slots__ = (
        "empty",
        "known",
        "method",
        "most_bytes",
        "most_items",
        "most_rows",
        "params",
        "requests",
        "rows",
        "timed",
        "together",
    )

    def __init__(
        self, method: Callee, params: Mapping[str, Any] | None = None, *, known: bool = True, together: bool = True
    ) -> None:
        self.method = method
        self.params = params
        self.known = known
        self.together = together
        self.requests: deque[Request] = deque()
        self.rows = 0
        self.timed = 0
        self.empty: Any = None
        self.most_rows, self.most_items, self.most_bytes = method.max_rows, method.max_queue, method.max_queue_bytes

    @property
    def is_full(self) -> bool:
        """Whether a batch of these requests could not have more rows."""
        return self.most_rows is not None and self.rows >= self.most_rows


class Request:
    """One caller's value.

    Parameters
    ----------
    value : object
        What the method takes, already checked.
    rows, size : int
        Its rows along the batch dimension, and about its bytes.
    group : Group
        The requests with which it may share a batch.
    timeout : float or None
        After how many seconds its caller wants no answer any more.

    Attributes
    ----------
    asked : float
        Since when it waits, in seconds of the monotonic clock.
    side : Side or None
        The loop whose coroutine asks; None for a thread.
    thread : int
        The thread that asks.
    lock, chain : Lock, iterator
        How the thread that asked is woken; each step of the chain wakes another thread of the same batch.
    wake, context : callable or None, Context
        How the task that awaits is woken, and in which context; None when it is not asleep.
    """

    __slots__ = (
        "_asyncio_future_blocking",
        "_cancelled",
        "answer",
        "asked",
        "chain",
        "context",
        "error",
        "group",
        "lock",
        "rows",
        "side",
        "size",
        "state",
        "thread",
        "timeout",
        "value",
        "wake",
    )

    side: Side | None
    asked: float
    thread: int
    lock: Lock
    chain: Iterator[None]
    context: Context
    wake: Callable[[Request], object] | None
    _asyncio_future_blocking: bool
    _cancelled: CancelledError | None

    def __init__(self, value: Any, rows: int, size: int, group: Group, timeout: float | None) -> None:
        self.value = value
        self.rows = rows
        self.size = size
        self.group = group
        self.timeout = timeout
        self.state = WAITING
        self.error: BaseException | None = None
        self.answer: Any = _NOTHING

    @property
    def answered(self) -> bool:
        """Whether there is an answer or an error; its caller may not know yet."""
        return self.answer is not _NOTHING or self.error is not None

    @property
    def limit(self) -> float:
        """When it stops waiting for a batch."""
        return min(self.asked + self.group.method.max_latency, self.deadline)

    @property
    def may_lead(self) -> bool:
        """Whether its caller may run batches: a thread that has no timeout, for it cannot leave while it does."""
        return self.side is None and self.timeout is None

    @property
    def deadline(self) -> float:
        """When its caller leaves even if it runs; infinite without a timeout."""
        return inf if self.timeout is None else self.asked + self.timeout

    def fail(self, error: BaseException) -> None:
        """Take an error instead of an answer; the caller is woken later, with the others of the batch."""
        self.error = error

    def late(self, now: float, running: str) -> ServiceBusy | DeadlineExceeded:
        """Make the error of a request that has waited for as long as it may."""
        method = self.group.method
        if self.timeout is not None and now >= self.deadline:
            still = "It runs still; its answer will be dropped" if self.state == RUNNING else ""
            return DeadlineExceeded(method.label, self.timeout, running=running or still)
        waited = f"this request has waited for {now - self.asked:.3g} s, and max_latency_ms is over"
        return ServiceBusy(method.label, waited, retry_after=method.cost.drain(self.group.rows), running=running)

    # What asyncio asks of a future follows.

    def __await__(self) -> Generator[Request, None, None]:
        """Sleep until the request has been answered."""
        self._asyncio_future_blocking = True
        yield self

    def get_loop(self) -> AbstractEventLoop:
        """Tell on which loop it can be awaited."""
        return self.side.loop  # type: ignore[union-attr]  # only a coroutine's request is awaited

    def add_done_callback(self, wake: Callable[[Request], object], *, context: Context) -> None:
        """Keep how the task that awaits is woken."""
        self.wake = wake
        self.context = context
        self._cancelled = None

    def result(self) -> None:
        """Let the task go on: it looks for its answer itself."""
        if self._cancelled is not None:
            raise self._cancelled

    def cancel(self, msg: object = None) -> bool:
        """Wake the task with a CancelledError; tell whether that was still possible."""
        if self.wake is None:
            return False
        self._cancelled = CancelledError() if msg is None else CancelledError(msg)
        self.get_loop().call_soon(self.wake, self, context=self.context)
        self.wake = None
        return True


def has_not_returned(batch: Sequence[Request], seconds: float) -> str:
    """Say which model has been running a batch for how long, and what can be done."""
    rows = sum(request.rows for request in batch)
    return (
        f"{batch[0].group.method.label} has been running {rows} rows for {seconds:.3g} s and has not returned. "
        "A thread cannot be stopped: if the model hangs, interrupt or restart the kernel"
    )
