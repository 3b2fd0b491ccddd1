"""Asking over HTTP with the standard library: what stands in a Bento is enough to replay its cases.

An error answer is an answer, redirects are not followed, and loopback needs no proxy.
"""

from __future__ import annotations

import ssl
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from http.client import HTTPException
from time import perf_counter
from typing import Any
from urllib.parse import urlsplit

from bentobook.bundle.cases import Body
from bentobook.errors import InvalidArgument

TIMEOUT_S = 120.0
MAX_ANSWER = 256 << 20
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


class _AsItIs(urllib.request.HTTPErrorProcessor):
    """Takes every status as it comes."""

    def http_response(self, request: Any, response: Any) -> Any:
        del request
        return response

    https_response = http_response


@dataclass(frozen=True)
class Answer:
    """What came back.

    Attributes
    ----------
    status : int
    body : Body
    ms : float
        How long it took, in milliseconds.
    """

    status: int
    body: Body
    ms: float


class NoAnswer(Exception):
    """Nobody answered; a replay shows it as what became of a case."""


@dataclass(frozen=True)
class Target:
    """A server.

    Attributes
    ----------
    url : str
        Where its routes begin.
    token : str or None
        What it wants to be told; it is never shown.
    timeout_s : float
        How long an answer may take.
    """

    url: str
    token: str | None = field(default=None, repr=False)
    timeout_s: float = TIMEOUT_S

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.query:
            raise InvalidArgument("url", _shown(self.url), "an address such as https://iris.example.org")

    def ask(self, route: str, body: Body) -> Answer:
        """Send a request.

        Raises
        ------
        NoAnswer
            When there is none; the reason in words.
        """
        headers = {"content-type": body.content_type}
        if self.token:
            headers["authorization"] = f"Bearer {self.token}"
        address = f"{self.url.rstrip('/')}{route}"
        request = urllib.request.Request(address, body.data, headers, method="POST")  # noqa: S310 (http and https only)
        began = perf_counter()
        try:
            with self._opener().open(request, timeout=self.timeout_s) as answer:
                data = answer.read(MAX_ANSWER)
                content_type = answer.headers.get("content-type", "")
                return Answer(answer.status, Body(content_type, data), 1e3 * (perf_counter() - began))
        except (OSError, HTTPException, ssl.SSLError) as error:
            reason = error.reason if isinstance(error, urllib.error.URLError) else error
            raise NoAnswer(f"no answer: {reason}") from error

    def _opener(self) -> urllib.request.OpenerDirector:
        handlers: list[Any] = [_AsItIs()]
        if urlsplit(self.url).hostname in _LOOPBACK:
            handlers.append(urllib.request.ProxyHandler({}))
        return urllib.request.build_opener(*handlers)


def _shown(url: str) -> str:
    """Leave out what may be a password."""
    return url.rpartition("@")[2]
