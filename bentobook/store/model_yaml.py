"""``model.yaml``, field for field as BentoML writes it, and our own key ``bentobook:`` after them.

The format is that of ``bentoml/_internal/models/model.py`` (``ModelInfo``, ``ModelContext``, ``ModelSignature``): block
style, fields in the order below, ``creation_time`` a quoted ISO text with offset, ``batch_dim`` only where a method is
batchable. BentoML ignores keys that it does not know and keeps them.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bentobook._version import __version__
from bentobook.errors import BentobookError, InvalidArgument, StoreUnreadable
from bentobook.store import safe_yaml
from bentobook.store.plain_values import check_labels, check_metadata, plain
from bentobook.store.tag import Tag

PRIVATE_KEY = "bentobook"
_REQUIRED = ("name", "version", "module", "labels", "options", "metadata", "context", "api_version", "creation_time")


@dataclass(frozen=True)
class ModelSignature:
    """How one method of a model may be called.

    Attributes
    ----------
    batchable : bool
        Whether the values of several callers may be joined into one call.
    batch_dim : tuple of int
        Along which axis inputs are joined, and along which the result is cut.
    """

    batchable: bool = False
    batch_dim: tuple[int, int] = (0, 0)

    @classmethod
    def from_dict(cls, value: ModelSignature | Mapping[str, Any], where: str = "signatures") -> ModelSignature:
        """Read what a user or a file says about a method; one number stands for both axes.

        Raises
        ------
        InvalidArgument
            When it says something else than ``batchable`` and ``batch_dim``.
        """
        if isinstance(value, ModelSignature):
            return value
        if not isinstance(value, Mapping):
            raise InvalidArgument(where, value, "a dict such as {'batchable': True}")
        batchable, dim = value.get("batchable", False), value.get("batch_dim", 0)
        dims = (dim, dim) if isinstance(dim, int) else dim
        if not isinstance(batchable, bool):
            raise InvalidArgument(f"{where}[batchable]", batchable, "True or False")
        if not (isinstance(dims, list | tuple) and len(dims) == 2 and all(isinstance(n, int) for n in dims)):  # noqa: PLR2004
            raise InvalidArgument(f"{where}[batch_dim]", dim, "a number or two numbers")
        return cls(batchable, (dims[0], dims[1]))

    def to_dict(self) -> dict[str, Any]:
        """Return what stands in the file."""
        return {"batchable": True, "batch_dim": list(self.batch_dim)} if self.batchable else {"batchable": False}


Signatures = Mapping[str, ModelSignature | Mapping[str, Any]]


@dataclass(frozen=True)
class ModelContext:
    """What a model was saved with.

    Attributes
    ----------
    framework_name : str
    framework_versions : mapping of str to str
        Version of each distribution.
    bentoml_version : str
        What wrote the file: a version of BentoML, or ``bentobook-`` and ours.
    python_version : str
    """

    framework_name: str = ""
    framework_versions: Mapping[str, str] = field(default_factory=dict)
    bentoml_version: str = f"bentobook-{__version__}"
    python_version: str = ".".join(map(str, sys.version_info[:3]))

    def to_dict(self) -> dict[str, Any]:
        """Return what stands in the file."""
        return {
            "framework_name": self.framework_name,
            "framework_versions": dict(self.framework_versions),
            "bentoml_version": self.bentoml_version,
            "python_version": self.python_version,
        }


@dataclass(frozen=True)
class ModelInfo:
    """The record of a model; the names are BentoML's.

    Attributes
    ----------
    tag : Tag
    module : str
        Which framework module saved it, for example ``"bentoml.mlflow"``.
    labels : mapping of str to str
    options : mapping
    metadata : mapping
    context : ModelContext
    signatures : mapping of str to ModelSignature
    api_version : str
    creation_time : datetime
        With time zone.
    private : mapping
        What stands under ``bentobook:``; empty for a model that BentoML saved.
    """

    tag: Tag
    module: str
    labels: Mapping[str, str]
    options: Mapping[str, Any]
    metadata: Mapping[Any, Any]
    context: ModelContext
    signatures: Mapping[str, ModelSignature]
    api_version: str
    creation_time: datetime
    private: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The name without the version."""
        return self.tag.name

    @property
    def version(self) -> str:
        """The version without the name."""
        return self.tag.version or ""

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as they stand in the file, in BentoML's order."""
        fields: dict[str, Any] = {
            "name": self.name,
            "version": self.version,
            "module": self.module,
            "labels": dict(self.labels),
            "options": dict(self.options),
            "metadata": dict(self.metadata),
            "context": self.context.to_dict(),
            "signatures": {name: signature.to_dict() for name, signature in self.signatures.items()},
            "api_version": self.api_version,
            "creation_time": self.creation_time.isoformat(),
        }
        return {**fields, PRIVATE_KEY: dict(self.private)} if self.private else fields


def new_info(
    tag: Tag,
    *,
    module: str = "",
    framework_name: str = "",
    framework_versions: Mapping[str, str] | None = None,
    signatures: Signatures | None = None,
    labels: Mapping[str, object] | None = None,
    metadata: Mapping[Any, object] | None = None,
    options: Mapping[str, Any] | None = None,
    api_version: str = "v1",
    private: Mapping[str, Any] | None = None,
) -> ModelInfo:
    """Make the record of a model that is about to be stored.

    Parameters
    ----------
    labels, metadata : mapping, optional
        The caller's own, checked as BentoML checks them.
    signatures : mapping, optional
        Method to :class:`ModelSignature` or to a dict of its fields.
    private : mapping, optional
        Our own part of the record.

    Raises
    ------
    InvalidArgument
        Names the label, the metadata entry or the signature that cannot be kept.
    """
    return ModelInfo(
        tag=tag,
        module=module,
        labels=check_labels(labels),
        options=plain(options or {}, "options"),
        metadata=check_metadata(metadata),
        context=ModelContext(framework_name, {str(k): str(v) for k, v in (framework_versions or {}).items()}),
        signatures={
            str(name): ModelSignature.from_dict(value, f"signatures[{name!r}]")
            for name, value in (signatures or {}).items()
        },
        api_version=api_version,
        creation_time=datetime.now(UTC),
        private=plain(private or {}, PRIVATE_KEY),
    )


def dump(info: ModelInfo) -> bytes:
    """Write the file."""
    return safe_yaml.dump(info.to_dict())


def parse(data: bytes, where: Path | str) -> ModelInfo:
    """Read the file; what BentoML does not require may be missing.

    Raises
    ------
    StoreUnreadable
        When a field that is required is missing, or one has the wrong type.
    """
    values = safe_yaml.load(data, where)
    if not isinstance(values, dict):
        raise StoreUnreadable(where, "it is no mapping of fields")
    missing = [name for name in _REQUIRED if name not in values]
    if missing:
        raise StoreUnreadable(where, f"it has no field {missing[0]!r}")
    try:
        return _from_fields(values)
    except StoreUnreadable:
        raise
    except (BentobookError, ValueError, TypeError, OverflowError) as error:
        raise StoreUnreadable(where, str(error)) from error


def _from_fields(values: dict[str, Any]) -> ModelInfo:
    signatures = _mapping(values.get("signatures") or {}, "signatures")
    return ModelInfo(
        tag=Tag(str(values["name"]), str(values["version"])),
        module=_str(values["module"], "module"),
        labels={str(key): str(value) for key, value in _mapping(values["labels"], "labels").items()},
        options=_mapping(values["options"], "options"),
        metadata=_mapping(values["metadata"], "metadata"),
        context=_context(_mapping(values["context"], "context")),
        signatures={str(name): ModelSignature.from_dict(value) for name, value in signatures.items()},
        api_version=_str(values["api_version"], "api_version"),
        creation_time=_moment(values["creation_time"]),
        private=_mapping(values.get(PRIVATE_KEY) or {}, PRIVATE_KEY),
    )


def _context(values: dict[str, Any]) -> ModelContext:
    versions = _mapping(values.get("framework_versions") or {}, "context.framework_versions")
    return ModelContext(
        framework_name=_str(values.get("framework_name", ""), "context.framework_name"),
        framework_versions={str(name): str(version) for name, version in versions.items()},
        bentoml_version=str(values.get("bentoml_version", "")),
        python_version=str(values.get("python_version", "")),
    )


def _moment(value: object) -> datetime:
    """Read a time; without an offset it is UTC, as BentoML writes it."""
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def _mapping(value: object, field_name: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError(f"its field {field_name!r} is no mapping")  # noqa: TRY004 (parse makes one sentence of it)
    return value


def _str(value: object, field_name: str) -> str:
    if not isinstance(value, str):
        raise ValueError(f"its field {field_name!r} is no text")  # noqa: TRY004 (parse makes one sentence of it)
    return value
