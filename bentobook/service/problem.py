"""The one shape of an error answer: ``{"error": sentence, "detail": [{"loc", "msg", "got", "want"}, …]}``.

What the package refuses on purpose is said as it is. What a user's function raised is named by its type only: its
text, its traceback and the paths in it stay on the server's side.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus

import orjson

from bentobook.errors import ApiFailed, BentobookError

JSON = b"application/json"
_PRIVATE = frozenset({HTTPStatus.INTERNAL_SERVER_ERROR})


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back over HTTP.

    Attributes
    ----------
    status : int
        The HTTP status.
    body : bytes
        The body.
    content_type : bytes
        What it is.
    headers : sequence of (bytes, bytes)
        Further headers.
    """

    status: int
    body: bytes
    content_type: bytes = JSON
    headers: Sequence[tuple[bytes, bytes]] = ()


def status_of(error: BaseException) -> int:
    """Tell which HTTP status an error has: that of its class, else 500."""
    return int(error.http_status) if isinstance(error, BentobookError) else 500


def problem(error: Exception, api: str, request_id: str) -> Answer:
    """Make the answer of an error.

    Parameters
    ----------
    error : Exception
        What was raised.
    api, request_id : str
        Where, and under which id the server's side finds the details.
    """
    said = public(error, api, request_id)
    body = {"error": str(said), "detail": getattr(said, "detail", [])}
    headers = [(name.encode(), value.encode("latin-1", "replace")) for name, value in getattr(said, "headers", ())]
    retry_after = getattr(said, "retry_after", None)
    if retry_after is not None:
        headers.append((b"retry-after", str(int(retry_after)).encode()))
    return Answer(status_of(said), orjson.dumps(body, default=str), JSON, headers)


def public(error: Exception, api: str, request_id: str) -> BentobookError:
    """Return what a caller may read of an error."""
    if isinstance(error, BentobookError) and error.http_status not in _PRIVATE:
        return error
    return ApiFailed(api, type(error).__name__, request_id)
