"""Saving a live object with its own framework: the file that BentoML writes, and a record that says how to load it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Any

from bentobook import settings
from bentobook.errors import InvalidArgument
from bentobook.frameworks.framework import Framework, class_name
from bentobook.frameworks.methods import methods_of, offers
from bentobook.store import custom_objects as pickled
from bentobook.store import durable, manifest, trust
from bentobook.store.model import Model
from bentobook.store.model_yaml import ModelInfo, ModelSignature, Signatures, new_info
from bentobook.store.store import Store
from bentobook.store.tag import Tag


@dataclass(frozen=True)
class Given:
    """What the caller of a ``save_model`` may say about the model; the names are BentoML's.

    Attributes
    ----------
    signatures : mapping, optional
        Method to ``{"batchable": …, "batch_dim": …}``.
    labels : mapping of str to str, optional
    metadata : mapping, optional
        Plain values only.
    custom_objects : mapping, optional
        Objects that are pickled beside the model.
    external_modules : sequence of modules, optional
        Modules whose code is pickled along, so that a load need not find them.
    """

    signatures: Signatures | None = None
    labels: Mapping[str, str] | None = None
    metadata: Mapping[str, Any] | None = None
    custom_objects: Mapping[str, Any] | None = None
    external_modules: Sequence[ModuleType] | None = None


@dataclass(frozen=True)
class Written:
    """How a model's file was written.

    Attributes
    ----------
    form : str
        The format, as the card shows it.
    runs_code : bool
        Whether reading it back runs code.
    needs : tuple of str
        Distributions that reading it back needs beside the framework's.
    """

    form: str
    runs_code: bool = False
    needs: tuple[str, ...] = ()


def save(
    framework: Framework,
    name: str | Tag,
    write: Callable[[Path], Written],
    given: Given,
    *,
    loaded: object,
    options: Mapping[str, Any] | None = None,
) -> Model:
    """Publish a model whose one file ``write`` writes.

    Parameters
    ----------
    framework : Framework
        What saves.
    name : str or Tag
        ``"iris"`` for a new version, or ``"iris:v1"``.
    write : callable
        Writes the model to the path that it is given.
    given : Given
        What the caller said.
    loaded : object
        What a load will give back, or one like it: its methods are those that can be recorded.
    options : mapping, optional
        The ``options`` of the record, as BentoML's module for the framework reads them.

    Returns
    -------
    Model
        The new version.

    Raises
    ------
    InvalidArgument, InvalidTag
        A method, a label or an entry of the metadata cannot be recorded; nothing was written.
    AlreadyExists, StoreNotWritable, DiskFull
        It cannot be stored.
    """
    signatures = checked(framework, given.signatures, loaded)
    with Store().draft(name) as draft:
        info = new_info(
            draft.tag,
            module=framework.module,
            framework_name=framework.context_name,
            framework_versions=framework.versions,
            signatures=signatures,
            labels=given.labels,
            metadata=given.metadata,
            options=options,
            api_version=framework.api_version,
        )
        with durable.others_writing(draft.path), pickled.by_value(given.external_modules or ()):
            written = write(draft.path / framework.files[0])
        draft.adopt()
        draft.write_custom_objects(given.custom_objects, given.external_modules)
        origin = {"kind": manifest.SAVED, "user": settings.user_name()}
        model = draft.publish(_with_private(info, framework, written), origin=origin)
    trust.mark_own(model.digest)
    return model


def checked(framework: Framework, signatures: Signatures | None, loaded: object) -> dict[str, ModelSignature]:
    """Read the signatures, or choose the framework's own, and make sure that the object has the methods.

    Raises
    ------
    InvalidArgument
        Names a method that it does not have, and those that it has.
    """
    if signatures is None:
        known = (framework.method,) if offers(loaded, framework.method) else methods_of(loaded)[:1]
        return dict.fromkeys(known, ModelSignature())
    check_methods(loaded, signatures)
    return {name: ModelSignature.from_dict(value, f"signatures[{name!r}]") for name, value in signatures.items()}


def check_methods(obj: object, names: Iterable[str]) -> None:
    """Make sure that an object has the methods that are named, or raise InvalidArgument."""
    for name in names:
        if not (isinstance(name, str) and offers(obj, name)):
            has = ", ".join(methods_of(obj)) or "none that infers"
            raise InvalidArgument("method", name, f"one of {class_name(obj)} (it has {has})")


def _with_private(info: ModelInfo, framework: Framework, written: Written) -> ModelInfo:
    """Add what the card shows and what consent to a load is asked for."""
    needed = {**info.context.framework_versions, **_versions(written.needs)}
    private = {
        "methods": {
            name: {"batchable": each.batchable, "batch_dim": list(each.batch_dim)}
            for name, each in info.signatures.items()
        },
        "loads_with": [{"path": framework.files[0], "format": written.form, "runs_code": written.runs_code}],
        # A build such as 2.13.0+cpu is on no index that pip asks by default.
        "requirements": [f"{name}=={version.partition('+')[0]}" for name, version in needed.items()],
    }
    return replace(info, private=private)


def _versions(names: Sequence[str]) -> dict[str, str]:
    from bentobook.store.needs import installed_version

    found = ((name, installed_version(name)) for name in names)
    return {name: version for name, version in found if version is not None}
