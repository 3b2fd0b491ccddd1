"""Where a model is said to be: local folders and MLflow's URIs, brought into one spelling.

MLflow takes many spellings and trips over others that mean the same (``~``, ``runs://``, a bare ``m-<id>``, a trailing
slash). They are evened out here, by text alone: nothing is fetched, no MLflow is imported. What is shown or stored of a
URI never holds a password, a token or a signed query.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from bentobook.errors import ImportFailed, InvalidArgument

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):")  # two letters at least: one is a drive
_MODEL_ID = re.compile(r"m-[0-9a-f]{32}")
_AUTHORITY = re.compile(r"(?<=://)[^/]*@")
_USERINFO = re.compile(r"(?<=://)[^/\s'\"<>]*@")
_QUERY = re.compile(r"(\b[A-Za-z][A-Za-z0-9+.-]*:/[^\s'\"<>?#]*)[?#][^\s'\"<>]*")
_SECRET = re.compile(r"(?i)\b((?:[a-z0-9]+[_-])*(?:token|password|secret|signature|credential|api[_-]?key))=[^\s&'\"]+")
_SECRET_VARIABLES = ("MLFLOW_TRACKING_TOKEN", "MLFLOW_TRACKING_PASSWORD", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
_SHORTEST_SECRET = 6


@dataclass(frozen=True)
class Source:
    """A model's place, as it was given and as MLflow wants it.

    Attributes
    ----------
    shown : str
        What the caller gave, without credentials: for people and for the record.
    uri : str
        The normalised URI; it may hold credentials and is only handed to MLflow.
    scheme : str
        In lower case; ``""`` for a local folder.
    path : pathlib.Path or None
        The absolute local folder, where it is one.
    """

    shown: str
    uri: str
    scheme: str
    path: Path | None = None


def read(text: str | os.PathLike[str]) -> Source:
    """Bring a path or a URI into the spelling that MLflow understands.

    Parameters
    ----------
    text : str or path
        ``./model``, ``~/model``, ``file:…``, ``runs:/ID/path``, ``models:/name/version``, ``m-ID``, ``s3://…`` …

    Returns
    -------
    Source
        The place; whether something is there is not looked at.

    Raises
    ------
    InvalidArgument
        When it is empty or no text.
    ImportFailed
        When a ``file:`` URI names another machine, or a URI names nothing but its scheme.
    """
    given = os.fspath(text)
    if not isinstance(given, str) or not given.strip():
        raise InvalidArgument("model_uri", text, "a path, a URI, or an object that MLflow returned")
    given = given.strip()
    scheme = _SCHEME.match(given)
    if _MODEL_ID.fullmatch(given) and not _exists(given):
        return Source(given, f"models:/{given}", "models")
    if isinstance(text, Path) or scheme is None or _exists(given):
        return _local(given, given)
    if scheme[1].lower() == "file":
        return _local(_file_path(given), given)
    return _remote(given, scheme[1].lower())


def _exists(path: str) -> bool:
    try:
        return Path(path).exists()
    except (OSError, ValueError):  # too long a name, a zero byte
        return False


def _local(path: str, given: str) -> Source:
    place = Path(path).expanduser().resolve()
    return Source(given, str(place), "", place)


def _file_path(given: str) -> str:
    parts = urlsplit(given)
    if parts.netloc not in ("", "localhost", "127.0.0.1"):
        raise ImportFailed(
            given, f"a file: URI names this machine only, not {parts.netloc!r}", hint="Write file:///path."
        )
    return unquote(parts.path)


def _remote(given: str, scheme: str) -> Source:
    rest = given.partition(":")[2]
    if not rest.strip("/"):
        raise ImportFailed(given, "it ends after its scheme", hint="Give runs:/ID/path, models:/name/version, s3://….")
    if scheme in ("runs", "models") and "@databricks" not in rest:
        rest = "/" + rest.lstrip("/")
    body, question, query = rest.partition("?")
    kept = body.rstrip("/") if body.strip("/") else body
    return Source(without_credentials(given), f"{scheme}:{kept}{question}{query}", scheme)


def without_credentials(uri: str) -> str:
    """Return a URI without user, password, query and fragment.

    >>> without_credentials("https://me:pw@host/a?token=1")
    'https://host/a'
    """
    return _AUTHORITY.sub("", re.split(r"[?#]", uri, maxsplit=1)[0]) if _SCHEME.match(uri) else uri


def without_secrets(text: str) -> str:
    """Return any text without what could be a secret: passwords and queries of URIs in it, tokens, known variables.

    >>> without_secrets("GET https://u:p@host/x?X-Amz-Signature=1 failed, token=abc")
    'GET https://host/x failed, token=***'
    """
    for name in _SECRET_VARIABLES:
        value = os.environ.get(name, "")
        if len(value) >= _SHORTEST_SECRET:
            text = text.replace(value, "***")
    return _SECRET.sub(r"\1=***", _QUERY.sub(r"\1", _USERINFO.sub("", text)))
