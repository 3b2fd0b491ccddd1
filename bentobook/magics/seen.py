"""The MLflow URIs that this kernel has seen: what completion proposes without asking MLflow.

Seen is what was imported, what the user's variables hold, and what stands in the cells that ran.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

_URI = re.compile(r"(?:runs|models):/[^\"'\n{}$]+")  # a registered name may hold blanks
_IN_CODE = re.compile(
    r"""(?P<quote>["'])(?P<quoted>(?:runs|models):/[^"'\n{}$]+)(?P=quote)"""
    r"""|(?:runs|models):/[^\s"'{}$),\]]+"""
)
_MAX_CELLS = 200
_MAX_VARIABLES = 2000
_MAX_TEXT = 20_000


class Seen:
    """The URIs of one kernel; newest first."""

    def __init__(self) -> None:
        self._uris: dict[str, None] = {}

    def add(self, uri: str) -> None:
        """Remember a URI that a magic used."""
        if _URI.fullmatch(uri):
            self._uris.pop(uri, None)
            self._uris[uri] = None

    def uris(self, names: Mapping[str, object]) -> list[str]:
        """Return all URIs, without duplicates."""
        found = [*reversed(self._uris), *_of_variables(names), *_of_cells(names.get("In"))]
        return list(dict.fromkeys(found))


def uri_of(value: object) -> str | None:
    """Return the URI that a variable holds: a string, or one of MLflow's own objects; nothing is looked up."""
    if isinstance(value, str):
        return value if _URI.fullmatch(value) else None
    if not is_mlflow_object(value):
        return None
    uri = getattr(value, "model_uri", None)
    if isinstance(uri, str):
        return uri
    name, version = getattr(value, "name", None), getattr(value, "version", None)
    return f"models:/{name}/{version}" if name and version else None


def is_mlflow_object(value: object) -> bool:
    """Tell whether MLflow made the value, without importing MLflow."""
    return type(value).__module__.partition(".")[0] == "mlflow"


def _of_variables(names: Mapping[str, object]) -> Iterator[str]:
    for name, value in islice(reversed(list(names.items())), _MAX_VARIABLES):
        if not name.startswith("_") and (uri := uri_of(value)):
            yield uri


def _of_cells(cells: object) -> Iterator[str]:
    texts: Iterable[object] = reversed(cells[-_MAX_CELLS:]) if isinstance(cells, list) else ()
    for text in texts:
        for match in _IN_CODE.finditer(str(text)[:_MAX_TEXT]):
            yield match["quoted"] or match[0]
