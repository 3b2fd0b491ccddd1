"""Run one batch: merge, call the model, check, split; and give each request its answer or its own error."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from pathlib import Path
from time import monotonic
from types import TracebackType

from bentobook.errors import SchemaMismatch
from bentobook.runner import contract
from bentobook.runner.isolate import isolate
from bentobook.runner.request import RUNNING, Group, Request

_HERE = str(Path(__file__).parent)


def execute(requests: Sequence[Request]) -> int:
    """Run requests of one group together; each has an answer or an error when this returns.

    Parameters
    ----------
    requests : sequence of Request
        What was taken from the waiting room.

    Returns
    -------
    int
        How often the model was run beside the first time.

    Raises
    ------
    KeyboardInterrupt
        When the thread was interrupted; some requests may have no answer then.
    """
    group = requests[0].group
    method = group.method
    try:
        _run(group, requests)
    except Exception as error:  # noqa: BLE001  # whatever a model raises belongs to those who asked it
        if len(requests) == 1:
            requests[0].fail(_trimmed(error))
        elif not method.may_repeat or isinstance(error, MemoryError):
            _fail_all(requests, error)
        else:
            return _isolate(group, requests, error)
    return 0


def _run(group: Group, requests: Sequence[Request]) -> None:
    method = group.method
    values = [request.value for request in requests]
    if not group.known:
        requests[0].answer = method.call(values[0], group.params)
        return
    sizes = [request.rows for request in requests]
    rows = sum(sizes)
    if not rows:
        _answer_empty(group, requests)
        return
    batching = method.batching
    try:
        merged = values[0] if len(values) == 1 else batching.merge(values)
    except SchemaMismatch as error:
        if not error.by_request:
            raise
        _run_fitting(group, requests, error)
        return
    begun = monotonic()
    answer = method.call(merged, group.params)
    method.cost.observe(rows, monotonic() - begun)
    if batching.length(answer) != rows:
        raise contract.broken(method.label, batching, answer, rows, values)
    if group.empty is None:
        group.empty = batching.empty(answer)
    if len(requests) == 1:
        requests[0].answer = answer
        return
    for request, piece in zip(requests, batching.split(answer, sizes, values, merged), strict=True):
        request.answer = piece


def _run_fitting(group: Group, requests: Sequence[Request], error: SchemaMismatch) -> None:
    """Refuse the requests whose values do not fit, and run the others: the model was not asked yet."""
    for number, own in error.by_request.items():
        requests[number].fail(own)
    left = [request for number, request in enumerate(requests) if number not in error.by_request]
    if left:
        _run(group, left)


def _answer_empty(group: Group, requests: Sequence[Request]) -> None:
    """Answer requests without rows: from what an answer looks like, which a made-up row tells where a model refuses."""
    method, batching = group.method, group.method.batching
    if group.empty is None:
        value = requests[0].value
        try:
            answer = method.call(value, group.params)
            if batching.length(answer) != 0:
                raise contract.broken(method.label, batching, answer, 0, [value])  # noqa: TRY301
        except Exception:
            row = batching.one_row(value) if method.may_repeat else None
            if row is None:
                raise
            answer = method.call(row, group.params)
        group.empty = batching.empty(answer)
    for request in requests:
        request.answer = batching.empty(group.empty)


def _isolate(group: Group, requests: Sequence[Request], error: Exception) -> int:
    note = f"alone; it was asked in a batch of {len(requests)} requests, and the others were answered without it"

    def blame(request: Request, failure: Exception) -> None:
        own = _trimmed(failure)
        own.add_note(f"{group.method.label} failed for this request {note}.")
        request.fail(own)

    def wanted(request: Request) -> bool:
        return request.state == RUNNING and not request.answered

    return isolate(requests, error, lambda some: _run(group, some), blame, wanted)


def _fail_all(requests: Sequence[Request], error: Exception) -> None:
    """Give each its own copy: an error that several threads raise at once would mix up their tracebacks."""
    error = _trimmed(error)
    for request in requests:
        if request.answered:
            continue
        try:
            own = copy.copy(error)
        except Exception:  # noqa: BLE001  # an error whose class cannot be called with its args
            own = error
        own.__cause__, own.__context__ = error.__cause__, error.__context__
        own.__suppress_context__ = error.__suppress_context__
        request.fail(own.with_traceback(error.__traceback__))


def _trimmed(error: Exception) -> Exception:
    """Take the frames of this package off the beginning of a traceback: a user looks for the model's own."""
    trace: TracebackType | None = error.__traceback__
    while trace is not None and trace.tb_frame.f_code.co_filename.startswith(_HERE):
        trace = trace.tb_next
    return error.with_traceback(trace) if trace is not None else error
