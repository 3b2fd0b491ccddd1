"""``bentobook.models``: list, get, delete, make, export, import, check and clean up the models of the store.

Names and arguments are those of ``bentoml.models`` where it has them. The store is the one of ``$BENTOML_HOME`` at the
time of the call.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from bentobook.store.model import Model
from bentobook.store.model_yaml import ModelContext, ModelInfo, ModelSignature, Signatures
from bentobook.store.store import ModelList, Store
from bentobook.store.tag import Tag

if TYPE_CHECKING:
    from bentobook.store.create import NewModel
    from bentobook.store.gc import Cleaned, Pruned
    from bentobook.store.verify import Report

__all__ = [
    "Model",
    "ModelContext",
    "ModelInfo",
    "ModelList",
    "ModelSignature",
    "create",
    "delete",
    "export_model",
    "gc",
    "get",
    "import_model",
    "list",
    "prune",
    "save_model",
    "verify",
]


def list(tag: str | Tag | None = None) -> ModelList:  # noqa: A001 (BentoML's name)
    """Return the models of the store, newest first within a name.

    Parameters
    ----------
    tag : str or Tag, optional
        Only this name, or only this version.

    Returns
    -------
    ModelList
        A list of :class:`Model`; what cannot be read stands in its ``problems``.

    Raises
    ------
    UnknownName
        When nothing has that name.
    """
    return Store().list(tag)


def get(tag: str | Tag) -> Model:
    """Return the record of one model.

    Parameters
    ----------
    tag : str or Tag
        ``name`` or ``name:latest`` for the newest, ``name:version``, or the beginning of a version.

    Raises
    ------
    NotFound
        When it is not there.
    AmbiguousVersion
        When several versions begin like that.
    """
    return Store().get(tag)


def delete(tag: str | Tag) -> Tag:
    """Delete one version and return its tag.

    Parameters
    ----------
    tag : str or Tag
        ``name:version`` in full, or ``name:latest``.

    Raises
    ------
    NotFound
        When it is not there.
    ModelInUse
        When a Bento of the store refers to it.
    Refused
        When the administrator of this machine forbids deleting.
    """
    return Store().delete(tag)


def create(
    name: str | Tag,
    *,
    module: str = "",
    api_version: str = "v1",
    signatures: Signatures | None = None,
    labels: Mapping[str, object] | None = None,
    options: Mapping[str, Any] | None = None,
    custom_objects: Mapping[str, Any] | None = None,
    external_modules: Sequence[ModuleType] | None = None,
    metadata: Mapping[Any, object] | None = None,
    context: ModelContext | None = None,
) -> AbstractContextManager[NewModel]:
    """Make a model of files that the caller writes::

        with bentobook.models.create("vectors") as model:
            table.tofile(model.path_of("table.bin"))

    At the end of the block it is published; an exception in the block leaves nothing.

    Parameters
    ----------
    name : str or Tag
        The version is made when there is none.
    module : str
        The framework module that can load it; without one ``load_model`` is not offered.
    signatures, labels, options, metadata, context
        The fields of the record.
    custom_objects : mapping, optional
        Python objects to pickle beside the files.
    external_modules : sequence of module, optional
        Modules whose code is pickled with them.

    Raises
    ------
    AlreadyExists
        When the version is there.
    InvalidArgument
        When a label, a metadata entry or an object cannot be kept.
    """  # noqa: D400 (the first sentence ends in an example)
    from bentobook.store import create as creating

    return creating.create(
        Store(),
        name,
        module=module,
        api_version=api_version,
        signatures=signatures,
        labels=labels,
        options=options,
        custom_objects=custom_objects,
        external_modules=external_modules,
        metadata=metadata,
        context=context,
    )


def save_model(
    name: str | Tag,
    obj: object,
    *,
    methods: Sequence[str] | Mapping[str, Any] | None = None,
    batchable: bool = False,
    labels: Mapping[str, str] | None = None,
    metadata: Mapping[str, Any] | None = None,
    custom_objects: Mapping[str, Any] | None = None,
    external_modules: Sequence[ModuleType] | None = None,
) -> Model:
    """Save a live object with the framework that it is of; what no module here saves goes through MLflow's flavor.

    Parameters
    ----------
    name : str or Tag
        The version is made when there is none.
    methods : sequence of str, or mapping, optional
        What a runner may call, or method to ``{"batchable": …, "batch_dim": …}``; left out, the framework's usual one.
    batchable : bool, default False
        Whether these methods take the rows of many callers at once.
    labels, metadata, custom_objects, external_modules
        As for ``bentobook.sklearn.save_model``.

    Raises
    ------
    InvalidArgument
        When nothing saves such an object (the sentence says what to do), or it has no such method.
    """
    from bentobook.mlflow import saving

    return saving.save_model(
        name,
        obj,
        methods=methods,
        batchable=batchable,
        labels=labels,
        metadata=metadata,
        custom_objects=custom_objects,
        external_modules=external_modules,
    )


def import_model(path: str | os.PathLike[str], *, progress: Callable[[int, int], object] | None = None) -> Model:
    """Import an archive that this package or BentoML exported.

    Parameters
    ----------
    path : path-like
        ``.bentomodel``, ``.tar``, ``.tar.gz``, ``.tar.xz``, ``.tar.bz2`` or ``.zip``.
    progress : callable, optional
        Called with the bytes done and the bytes in all.

    Raises
    ------
    ArchiveRefused
        When the archive is not safe or not whole; nothing of it is stored.
    AlreadyExists
        When its version is there.
    """
    from bentobook.store import archive_read

    return archive_read.import_model(Store(), Path(path), progress=progress)


def export_model(tag: str | Tag, path: str | os.PathLike[str] | None = None) -> Path:
    """Write a model as an archive, which BentoML can import too; see :meth:`Model.export`."""
    return Store().get(tag).export(path)


def verify(tag: str | Tag | None = None, *, deep: bool = False, repair: bool = False) -> Report:
    """Compare models with their manifests.

    Parameters
    ----------
    tag : str or Tag, optional
        One version, or all of a name; all models when it is left out.
    deep : bool, default False
        Whether the content is read; otherwise names and sizes are compared.
    repair : bool, default False
        Move what is wrong to the quarantine, so that nobody loads it.

    Returns
    -------
    Report
        ``report.ok``, and what is wrong in ``report.wrong``.

    Raises
    ------
    NotFound
        When nothing has that tag.
    """
    from bentobook.store import verify as verifying

    store = Store()
    return verifying.verify(store.layout, _meant(store, tag), deep=deep, repair=repair)


def _meant(store: Store, tag: str | Tag | None) -> Sequence[Tag]:
    """Expand a tag to versions; one that cannot be read is still one that can be verified."""
    from bentobook.store.verify import all_tags

    if tag is None:
        return all_tags(store.layout)
    wanted = Tag.parse(tag)
    tags = all_tags(store.layout, wanted.name)
    if wanted.version is None and tags:
        return tags
    return [wanted] if wanted in tags else [store.resolve(wanted)]


def gc() -> Cleaned:
    """Remove what dead writers left, and files of cells unused for a week; never anything that is a version."""
    from bentobook.store import gc as cleaning

    return cleaning.collect(Store().layout)


def prune(keep: int, name: str | None = None) -> Pruned:
    """Delete all versions but the newest ``keep`` of each name; never one that a Bento refers to.

    Parameters
    ----------
    keep : int
        At least 1.
    name : str, optional
        Only this name.

    Raises
    ------
    InvalidArgument, UnknownName, Refused, StoreNotWritable
    """
    from bentobook.store import gc as cleaning

    store = Store()
    if name is not None:
        store.list(name)
    return cleaning.prune(store.layout, keep, name)
