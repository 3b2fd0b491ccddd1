"""One method of a runner, as it is called: from a thread with ``run``, from a coroutine with ``async_run``."""

from __future__ import annotations

from collections.abc import Coroutine, Iterable, Mapping
from threading import get_ident
from typing import Any, NoReturn

from bentobook.runner import coroutines, threads, tracing
from bentobook.runner.batch import Batching
from bentobook.runner.config import MethodConfig
from bentobook.runner.core import Core
from bentobook.runner.coroutines import Loops
from bentobook.runner.method import Method
from bentobook.runner.plain import Pack
from bentobook.runner.request import Request
from bentobook.schema.spec import Signature


class RunnerMethod:
    """One method of a runner.

    Attributes
    ----------
    name : str
        The method.
    """

    __slots__ = ("_core", "_method", "name")

    def __init__(self, core: Core, method: Method) -> None:
        self._core = core
        self._method = method
        self.name = method.name

    @property
    def config(self) -> MethodConfig:
        """The numbers that were set for this method."""
        return self._method.config

    @property
    def batchable(self) -> bool:
        """Whether requests for this method are merged."""
        return self._method.batchable

    @property
    def schema(self) -> Signature | None:
        """What goes in, what comes out and which params there are; None where nothing is recorded."""
        return self._method.spec.about.schema

    @property
    def example(self) -> Any:
        """Recorded rows of input, as JSON holds them; None where there are none."""
        return self._method.spec.about.example

    @property
    def flavor(self) -> str:
        """What is asked: ``"pyfunc"``, or the framework whose own object is; empty for a user's own class."""
        return self._method.spec.about.flavor

    @property
    def accepts(self) -> tuple[str, ...]:
        """The kinds of values that it takes, in words."""
        return self._method.spec.about.accepts

    @property
    def batch_dim(self) -> tuple[int, int]:
        """The dimension along which rows are counted, of input and output."""
        return self._method.batching.dim_in, self._method.batching.dim_out

    @property
    def advice(self) -> str:
        """How to let requests share a batch; empty where they do."""
        turn_on = self._method.spec.about.turn_on
        return "" if self.batchable else f"{self.name} runs each request alone; {turn_on} lets them share a batch."

    def run(
        self, *args: Any, params: Mapping[str, Any] | None = None, timeout: float | None = None, **named: Any
    ) -> Any:
        """Ask, and wait for the answer; others who ask at the same time share the batch.

        Parameters
        ----------
        *args, **named
            What the method takes; for a batchable method each has the same number of rows.
        params : mapping, optional
            What the method gets as it is, as ``params``. Requests with different params never share a batch.
        timeout : float, optional
            After how many seconds to give up.

        Returns
        -------
        object
            What the method returned for these rows.

        Raises
        ------
        SchemaMismatch
            When the method does not take such a value.
        ServiceBusy
            When too much waits, or this request has waited for ``max_latency_ms``.
        DeadlineExceeded
            When the timeout is over.
        """
        __tracebackhide__ = True
        loops, method = self._core.loops or self._core.ready(), self._method
        dispatcher = loops.dispatcher
        value = args[0] if len(args) == 1 and not named else Pack.of((*args, *named.values()), tuple(named))
        if method.checks:
            value, params = method.checked(value, params)
        if dispatcher.thread == get_ident():
            # The model asks its own runner: it must not wait for itself.
            return method.call(value, params)
        key, rows, size = method.measures[type(value)](value)
        if rows > method.most_rows:
            pieces = method.pieces(value, rows, params, timeout)
            return method.batching.join([threads.ask(dispatcher, piece) for piece in pieces])
        group = (params is None and method.groups.get(key)) or method.group(key, params, value)
        if not rows and group.empty is not None:
            return method.batching.empty(group.empty)
        request = Request(value, rows, size, group, timeout)
        if tracing.on:
            tracing.asked(request)
        return threads.ask(dispatcher, request)

    def async_run(
        self, *args: Any, params: Mapping[str, Any] | None = None, timeout: float | None = None, **named: Any
    ) -> Coroutine[Any, Any, Any]:
        """Ask from a coroutine; as :meth:`run`, without blocking the loop.

        Returns
        -------
        coroutine
            Awaited, it gives the answer or raises the error. It is small, for there may be many: what is done here
            before it is made leaves nothing behind.
        """
        try:
            loops, method = self._core.loops or self._core.ready(), self._method
            value = args[0] if len(args) == 1 and not named else Pack.of((*args, *named.values()), tuple(named))
            if method.checks:
                value, params = method.checked(value, params)
            key, rows, size = method.measures[type(value)](value)
            if rows > method.most_rows:
                return _in_turn(loops, method.batching, method.pieces(value, rows, params, timeout))
            group = (params is None and method.groups.get(key)) or method.group(key, params, value)
            if not rows and group.empty is not None:
                return _answer(method.batching.empty(group.empty))
            request = Request(value, rows, size, group, timeout)
            if tracing.on:
                tracing.asked(request)
            return coroutines.ask(loops, request)
        except Exception as error:  # noqa: BLE001  # as in every coroutine, errors come when it is awaited
            return _fail(error)

    def __repr__(self) -> str:
        return f"<method {self._method.label}>"


async def _in_turn(loops: Loops, batching: Batching, requests: Iterable[Request]) -> Any:
    return batching.join([await coroutines.ask(loops, request) for request in requests])


async def _answer(value: Any) -> Any:
    return value


async def _fail(error: Exception) -> NoReturn:
    raise error
