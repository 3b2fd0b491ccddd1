"""The last errors of a service, by request id: what the person at the notebook sees and no HTTP answer says.

Texts are kept and no exception: an exception holds its frames, and those hold the bodies of requests.
"""

from __future__ import annotations

import traceback
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from threading import Lock

from bentobook import html, text
from bentobook.errors import BentobookError
from bentobook.service.problem import status_of

KEPT = 100
_PACKAGE = str(Path(__file__).parents[1])
_HEADER = ("request", "api", "status", "error")


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """One request that failed.

    Attributes
    ----------
    request_id, api : str
        Which request, of which API.
    status : int
        What HTTP said.
    error : str
        The type and text of the error.
    traceback : str
        The user's own frames and those of libraries, without this package's; empty for what was refused on purpose.
    when : datetime
        When it failed.
    """

    request_id: str
    api: str
    status: int
    error: str
    traceback: str = field(repr=False)
    when: datetime = field(default_factory=lambda: datetime.now(UTC))

    def __str__(self) -> str:
        return f"{self.request_id}  {self.api}  {self.status}\n{self.traceback or self.error}"


class Failures(Mapping[str, Failure]):
    """The last 100 failures; the newest is last."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: OrderedDict[str, Failure] = OrderedDict()

    def add(self, error: Exception, api: str, request_id: str) -> Failure:
        """Keep what is to be known of an error."""
        status = status_of(error)
        refused = isinstance(error, BentobookError) and status != HTTPStatus.INTERNAL_SERVER_ERROR
        trace = "" if refused else own_traceback(error)
        line = f"{type(error).__name__}: {error}"
        failure = Failure(request_id=request_id, api=api, status=status, error=line, traceback=trace)
        with self._lock:
            self._kept[request_id] = failure
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return failure

    def __getitem__(self, request_id: str) -> Failure:
        with self._lock:
            return self._kept[request_id]

    def __iter__(self) -> Iterator[str]:
        with self._lock:
            return iter(list(self._kept))

    def __len__(self) -> int:
        return len(self._kept)

    @property
    def last(self) -> Failure | None:
        """The newest failure."""
        with self._lock:
            return next(reversed(self._kept.values()), None)

    def _rows(self) -> list[tuple[str, ...]]:
        with self._lock:
            failures = list(self._kept.values())
        return [(each.request_id, each.api, str(each.status), text.one_line(each.error)) for each in failures]

    def __repr__(self) -> str:
        return text.table(_HEADER, self._rows()) if self else "no errors"

    def _repr_html_(self) -> str:
        return html.card("errors", aside=f"the last {KEPT}", body=[html.table(_HEADER, self._rows())])


def own_traceback(error: BaseException) -> str:
    """Write a traceback without the frames of this package, as Python writes it."""
    trace = traceback.TracebackException.from_exception(error)
    _trim(trace)
    return "".join(trace.format()).rstrip()


def _trim(trace: traceback.TracebackException | None) -> None:
    while trace is not None:
        kept = [frame for frame in trace.stack if not frame.filename.startswith(_PACKAGE)]
        trace.stack = traceback.StackSummary.from_list(kept)
        trace = trace.__cause__ or trace.__context__
