"""A method of a runner: what it calls, how its values are batched, and what may be asked of it."""

from __future__ import annotations

import copy
import inspect
import threading
from collections.abc import Callable, Hashable, Iterator, Mapping
from math import inf
from time import monotonic
from typing import Any

from bentobook.errors import InvalidArgument
from bentobook.runner import event_loop
from bentobook.runner.batch import Batching, Measures
from bentobook.runner.config import MethodConfig
from bentobook.runner.kinds import ALONE, AS_IT_IS
from bentobook.runner.plain import Pack
from bentobook.runner.policy import Cost
from bentobook.runner.request import Group, Request
from bentobook.runner.runnable import MethodSpec
from bentobook.runner.stats import Recorder

MAX_GROUPS = 256


class Method:
    """One method, ready to be asked.

    Parameters
    ----------
    name, owner : str
        The method's name, and the model or runner that it belongs to.
    spec : MethodSpec
        What was declared with the method.
    config : MethodConfig
        What the user set.
    """

    def __init__(self, name: str, owner: str, spec: MethodSpec, config: MethodConfig) -> None:
        self.name = name
        self.label = f"{name} of {owner}"
        self.spec = spec
        self.config = config
        self.batchable = spec.batchable if config.batchable is None else config.batchable
        self.batching = spec.batching or Batching(
            _pair(spec.batch_dim if config.batch_dim is None else config.batch_dim)
        )
        self.measures = self.batching.measures if self.batchable else Measures(lambda _: lambda _: AS_IT_IS)
        self.checks = spec.check is not None or spec.check_params is not None
        self.most_rows = config.max_batch_size or inf
        self.max_latency = config.max_latency
        self.longest_wait = min(self.max_latency, threading.TIMEOUT_MAX)
        self.max_wait = config.max_wait_ms / 1e3
        self.max_queue = config.max_queue
        self.max_queue_bytes = config.max_queue_bytes
        self.max_rows = config.max_batch_size
        self.may_repeat = config.isolate and spec.idempotent
        self.cost = Cost()
        self.recorder = Recorder()
        self._function: Callable[..., Any] | None = None
        self.groups: dict[Hashable, Group] = {}

    def bind(self, function: Callable[..., Any]) -> None:
        """Say what is called, with a value or several, merged or not; a coroutine function runs on the shared loop."""
        self._function = event_loop.as_sync(function) if inspect.iscoroutinefunction(function) else function

    def unbind(self) -> object:
        """Let go of the model; return what was called until now."""
        function, self._function = self._function, None
        return function

    def call(self, value: Any, params: Mapping[str, Any] | None) -> Any:
        """Call the model; what it raises to end a thread or a loop is an error like others here."""
        try:
            args, named = ((value,), {}) if type(value) is not Pack else _unpacked(value)
            if params is not None:
                named["params"] = dict(params)
            return self._function(*args, **named)  # type: ignore[misc]  # bound before the first call
        except (StopIteration, StopAsyncIteration, GeneratorExit, SystemExit) as error:
            raise RuntimeError(f"{self.label} raised {error!r}.") from error

    def checked(self, value: Any, params: Mapping[str, Any] | None) -> tuple[Any, Mapping[str, Any] | None]:
        """Let the declared checks see a value and its params before they are queued."""
        if self.spec.check is not None:
            value = self.spec.check(value)
        if params is not None and self.spec.check_params is not None:
            params = self.spec.check_params(params)
        return value, params

    def pieces(
        self, value: Any, rows: int, params: Mapping[str, Any] | None, timeout: float | None
    ) -> Iterator[Request]:
        """Cut a value that is larger than a batch into requests; each is asked when the one before is answered."""
        step, end = self.max_rows or rows, inf if timeout is None else monotonic() + timeout
        for start in range(0, rows, step):
            piece = self.batching.cut(value, start, min(start + step, rows))
            key, n, size = self.measures[type(piece)](piece)
            left = None if timeout is None else max(0.0, end - monotonic())
            yield Request(piece, n, size, self.group(key, params, piece), left)

    def forget_layouts(self) -> None:
        """Let go of all groups: they hold the requests of one dispatcher, and refer to this method."""
        self.groups = {}

    def group(self, key: Hashable, params: Mapping[str, Any] | None, value: Any) -> Group:
        """Find the requests with which a value may share a batch; a new layout is checked first.

        Raises
        ------
        SchemaMismatch
            When the method takes no values of this layout.
        """
        try:
            full = key if params is None else (key, freeze(params))
        except TypeError:
            return self._new_group(key, params, value, together=False)
        found = self.groups.get(full)
        if found is not None:
            return found
        if key is None or key == ALONE:
            return self._new_group(key, params, value, together=False)
        if len(self.groups) >= MAX_GROUPS:
            self.groups = {}
        group = self.groups[full] = self._new_group(key, copy.deepcopy(params), value)
        return group

    def _new_group(
        self, key: Hashable, params: Mapping[str, Any] | None, value: Any, *, together: bool = True
    ) -> Group:
        if self.spec.accept is not None:
            self.spec.accept(value)
        return Group(self, params, known=key is not None, together=together)


def _pair(dim: int | tuple[int, int]) -> tuple[int, int]:
    if isinstance(dim, int):
        return dim, dim
    if [type(each) for each in dim] != [int, int]:
        raise InvalidArgument("batch_dim", dim, "a number, or one for the input and one for the output")
    return dim[0], dim[1]


def _unpacked(pack: Pack) -> tuple[tuple[Any, ...], dict[str, Any]]:
    n_plain = len(pack) - len(pack.names)
    return tuple(pack[:n_plain]), dict(zip(pack.names, pack[n_plain:], strict=True))


def freeze(value: Any) -> Hashable:
    """Make something hashable of params that is equal for equal params of equal types only.

    Raises
    ------
    TypeError
        When there is no way to tell whether two such values are equal.
    """
    if isinstance(value, Mapping):
        items = sorted(value.items(), key=lambda item: str(item[0]))
        return "mapping", tuple((name, freeze(each)) for name, each in items)
    if isinstance(value, (list, tuple)):
        return type(value), tuple(map(freeze, value))
    if hasattr(value, "tobytes") and hasattr(value, "dtype") and not value.dtype.hasobject:
        return str(value.dtype), tuple(value.shape), value.tobytes()
    hash(value)
    return type(value), repr(value) if isinstance(value, float) else value
