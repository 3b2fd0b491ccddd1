"""Import: from the place of an MLflow model to a version in the store.

No code of the model runs here; its files are copied and read. Either the version appears complete, or nothing does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from os import PathLike
from types import ModuleType
from typing import Any

from bentobook.mlflow import methods as declarations
from bentobook.mlflow import mlmodel, objects, own, record, reusing
from bentobook.mlflow.download import Progress
from bentobook.mlflow.find import Found, check_allowed, find
from bentobook.mlflow.record import MLFLOW_MODEL_FOLDER, Wanted
from bentobook.store import trust
from bentobook.store.draft import Draft
from bentobook.store.model import Model
from bentobook.store.model_yaml import Signatures
from bentobook.store.plain_values import check_labels, check_metadata
from bentobook.store.store import Store
from bentobook.store.tag import Tag


def import_model(
    name: str | Tag,
    model_uri: str | PathLike[str] | object,
    *,
    signatures: Signatures | None = None,
    labels: Mapping[str, str] | None = None,
    custom_objects: Mapping[str, Any] | None = None,
    external_modules: Sequence[ModuleType] | None = None,
    metadata: Mapping[str, Any] | None = None,
    methods: declarations.Methods | None = None,
    example: object = None,
    lineage: bool = True,
    run_facts: bool = False,
    reuse: bool = False,
    progress: Progress | None = None,
) -> Model:
    """Copy a model that MLflow saved or logged into the store.

    Parameters
    ----------
    name : str or Tag
        ``"iris"`` for a new version, or ``"iris:v1"``.
    model_uri : str, path, or object
        A local folder, ``runs:/ID/path``, ``models:/name/version`` (or stage, ``@alias``, ``latest``),
        ``models:/m-ID``, ``s3://…`` and what else MLflow can fetch; or what MLflow returned: ModelInfo, LoggedModel,
        ModelVersion, Run.
    signatures : mapping, optional
        As in BentoML, for ``predict`` only: ``{"predict": {"batchable": True}}``.
    labels : mapping of str to str, optional
        Kept as given.
    custom_objects : mapping, optional
        Objects that are pickled beside the model.
    external_modules : sequence of modules, optional
        Modules whose code is pickled with ``custom_objects``.
    metadata : mapping, optional
        Kept as given; plain values only.
    methods : iterable of str, or mapping, optional
        The methods that a runner offers, or method to ``{"batchable": …, "batch_dim": …}``.
    example : DataFrame, ndarray, list or dict, optional
        Rows as ``predict`` takes them, kept with the model; a model without a signature gets its input's from them.
    lineage : bool, default True
        Whether the tracking server may be asked about the model's run.
    run_facts : bool, default False
        Add the run's own tags to the labels, its metrics and params to the metadata; what the caller gave stands.
    reuse : bool, default False
        Return the newest version with the same content, labels, metadata and methods instead of making another.
    progress : callable, optional
        Called with the bytes that are done and the bytes in all.

    Returns
    -------
    Model
        The new version, or the one that is reused.

    Raises
    ------
    InvalidArgument, InvalidTag, UnsupportedSignature
        An argument cannot be used; nothing was fetched.
    ImportFailed, NotAnMLflowModel, MissingPyfuncFlavor, MissingDependency, Refused
        The model cannot be had from there.
    AlreadyExists, StoreNotWritable, DiskFull
        It cannot be stored.
    """
    tag = Tag.parse(name)
    tag.check_for_saving()
    wanted = Wanted(
        declarations.declared(signatures, methods), check_labels(labels), check_metadata(metadata), example, run_facts
    )
    source = objects.to_source(model_uri)
    check_allowed(source)
    found = find(source)
    store = Store()
    with _draft(store, tag, found, reuse=reuse) as draft:
        found.fetch(draft, MLFLOW_MODEL_FOLDER, progress)
        draft.write_custom_objects(custom_objects, external_modules)
        folder = draft.path / MLFLOW_MODEL_FOLDER
        described = mlmodel.read(folder, source.shown)
        info = record.make(draft.tag, found.resolved, described, folder, wanted, ask=lineage)
        model = reusing.same_version(store, tag, draft.content_digest, info, wanted) if reuse else None
        if model is None:
            model = draft.publish(info, origin={"kind": "mlflow", "uri": source.shown})
    if own.is_own(described, found.resolved.path):
        trust.mark_own(model.digest)
    return model


def _draft(store: Store, tag: Tag, found: Found, *, reuse: bool) -> Draft:
    """Begin a version; a given version that is there already is an error, unless it may turn out to be the same."""
    there = reuse and tag.version is not None and store.layout.version(tag).exists()
    return store.draft(Tag(tag.name) if there else tag, needed=found.folder.total)
