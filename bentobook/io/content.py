"""Content types: the ones that are spoken here, and which of several is meant."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from bentobook.errors import UnsupportedContentType

JSON: Final = "application/json"
NPY: Final = "application/x-npy"
CSV: Final = "text/csv"
PARQUET: Final = "application/vnd.apache.parquet"
ARROW: Final = "application/vnd.apache.arrow.stream"
ARROW_FILE: Final = "application/vnd.apache.arrow.file"
BYTES: Final = "application/octet-stream"
TEXT: Final = "text/plain"
FORM: Final = "multipart/form-data"
ANY: Final = "*/*"
BY_SUFFIX: Final = {
    "json": JSON,
    "npy": NPY,
    "csv": CSV,
    "parquet": PARQUET,
    "arrows": ARROW,
    "arrow": ARROW_FILE,
    "feather": ARROW_FILE,
    "txt": TEXT,
}
"""What files with these endings hold, for parts of a form that do not say it."""


@lru_cache(maxsize=256)
def media_type(content_type: str) -> str:
    """Take the type of a header without its parameters, in lower case.

    >>> media_type("Text/CSV; charset=utf-8")
    'text/csv'
    """
    return content_type.partition(";")[0].strip().lower()


@lru_cache(maxsize=256)
def parameter(content_type: str, name: str) -> str:
    """Take a parameter of a header; ``""`` where it has none.

    >>> parameter('text/plain; charset="UTF-8"', "charset")
    'UTF-8'
    """
    from email.message import Message

    header = Message()
    header["content-type"] = content_type.replace("\n", " ").replace("\r", " ")
    found = header.get_param(name, "")
    return found if isinstance(found, str) else ""


def choose(content_type: str, accepted: Sequence[str]) -> str:
    """Find which of the accepted types a body has.

    Parameters
    ----------
    content_type : str
        The header of the request.
    accepted : sequence of str
        Types without parameters; ``*/*`` and ``image/*`` stand for many.

    Returns
    -------
    str
        The type that was sent, in lower case.

    Raises
    ------
    UnsupportedContentType
        When it is none of them.
    """
    sent = content_type if content_type in accepted else media_type(content_type)
    if sent in accepted or ANY in accepted or (sent and f"{sent.partition('/')[0]}/*" in accepted):
        return sent
    raise UnsupportedContentType(content_type, accepted)


@lru_cache(maxsize=256)
def negotiate(accept: str | None, offered: tuple[str, ...]) -> str:
    """Choose the type of an answer.

    Parameters
    ----------
    accept : str or None
        The ``Accept`` header of the request.
    offered : tuple of str
        What can be written; the first is the default.

    Returns
    -------
    str
        The offered type that is liked best, else the default: an answer in another type than asked for is more use
        than none.

    >>> negotiate("text/csv, */*;q=0.1", ("application/json", "text/csv"))
    'text/csv'
    """
    best, liked = offered[0], 0.0
    for entry in (accept or "").split(","):
        wanted, quality = media_type(entry), _quality(entry)
        found = offered[0] if wanted == ANY else next((each for each in offered if media_type(each) == wanted), None)
        if found is not None and quality > liked:
            best, liked = found, quality
    return best


def _quality(entry: str) -> float:
    try:
        return float(parameter(entry, "q") or 1)
    except ValueError:
        return 0.0
