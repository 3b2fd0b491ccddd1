"""``bentobook.bentos``: list, get, delete, export, import and check the Bentos of the store.

Names and arguments are those of ``bentoml.bentos`` where it has them. The store is the one of ``$BENTOML_HOME`` at the
time of the call.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from bentobook.bundle.bento import Bento
from bentobook.bundle.store import BentoList, BentoStore

if TYPE_CHECKING:
    from bentobook.store.tag import Tag
    from bentobook.store.verify import Verification

__all__ = ["Bento", "BentoList", "delete", "export_bento", "get", "import_bento", "list", "verify"]


def list(tag: str | Tag | None = None) -> BentoList:  # noqa: A001 (BentoML's name)
    """Return the Bentos of the store, newest first within a name.

    Parameters
    ----------
    tag : str or Tag, optional
        Only this name, or only this version.

    Returns
    -------
    BentoList
        A list of :class:`Bento`; what cannot be read stands in its ``problems``.

    Raises
    ------
    UnknownName
        When nothing has that name.
    """
    return BentoStore().list(tag)


def get(tag: str | Tag) -> Bento:
    """Return the record of one Bento.

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
    return BentoStore().get(tag)


def delete(tag: str | Tag) -> Tag:
    """Delete one version and return its tag; its models stay.

    Parameters
    ----------
    tag : str or Tag
        ``name:version`` in full, or ``name:latest``.

    Raises
    ------
    NotFound
        When it is not there.
    Refused
        When the administrator of this machine forbids deleting.
    """
    return BentoStore().delete(tag)


def export_bento(tag: str | Tag, path: str | os.PathLike[str] | None = None) -> Path:
    """Write a Bento with its models as an archive, which BentoML can import too; see :meth:`Bento.export`."""
    return get(tag).export(path)


def import_bento(path: str | os.PathLike[str], *, progress: Callable[[int, int], object] | None = None) -> Bento:
    """Import an archive that this package or BentoML exported; models that the store has already are not stored again.

    Parameters
    ----------
    path : path-like
        ``.bento``, ``.tar``, ``.tar.gz``, ``.tar.xz``, ``.tar.bz2`` or ``.zip``.
    progress : callable, optional
        Called with the bytes done and the bytes in all.

    Raises
    ------
    ArchiveRefused
        When the archive is not safe or not whole, or a model in it differs from the store's; nothing of it is stored.
    AlreadyExists
        When its version is there.
    """
    from bentobook.bundle import archive_read

    return archive_read.import_bento(BentoStore(), Path(path), progress=progress)


def verify(tag: str | Tag, *, deep: bool = True) -> Verification:
    """Compare a Bento with its manifest, and its models with what the build recorded."""
    return get(tag).verify(deep=deep)
