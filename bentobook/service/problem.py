"""The one shape of an error answer: ``{"error": sentence, "detail": [{"loc", "msg", "got", "want"}, …]}``.

What is wrong with a request is said as it is. What a user's function raised is named by its type only: its text, its
traceback and the paths in it stay on the server's side, and so does what the store or a load complains of.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus

import orjson

from bentobook.errors import (
    AlreadyExists,
    ApiFailed,
    BentobookError,
    ImportFailed,
    NotFound,
    Refused,
    StoreNotWritable,
    StoreUnreadable,
    UntrustedModel,
)

JSON = b"application/json"
# These speak of folders and of models that the caller did not name.
_PRIVATE = (NotFound, AlreadyExists, StoreUnreadable, StoreNotWritable, ImportFailed, UntrustedModel, Refused)


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
    """Tell which HTTP status an error has: that of its class where the caller may know it, else 500."""
    return int(error.http_status) if isinstance(error, BentobookError) and not isinstance(error, _PRIVATE) else 500


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
    if not isinstance(error, BentobookError) or isinstance(error, _PRIVATE):
        return ApiFailed(api, type(error).__name__, request_id)
    if error.http_status == HTTPStatus.INTERNAL_SERVER_ERROR:
        return ApiFailed(api, type(error).__name__, request_id)
    return error
