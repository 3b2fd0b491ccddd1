"""``bento.yaml`` as BentoML writes it (``bentoml/_internal/bento/bento.py``), and our own key ``bentobook:`` after it.

Two forms exist: spec 1 (services of ``bentoml.Service``) and spec 2 (``@bentoml.service``), which is what this package
writes. Only the fields that both share have names here; the others are kept as they stand in the file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bentobook.errors import BentobookError, InvalidTag, StoreUnreadable
from bentobook.store import safe_yaml
from bentobook.store.kind import BENTOS
from bentobook.store.tag import Tag

PRIVATE_KEY = "bentobook"
# What reads the files that are written here; BentoML warns of a version that is later than its own.
BENTOML_VERSION = "1.4.0"
_NAMED = ("service", "name", "version", "bentoml_version", "creation_time", "labels", PRIVATE_KEY)
_REQUIRED = ("service", "name", "version")


@dataclass(frozen=True)
class BentoInfo:
    """The record of a Bento; the names are BentoML's.

    Attributes
    ----------
    tag : Tag
        With version.
    service : str
        Where BentoML imports the service from, ``module:name`` below ``src/``.
    labels : mapping of str to str
    creation_time : datetime
        With time zone.
    bentoml_version : str
    rest : mapping
        All other fields of BentoML's, in their order: ``models``, ``services``, ``schema``, ``image`` …
    private : mapping
        What stands under ``bentobook:``; empty for a Bento that BentoML built.
    """

    tag: Tag
    service: str
    labels: Mapping[str, str]
    creation_time: datetime
    bentoml_version: str = BENTOML_VERSION
    rest: Mapping[str, Any] = field(default_factory=dict)
    private: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The name without the version."""
        return self.tag.name

    @property
    def version(self) -> str:
        """The version without the name."""
        return self.tag.version or ""

    @property
    def module(self) -> str:
        """What a list shows of where the service comes from: our own service, else BentoML's."""
        own = self.private.get("service")
        return own if isinstance(own, str) else self.service

    @property
    def models(self) -> tuple[Tag, ...]:
        """The models that it pins, each once, in the order of the file."""
        return tuple(dict.fromkeys(tags_in(self.rest)))

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as they stand in the file, in BentoML's order."""
        fields: dict[str, Any] = {
            "service": self.service,
            "name": self.name,
            "version": self.version,
            "bentoml_version": self.bentoml_version,
            "creation_time": self.creation_time.isoformat(),
            "labels": dict(self.labels),
            **self.rest,
        }
        return {**fields, PRIVATE_KEY: dict(self.private)} if self.private else fields


def parse(data: bytes, where: Path | str) -> BentoInfo:
    """Read the file; what BentoML does not require may be missing.

    Raises
    ------
    StoreUnreadable
        When a field that is required is missing, or one has the wrong type.
    """
    values = safe_yaml.load(data, where, max_bytes=BENTOS.max_bytes)
    if not isinstance(values, dict):
        raise StoreUnreadable(where, "it is no mapping of fields")
    missing = [name for name in _REQUIRED if not isinstance(values.get(name), str)]
    if missing:
        raise StoreUnreadable(where, f"it has no text in its field {missing[0]!r}")
    try:
        return BentoInfo(
            tag=Tag(values["name"], values["version"]),
            service=values["service"],
            labels={str(key): str(value) for key, value in _mapping(values.get("labels"), "labels").items()},
            creation_time=_moment(values.get("creation_time")),
            bentoml_version=str(values.get("bentoml_version", "")),
            rest={key: value for key, value in values.items() if key not in _NAMED},
            private=_mapping(values.get(PRIVATE_KEY), PRIVATE_KEY),
        )
    except (BentobookError, ValueError, TypeError, OverflowError) as error:
        raise StoreUnreadable(where, str(error)) from error


def _moment(value: object) -> datetime:
    """Read a time; without an offset it is UTC, and without a time it is the oldest there is."""
    if value is None:
        return datetime.fromtimestamp(0, UTC)
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def _mapping(value: object, field_name: str) -> dict[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise ValueError(f"its field {field_name!r} is no mapping")  # noqa: TRY004 (parse makes one sentence of it)
    return value


def tags_in(values: Any) -> Iterator[Tag]:
    """Find the models that a record refers to.

    They stand at three places: ``models[].tag`` (both forms; old ones have the bare tag), ``services[].models[].tag``
    (spec 2) and ``runners[].models[]`` (spec 1).
    """
    for item in (values, *_items(values, "services"), *_items(values, "runners")):
        for model in _items(item, "models"):
            text = model.get("tag") if isinstance(model, dict) else model
            if isinstance(text, str):
                try:
                    yield Tag.parse(text)
                except InvalidTag:
                    continue


def _items(value: Any, key: str) -> list[Any]:
    found = value.get(key) if isinstance(value, Mapping) else None
    return found if isinstance(found, list) else []
