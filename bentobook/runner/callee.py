"""What the queue asks of a method, so that nothing in it needs to know how a method is made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from bentobook.runner.batch import Batching
from bentobook.runner.policy import Cost
from bentobook.runner.runnable import MethodSpec
from bentobook.runner.stats import Recorder


class Callee(Protocol):
    """A method while requests for it wait and run.

    Attributes
    ----------
    label : str
        The method and its model, for errors.
    spec : MethodSpec
        What was declared with it.
    batching : Batching
        How its values are merged and its answers cut.
    max_rows : int or None
        The most rows of a batch.
    max_wait, max_latency, longest_wait : float
        For how long the first request of a batch is kept back; for how long any may wait, in seconds; the same, as far
        as a lock can be waited for.
    max_queue, max_queue_bytes : int
        The most requests that may wait, and the most bytes that they may hold.
    may_repeat : bool
        Whether requests of a batch that failed are run again.
    cost : Cost
        What its batches cost so far.
    recorder : Recorder
        Counts what happens.
    """

    label: str
    spec: MethodSpec
    batching: Batching
    max_rows: int | None
    max_wait: float
    max_latency: float
    longest_wait: float
    max_queue: int
    max_queue_bytes: int
    may_repeat: bool
    cost: Cost
    recorder: Recorder

    def call(self, value: Any, params: Mapping[str, Any] | None) -> Any:
        """Call the model."""
