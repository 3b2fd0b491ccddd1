"""Who may ask a server: the host that is meant, the page that asks, the token.

A page of another site can make a browser send requests to this machine. So the Host header must be a name that this
server is known by (else a foreign name was pointed at it: DNS rebinding, 421), and a page that asks must come from
the server itself or from an origin that is allowed (403). Both are lists of what is allowed, for every route and
method. What is asked about in vain costs one look into a dict.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
from collections.abc import Iterable, Mapping
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import urlsplit

from bentobook.errors import ForeignHost, ForeignOrigin, TokenRequired
from bentobook.service import pages

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
OPEN = frozenset({"/livez", "/readyz", "/healthz"}) | pages.PATHS
"""Open without a token: probes, for whoever orchestrates has none, and pages, which hold nothing of a service."""
ANY = "*"
MAX_KNOWN = 256


class Guard:
    """What a server allows.

    Parameters
    ----------
    hosts : iterable of str
        Names without port that the server is known by, beside those of loopback; ``*`` allows all.
    origins : iterable of str
        Further origins (``https://lab.example.org``) whose pages may ask.
    token : str, optional
        What callers must bring.
    beyond_loopback : bool
        Whether it listens on more than loopback: then plain IP addresses are its names, too. No name can be pointed at
        it in this way.
    """

    def __init__(
        self,
        hosts: Iterable[str] = (),
        origins: Iterable[str] = (),
        token: str | None = None,
        *,
        beyond_loopback: bool = False,
    ) -> None:
        self.hosts = LOOPBACK | {host.strip("[]").lower() for host in hosts}
        self.origins = frozenset(origin.rstrip("/").lower() for origin in origins)
        self.token = token
        self._beyond = beyond_loopback
        self._known: set[bytes] = set()
        self._bearer = f"Bearer {token}".encode() if token else b""

    def admit(self, scope: Mapping[str, Any], headers: Mapping[bytes, bytes], path: str) -> None:
        """Let a request in.

        Raises
        ------
        ForeignHost
            When it means another server.
        ForeignOrigin
            When a page of another site asks.
        TokenRequired
            When it brings no token, or a wrong one.
        """
        del scope
        host = headers.get(b"host", b"")
        if host not in self._known:
            self._check_host(host)
        origin = headers.get(b"origin")
        if origin is not None:
            self._check_origin(origin.decode("latin-1").lower(), host.decode("latin-1").lower())
        if self.token is not None and path not in OPEN and not self._has_token(headers):
            raise TokenRequired

    def _check_host(self, header: bytes) -> None:
        text = header.decode("latin-1").lower()
        name = _name_of(text)
        if ANY not in self.hosts and name not in self.hosts and not (self._beyond and _is_address(name)):
            raise ForeignHost(text[:200])
        if len(self._known) < MAX_KNOWN:
            self._known.add(header)

    def _check_origin(self, origin: str, host: str) -> None:
        """Compare with the host as the page's browser knows it: a proxy hands that on, and it was checked before."""
        own = origin.partition("://")
        if origin in self.origins or ANY in self.origins or (own[0] in {"http", "https"} and own[2] == host):
            return
        raise ForeignOrigin(origin[:200])

    def _has_token(self, headers: Mapping[bytes, bytes]) -> bool:
        given = headers.get(b"authorization", b"")
        if given:
            return hmac.compare_digest(given, self._bearer)
        return self._has_cookie(headers.get(b"cookie", b"").decode("latin-1"))

    def _has_cookie(self, header: str) -> bool:
        try:
            found = SimpleCookie(header).get(self.cookie_name)
        except CookieError:
            return False
        return found is not None and hmac.compare_digest(found.value.encode(), self.cookie_value.encode())

    def accepts(self, token: str) -> bool:
        """Tell whether somebody typed the right token."""
        return self.token is not None and hmac.compare_digest(token.encode(), self.token.encode())

    @property
    def cookie_name(self) -> str:
        """The name of the cookie of this server; two servers of one machine share their cookies."""
        return f"bentobook-{hashlib.sha256(self._bearer).hexdigest()[:8]}"

    @property
    def cookie_value(self) -> str:
        """What a browser keeps in place of the token."""
        return hmac.new(self._bearer, b"cookie", "sha256").hexdigest()


def _name_of(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
