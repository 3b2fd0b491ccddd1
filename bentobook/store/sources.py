"""Where a model came from, in a form that can be compared part by part.

``runs:/abc`` covers ``runs:/abc/model``, and never ``runs:/abcd``: two addresses are compared by scheme, host and
path components after normalisation, never by the beginning of their text. An address that could mean another place to
the program that fetches it (``..`` in a bucket, an escaped slash, a control character) is no address here.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from bentobook.errors import InvalidArgument

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")  # two characters at least: "C:" is a drive
_DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True)
class Source:
    """A normalised address.

    Attributes
    ----------
    scheme : str
        In lower case; ``"file"`` for plain paths.
    host : str
        In lower case, with the port unless it is the scheme's own; without user and password.
    parts : tuple of str
        The components of the path, unescaped. An alias is a component of its own: ``("iris", "@champion")``.
    """

    scheme: str
    host: str
    parts: tuple[str, ...]

    @classmethod
    def parse(cls, uri: str) -> Source:
        """Read a URI or a path; queries and fragments (where signed addresses carry their keys) are dropped.

        >>> Source.parse("models:/iris@champion").parts
        ('iris', '@champion')

        Raises
        ------
        InvalidArgument
            When the text is no address, or one that programs read in different ways.
        """
        text = uri.strip()
        if not text or not text.isprintable():
            raise InvalidArgument("uri", uri, "a path or a URI of printable characters")
        if not _SCHEME.match(text):
            return cls("file", "", _parts_of_path(text))
        return cls._from_url(_split(text), text)

    @classmethod
    def _from_url(cls, url: SplitResult, text: str) -> Source:
        if url.scheme == "file":
            return cls("file", "", _parts_of_path(unquote(url.path)))
        parts = tuple(_unescape(part, text) for part in url.path.strip("/").split("/") if url.path.strip("/"))
        if url.scheme == "models" and parts and "@" in parts[-1]:
            name, _, alias = parts[-1].rpartition("@")
            parts = (*parts[:-1], name, f"@{alias}")
        return cls(url.scheme, _host(url), parts)

    def covers(self, other: Source) -> bool:
        """Tell whether ``other`` is this place or lies below it.

        >>> Source.parse("runs:/abc").covers(Source.parse("runs:/abcd"))
        False
        """
        same_place = (self.scheme, self.host) == (other.scheme, other.host)
        return same_place and other.parts[: len(self.parts)] == self.parts

    def __str__(self) -> str:
        path = "/".join(self.parts).replace("/@", "@") if self.scheme == "models" else "/".join(self.parts)
        if self.scheme == "file":
            return f"/{path}"
        return f"{self.scheme}://{self.host}/{path}".rstrip("/") if self.host else f"{self.scheme}:/{path}"


def _split(text: str) -> SplitResult:
    try:
        url = urlsplit(text)
        _ = url.port  # read here, because a bad port only shows when it is asked for
    except ValueError as error:
        raise InvalidArgument("uri", text, "a path or a URI", hint=str(error)) from None
    return url


def _host(url: SplitResult) -> str:
    host = (url.hostname or "").rstrip(".")
    host = f"[{host}]" if ":" in host else host
    return host if url.port in {None, _DEFAULT_PORTS.get(url.scheme)} else f"{host}:{url.port}"


def _unescape(part: str, text: str) -> str:
    plain = unquote(part)
    if plain in {".", ".."} or "/" in plain or "\\" in plain or not plain.isprintable():
        raise InvalidArgument("uri", text, "a URI without '.', '..', escaped slashes or control characters in its path")
    return plain


def _parts_of_path(path: str) -> tuple[str, ...]:
    # Not Path.resolve: what a link points to now says nothing about what was there.
    absolute = os.path.abspath(Path(path).expanduser())  # noqa: PTH100
    return tuple(part for part in absolute.replace(os.sep, "/").split("/") if part)
