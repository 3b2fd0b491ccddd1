"""A version goes by one rename into the trash; a reader sees all of it or none."""

from __future__ import annotations

import uuid
from contextlib import suppress

from bentobook import settings
from bentobook.errors import ModelInUse, NotFound, Refused
from bentobook.store import durable, latest, locks, publish, usage
from bentobook.store.kind import MODELS
from bentobook.store.layout import Layout
from bentobook.store.tag import Tag


def check_allowed() -> None:
    """Refuse when the administrator of this machine forbids deleting.

    Raises
    ------
    Refused
    """
    if not settings.admin().allow_delete:
        raise Refused("Deleting models and Bentos", "allow_delete = false", str(settings.ADMIN_FILE))


def remove(layout: Layout, tag: Tag, look: latest.Look) -> None:
    """Delete one version and move ``latest``.

    Raises
    ------
    ModelInUse
        When a Bento of the store refers to it.
    Refused
        When the administrator forbids deleting.
    NotFound
        When it went meanwhile.
    StoreNotWritable
        When it cannot be moved; it is untouched then.
    """
    check_allowed()
    if layout.kind is MODELS and (bentos := usage.bentos_using(layout, tag)):
        raise ModelInUse(str(tag), bentos)
    folder = layout.version(tag)
    with durable.writing(folder, f"delete a {layout.kind.word}"):
        layout.make_private()
        publish.check_one_file_system(layout, tag.name)
        doomed = layout.trash / uuid.uuid4().hex
        with locks.name_lock(layout, tag.name):
            try:
                folder.rename(doomed)
            except FileNotFoundError:
                raise NotFound(str(tag), str(layout.items), kind=layout.kind.noun) from None
            _settle(layout, tag, look)
        durable.remove_tree(doomed)


def _settle(layout: Layout, tag: Tag, look: latest.Look) -> None:
    """Bring ``latest`` up to date; where that fails the next reader does it, and the version is gone all the same."""
    with suppress(OSError):
        durable.flush(layout.name(tag.name))
        if latest.newest(layout, tag.name, look) is None:
            latest.remove_empty_name(layout, tag.name)
