"""The record of a stored model as cards read it: whatever is missing or of another kind is "not known".

A record may come from BentoML, from an older or a newer release, or from somebody's archive, so nothing about the
private part of ``model.yaml`` is taken for granted, and nothing that is wrong there stops a card.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from bentobook.errors import InvalidArgument, StoreUnreadable
from bentobook.schema.spec import Signature
from bentobook.store import manifest
from bentobook.store.manifest import Manifest

if TYPE_CHECKING:
    from pathlib import Path

    from bentobook.store.model_yaml import ModelInfo
    from bentobook.store.tag import Tag

_FLAVOR_NAMES = {"python_function": "pyfunc", "sklearn": "scikit-learn"}
PYFUNC = "python_function"


class Record(Protocol):
    """What a card needs of a stored model."""

    @property
    def tag(self) -> Tag:
        """Its name and version."""

    @property
    def info(self) -> ModelInfo:
        """What its ``model.yaml`` says."""

    @property
    def size(self) -> int:
        """The bytes of its files."""

    @property
    def path(self) -> Path:
        """The folder of the version."""


def mapping(value: object) -> Mapping[str, Any]:
    """Return a mapping, or an empty one in place of anything else."""
    return value if isinstance(value, Mapping) else {}


def sequence(value: object) -> Sequence[Any]:
    """Return a list, or an empty one in place of anything else."""
    return value if isinstance(value, Sequence) and not isinstance(value, (str, bytes)) else ()


def words(value: object) -> str:
    """Return a text, ``""`` in place of nothing."""
    return "" if value is None else str(value)


def lineage(record: Record) -> Mapping[str, Any]:
    """Return where the model comes from."""
    return mapping(record.info.private.get("lineage"))


def signature(record: Record) -> Signature | None:
    """Return what the model takes and gives, or None where it is not recorded or not readable."""
    plain = record.info.private.get("signature")
    if not plain:
        return None
    try:
        return Signature.from_dict(plain)
    except InvalidArgument:
        return None


def flavors(record: Record) -> dict[str, str]:
    """Return how the model is saved: the flavor's name for people, and the version of its framework."""
    recorded = mapping(lineage(record).get("flavors"))
    named = {_FLAVOR_NAMES.get(str(name), str(name)): words(version) for name, version in recorded.items()}
    if named:
        return dict(sorted(named.items(), key=lambda item: item[0] == _FLAVOR_NAMES[PYFUNC]))
    context = record.info.context
    return {name: words(version) for name, version in context.framework_versions.items()} or {
        context.framework_name: ""
    }


def native_flavor(record: Record) -> str | None:
    """Return the first flavor other than pyfunc."""
    recorded = mapping(lineage(record).get("flavors"))
    return next((str(name) for name in recorded if name != PYFUNC), None)


def moment(value: object) -> datetime | None:
    """Read a moment that is written in ISO form or as milliseconds since 1970."""
    if isinstance(value, datetime):
        return value if value.tzinfo else value.astimezone()
    try:
        read = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return read if read.tzinfo else read.astimezone()


def files_of(record: Record) -> Manifest | StoreUnreadable | None:
    """Read which files the version has: None for a version that BentoML wrote, an error for a broken manifest."""
    try:
        return manifest.read(record.path)
    except StoreUnreadable as error:
        return error


def is_claimed(record: Record, files: Manifest | StoreUnreadable | None) -> bool:
    """Tell whether the lineage was written elsewhere, such as in an archive, so that nobody here can vouch for it."""
    return bool(lineage(record)) and not (isinstance(files, Manifest) and files.written_here)
