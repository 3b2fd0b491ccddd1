"""What a call of an API gives back: the value, and everything that a person at a notebook wants to know beside it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bentobook import html, text
from bentobook.errors import BentobookError
from bentobook.service import client
from bentobook.service.timing import Batch, Timing

if TYPE_CHECKING:
    import pandas as pd

    from bentobook.html import Markup

OK = 200
MISWRITTEN = frozenset({400, 415, 422})
"""What an example helps against."""


@dataclass(frozen=True, kw_only=True)
class CallResult:
    """The answer of ``svc.call``.

    Attributes
    ----------
    service, api : str
        Who was asked.
    status : int
        The HTTP status that the same request has.
    ms : float
        The whole call, in milliseconds.
    timing : Timing
        Where the time went.
    batch : Batch or None
        The batch in which the call rode; the last one where there were several.
    request : object
        The value that was given.
    request_id : str
        Under which ``svc.errors`` keeps a failure.
    error : Exception or None
        What was raised.
    body : bytes
        The body of the answer over HTTP.
    content_type : str
        What the body is.
    url : str
        Where the API answers, or would answer.
    example : object
        A request that works, as JSON, or None where none is known.
    """

    service: str
    api: str
    status: int
    ms: float
    timing: Timing
    batch: Batch | None
    request: Any = field(repr=False)
    request_id: str
    error: Exception | None = None
    body: bytes = field(default=b"", repr=False)
    content_type: str = "application/json"
    url: str = ""
    sent: client.Sent = field(default_factory=client.Sent, repr=False)
    answer: Any = field(default=None, repr=False)
    example: Any = field(default=None, repr=False)

    @property
    def ok(self) -> bool:
        """Whether there is an answer."""
        return self.error is None

    @property
    def value(self) -> Any:
        """What the function returned; the error is raised where there is none."""
        if self.error is not None:
            raise self.error
        return self.answer

    @property
    def df(self) -> pd.DataFrame:
        """The answer as a DataFrame."""
        import pandas as pd

        value = self.value
        if isinstance(value, pd.DataFrame):
            return value
        return value.to_frame() if isinstance(value, pd.Series) else pd.DataFrame(value)

    def curl(self) -> str:
        """Return the shell line of the same request."""
        return client.curl(self.url, self.sent)

    def python(self) -> str:
        """Return the Python code of the same request."""
        return client.python(self.url, self.sent)

    def _said(self) -> str:
        own = f"{type(self.error).__name__}: " if not isinstance(self.error, BentobookError) else ""
        return f"{own}{self.error}"

    def _rows(self) -> list[tuple[str, str]]:
        rows = [("value", text.one_line(repr(self.answer), 500))] if self.ok else [("error", self._said())]
        rows.append(("time", str(self.timing)))
        if self.batch is not None:
            rows.append(("batch", str(self.batch)))
        if self.error is not None and self.status in MISWRITTEN and self.example is not None:
            works = text.one_line(json.dumps(self.example, ensure_ascii=False), 500)
            rows.append(("example", f"{self.service}.call({self.api!r}, {works})"))
        if self.status >= 500:  # noqa: PLR2004  # HTTP's own number
            rows.append(("details", f"{self.service}.errors[{self.request_id!r}]"))
        return rows

    def __repr__(self) -> str:
        lines = "\n".join(f"  {term:<7}  {said}" for term, said in self._rows())
        return f"{self.service}.{self.api}  {self.status}  {self.ms:.2f} ms\n{lines}"

    def _repr_html_(self) -> Markup:
        state: html.State = "ok" if self.ok else "bad"
        return html.card(
            f"{self.service}.{self.api}",
            aside=html.join([html.span(self.status, state), f"{self.ms:.2f} ms"]),
            body=[html.rows(self._rows()), html.details("curl", html.code(self.curl()))],
        )
