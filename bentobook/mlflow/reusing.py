"""A version that is there already and would be made again: the same content, labels, metadata and methods."""

from __future__ import annotations

import logging

from bentobook.errors import AlreadyExists, NotFound
from bentobook.mlflow.record import Wanted
from bentobook.store.model import Model
from bentobook.store.model_yaml import ModelInfo
from bentobook.store.store import Store
from bentobook.store.tag import Tag

_logger = logging.getLogger("bentobook")


def same_version(store: Store, tag: Tag, digest: str, info: ModelInfo, wanted: Wanted) -> Model | None:
    """Find the newest version that says the same as a new one would.

    Parameters
    ----------
    store : Store
        Where to look.
    tag : Tag
        The name; with a version only that one may be it.
    digest : str
        The digest of the new content.
    info : ModelInfo
        The new record.
    wanted : Wanted
        What the caller said; with an example the signatures must be equal, too.

    Returns
    -------
    Model or None
        The version, if there is one.

    Raises
    ------
    AlreadyExists
        When the version that is asked for holds something else.
    """
    try:
        models = store.list(tag)
    except NotFound:
        return None
    for model in models:
        if model.digest == digest and _says_the_same(model.info, info, with_signature=wanted.example is not None):
            _logger.info("%s has the same content, labels and methods: it is reused.", model.tag)
            return model
    if tag.version is not None and models:
        raise AlreadyExists(str(tag), str(store.layout.models))
    return None


def _says_the_same(one: ModelInfo, other: ModelInfo, *, with_signature: bool) -> bool:
    if one.module != other.module or dict(one.labels) != dict(other.labels):
        return False
    if dict(one.metadata) != dict(other.metadata) or dict(one.signatures) != dict(other.signatures):
        return False
    keys = ("methods", "signature") if with_signature else ("methods",)
    return all(one.private.get(key) == other.private.get(key) for key in keys)
