"""What changed since the version before: models, requirements, routes, files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bentobook.bundle.bento import Bento
from bentobook.bundle.store import BentoStore
from bentobook.errors import StoreUnreadable, UnknownName
from bentobook.store import manifest
from bentobook.store.bento_yaml import BentoInfo
from bentobook.store.manifest import FileEntry

MAX_LINES = 40
_OURS = ("src/", "apis/")
_DIGEST_SHOWN = len("b3:") + 12


def previous(name: str) -> Bento | None:
    """Return the newest version that is stored, before another one is."""
    try:
        found = BentoStore().list(name)
    except UnknownName:
        return None
    return found[0] if found else None


def changes(before: Bento, info: BentoInfo, files: Iterable[FileEntry]) -> tuple[str, ...]:
    """Say what is different; empty where nothing is that is compared.

    Parameters
    ----------
    before : Bento
        The version before.
    info : BentoInfo
        The record of the new one.
    files : iterable of FileEntry
        Its files.
    """
    try:
        old = before.info.private
        stored = manifest.read(before.path)
    except StoreUnreadable:
        return (f"{before.tag} cannot be read",)
    lines = [
        *_differing("model", _models(old), _models(info.private)),
        *_differing("requirement", _requirements(old), _requirements(info.private)),
        *_differing("route", _routes(old), _routes(info.private)),
        *_differing("case count", _cases(old), _cases(info.private)),
        *(_differing("file", _digests(stored.files), _digests(files)) if stored is not None else ()),
    ]
    rest = len(lines) - MAX_LINES
    return (*lines[:MAX_LINES], *([f"{rest} more"] if rest > 0 else []))


def _differing(what: str, before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[str]:
    for key in sorted(before.keys() | after.keys()):
        if key not in before:
            yield f"{what} `{key}` is new{_told(after[key])}"
        elif key not in after:
            yield f"{what} `{key}` is gone{_told(before[key])}"
        elif before[key] != after[key]:
            yield f"{what} `{key}` changed from {before[key]} to {after[key]}"


def _told(value: str) -> str:
    return f": {value}" if value else ""


def _models(private: Mapping[str, Any]) -> dict[str, str]:
    found = private.get("models")
    split = (
        [(str(tag).partition(":"), str(digest)) for tag, digest in found.items()] if isinstance(found, Mapping) else []
    )
    return {name: f"{version} ({digest[:_DIGEST_SHOWN]})" for (name, _, version), digest in split}


def _requirements(private: Mapping[str, Any]) -> dict[str, str]:
    lines = [str(each.get("line")) for each in private.get("requirements") or () if isinstance(each, Mapping)]
    return {line.partition("==")[0].strip(): line.partition("==")[2].strip() for line in lines}


def _routes(private: Mapping[str, Any]) -> dict[str, str]:
    return {str(name): "" for name in private.get("apis") or ()}


def _cases(private: Mapping[str, Any]) -> dict[str, str]:
    found = private.get("cases")
    return {"cases": str(found.get("count"))} if isinstance(found, Mapping) and found.get("count") else {}


def _digests(files: Iterable[FileEntry]) -> dict[str, str]:
    return {each.path: each.digest[:_DIGEST_SHOWN] for each in files if each.path.startswith(_OURS)}
