"""The numbers that a user may set for a method of a runner."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from difflib import get_close_matches
from math import inf
from typing import Any

from bentobook.errors import InvalidArgument

MIB = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodConfig:
    """How the requests for one method are queued and batched.

    Parameters
    ----------
    batchable : bool, optional
        Whether requests are merged; None leaves it to the method's own declaration.
    batch_dim : int or (int, int), optional
        The dimension along which rows are counted, of input and output; None as above.
    max_batch_size : int, optional
        The most rows of a batch; None for as many as wait.
    max_latency_ms : float
        How long a request may wait before it is refused with ServiceBusy; 0 for ever.
    max_wait_ms : float
        How long the first request of a batch is kept back for more to come.
    isolate : bool
        Whether a batch that fails is run again in halves, so that only the requests that are to blame fail.
    max_queue : int
        The most requests of the runner that may wait.
    max_queue_bytes : int
        The most bytes that they may hold, about.
    """

    batchable: bool | None = None
    batch_dim: int | tuple[int, int] | None = None
    max_batch_size: int | None = None
    max_latency_ms: float = 60_000.0
    max_wait_ms: float = 0.0
    isolate: bool = True
    max_queue: int = 1024
    max_queue_bytes: int = 256 * MIB

    def __post_init__(self) -> None:
        _at_least("max_batch_size", self.max_batch_size, 1)
        _at_least("max_latency_ms", self.max_latency_ms, 0)
        _at_least("max_wait_ms", self.max_wait_ms, 0)
        _at_least("max_queue", self.max_queue, 1)
        _at_least("max_queue_bytes", self.max_queue_bytes, 1)

    @property
    def max_latency(self) -> float:
        """How long a request may wait, in seconds; infinite when it may wait for ever."""
        return self.max_latency_ms / 1e3 if self.max_latency_ms else inf

    def updated(self, values: Mapping[str, Any] | MethodConfig | None) -> MethodConfig:
        """Return this with some values replaced; None leaves a value as it is.

        Raises
        ------
        InvalidArgument
            When a name is not known.
        """
        if values is None or isinstance(values, MethodConfig):
            return values or self
        known = [each.name for each in fields(self)]
        for name in values:
            if name not in known:
                near = get_close_matches(name, known, n=1)
                hint = f"Did you mean {near[0]}?" if near else ""
                raise InvalidArgument("method_configs", name, f"one of {', '.join(known)}", hint=hint)
        return replace(self, **{name: value for name, value in values.items() if value is not None})


def _at_least(name: str, value: float | None, least: float) -> None:
    if value is not None and not value >= least:
        raise InvalidArgument(name, value, f"a number that is at least {least}")
