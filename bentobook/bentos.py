"""``bentobook.bentos``: list, get, delete, export, import and check the Bentos of the store.

Names and arguments are those of ``bentoml.bentos`` where it has them. The store is the one of ``$BENTOML_HOME`` at the
time of the call.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bentobook.bundle.bento import Bento
from bentobook.bundle.store import BentoList, BentoStore

if TYPE_CHECKING:
    from bentobook.bundle.replay import Replay
    from bentobook.service.service import Service
    from bentobook.store.tag import Tag
    from bentobook.store.verify import Verification

__all__ = [
    "Bento",
    "BentoList",
    "build",
    "build_bentofile",
    "delete",
    "export_bento",
    "get",
    "import_bento",
    "list",
    "load",
    "replay",
    "verify",
]


def build(
    service: Service | str | None = None,
    *,
    name: str | None = None,
    version: str | None = None,
    labels: Mapping[str, str] | None = None,
    description: str | None = None,
    include: Sequence[str] | None = None,
    exclude: Sequence[str] | None = None,
    models: Sequence[str] | None = None,
    envs: Sequence[Mapping[str, str]] | None = None,
    python: Mapping[str, Any] | None = None,
    docker: Mapping[str, Any] | None = None,
    conda: Mapping[str, Any] | None = None,
    bentofile: str | os.PathLike[str] | None = None,
    build_ctx: str | os.PathLike[str] | None = None,
    keep: Collection[str] = (),
    lock: bool | None = None,
    verify: bool = True,
    require_parity: bool | Collection[str] = False,
) -> Bento:
    """Build a Bento: the service's own files, its requirements and what an image needs; models are referred to.

    Parameters
    ----------
    service : Service or str, optional
        A live service (of a cell, or of a module), or ``"file.py:variable"`` in the project; what the bentofile names
        when left out.
    name, version : str, optional
        Of the Bento; the service's name and a new version when left out.
    labels, description, include, exclude, models, envs, python, docker, conda
        The fields of a bentofile, as in BentoML; they stand above those of the file.
    bentofile : path-like, optional
        A ``bentofile.yaml``; without a service the one of the project is read.
    build_ctx : path-like, optional
        The project; the folder of the bentofile, else the current folder.
    keep : collection of str
        Packages for development that models ask for and that are wanted all the same.
    lock : bool, optional
        Whether exact pins with hashes are compiled.
    verify : bool
        Whether the cases of the service are replayed before anything is stored: in a fresh process, through HTTP.
    require_parity : bool or collection of str
        Whether the rows of the cases, or the example of an API without cases, must give the same answers through every
        door: the model as it is stored, its runner, HTTP. Names of APIs ask it of these only.

    Returns
    -------
    Bento
        It shows what went in, warnings first.

    Raises
    ------
    BuildFailed
        When the service cannot be found, or a file cannot go along.
    BentofileRefused
        When a field cannot be used.
    CasesFailed
        When an answer is not the one that a case expects.
    AlreadyExists
        When the version is there.
    """
    from bentobook.bundle import building, planning, wishes

    given: dict[str, Any] = {
        "name": name,
        "labels": labels,
        "description": description,
        "include": include,
        "exclude": exclude,
        "models": models,
        "envs": envs,
        "python": python,
        "docker": docker,
        "conda": conda,
    }
    wanted = wishes.merged(
        given,
        bentofile=Path(bentofile) if bentofile is not None else None,
        project=Path(build_ctx) if build_ctx is not None else None,
        is_needed=service is None,
        version=version,
        keep=keep,
        lock=lock,
    )
    return building.write(planning.plan(service, wanted), verify=verify, require_parity=require_parity)


def build_bentofile(
    bentofile: str | os.PathLike[str] | None = None,
    *,
    version: str | None = None,
    labels: Mapping[str, str] | None = None,
    build_ctx: str | os.PathLike[str] | None = None,
) -> Bento:
    """Build what a bentofile says; BentoML's name for :func:`build` without a service."""
    return build(bentofile=bentofile, version=version, labels=labels, build_ctx=build_ctx)


def load(target: str | Tag | os.PathLike[str]) -> Service:
    """Make the service of a Bento live again in this process; its models are the versions of its build.

    Parameters
    ----------
    target : str, Tag or path-like
        A tag, the folder of a Bento, or an archive, which is imported into the store.

    Returns
    -------
    Service
        Not started yet: ``svc.call(…)`` and ``serve(svc)`` start it.

    Raises
    ------
    NotFound
        When there is no such Bento.
    """
    from bentobook.bundle import loading

    return loading.load(loading.find(target))


def replay(
    target: str | Tag | os.PathLike[str],
    *,
    clean_env: bool = False,
    url: str | None = None,
    token: str | None = None,
    progress: Callable[[str], object] = lambda _: None,
) -> Replay:
    """Replay the cases of a Bento: in a fresh process, in a new environment, or against a server.

    Parameters
    ----------
    target : str, Tag or path-like
        A tag, the folder of a Bento, or an archive, which is imported into the store.
    clean_env : bool
        Whether its requirements are installed into a new environment, which serves it.
    url : str, optional
        A server that runs already.
    token : str, optional
        What that server wants to be told.
    progress : callable
        Gets a line for each step that takes a while.

    Returns
    -------
    Replay
        ``ok`` is whether every answer is the expected one; it shows what differs.

    Raises
    ------
    NotFound
        When there is no such Bento.
    BuildFailed
        When the service does not start, or its requirements cannot be installed.
    """
    from bentobook.bundle import loading, replay_bento

    found = loading.find(target)
    return replay_bento.run(found, clean_env=clean_env, url=url, token=token, progress=progress)


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
