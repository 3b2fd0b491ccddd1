"""BentoML's ``models.create``: the caller writes files into a folder, and at the end of the block it is a model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from types import ModuleType
from typing import Any

from bentobook.store import custom_objects as pickled
from bentobook.store import durable
from bentobook.store.draft import Draft
from bentobook.store.model_yaml import ModelContext, ModelInfo, Signatures, new_info
from bentobook.store.store import Store
from bentobook.store.tag import Tag


class NewModel:
    """A model that is being made; write its files under ``path``.

    Attributes
    ----------
    tag : Tag
        With version.
    path : Path
        The folder to write into.
    info : ModelInfo
        The record that it will have.
    """

    def __init__(self, draft: Draft, info: ModelInfo) -> None:
        self._draft = draft
        self.tag, self.path, self.info = draft.tag, draft.path, info

    def path_of(self, item: str) -> str:
        """Return the path of a file or folder of the model.

        Raises
        ------
        InvalidArgument
            When it does not lie inside the model.
        """
        return str(self._draft.inside(item.lstrip("/")))

    def __repr__(self) -> str:
        return f'Model(tag="{self.tag}")'


@contextmanager
def create(
    store: Store,
    name: str | Tag,
    *,
    module: str,
    api_version: str,
    signatures: Signatures | None,
    labels: Mapping[str, object] | None,
    options: Mapping[str, Any] | None,
    custom_objects: Mapping[str, Any] | None,
    external_modules: Sequence[ModuleType] | None,
    metadata: Mapping[Any, object] | None,
    context: ModelContext | None,
) -> Iterator[NewModel]:
    """Give a folder to write into and publish it at the end; see ``bentobook.models.create``."""
    with store.draft(name) as draft, pickled.by_value(external_modules or ()):
        info = new_info(
            draft.tag,
            module=module,
            api_version=api_version,
            signatures=signatures,
            labels=labels,
            options=options,
            metadata=metadata,
        )
        info = replace(info, context=context or info.context)
        with durable.others_writing(draft.path):
            yield NewModel(draft, info)
        draft.adopt()
        draft.write_custom_objects(custom_objects, external_modules)
        draft.publish(info, origin={"kind": "create"})
