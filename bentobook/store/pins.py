"""The models that a served Bento is bound to: ``name`` and ``name:latest`` mean the version of its build.

A process that serves a Bento holds its pins until it ends; a notebook holds them only while it imports a Bento's
service, whose runners keep their models from then on. The models may lie in the Bento itself, as in an image.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType

from bentobook.errors import InvalidTag
from bentobook.store.layout import Layout
from bentobook.store.model import Model
from bentobook.store.tag import Tag

_NONE: Mapping[str, Model] = MappingProxyType({})
_held = _NONE  # of this process
_here: ContextVar[Mapping[str, Model]] = ContextVar("bentobook-pins", default=_NONE)


def find(tag: str | Tag) -> Model | None:
    """Return the model that a tag is bound to; ``None`` where the store decides.

    A version that is named in full is taken from where the Bento has it; any other version is the store's business.
    """
    known = _here.get() or _held
    if not known:
        return None
    try:
        wanted = Tag.parse(tag)
    except InvalidTag:
        return None
    model = known.get(wanted.name)
    if model is not None and (wanted.asks_for_latest or wanted == model.tag):
        return model
    return None


def hold(layout: Layout, tags: Iterable[Tag]) -> None:
    """Bind this process to models, from now on."""
    global _held  # noqa: PLW0603 (a process serves one Bento, in all of its threads)
    _held = _mapping(layout, tags)


@contextmanager
def held(layout: Layout, tags: Iterable[Tag]) -> Iterator[None]:
    """Bind the code of a ``with`` block to models."""
    token = _here.set(_mapping(layout, tags))
    try:
        yield
    finally:
        _here.reset(token)


def _mapping(layout: Layout, tags: Iterable[Tag]) -> Mapping[str, Model]:
    return {tag.name: Model(layout, tag) for tag in tags}
