"""From a Bento back to a live Service: its module is imported from where it lies, with its models pinned."""

from __future__ import annotations

import os
from contextlib import nullcontext
from pathlib import Path

from bentobook.bundle import archive_read, importing, legacy
from bentobook.bundle.bento import SRC, Bento, find_in
from bentobook.bundle.store import BentoStore
from bentobook.errors import AlreadyExists, BuildFailed, InvalidTag, NotFound
from bentobook.service.service import Service
from bentobook.store import archive_read as archives
from bentobook.store import pins
from bentobook.store.bento_yaml import BentoInfo
from bentobook.store.kind import BENTOS
from bentobook.store.layout import Layout
from bentobook.store.tag import Tag

_SECOND_FORM = 2


def find(target: str | Tag | os.PathLike[str]) -> Bento:
    """Find a Bento by its tag, its folder, or an archive, which is imported.

    Raises
    ------
    NotFound
        When it is none of them.
    ArchiveRefused
        When the archive is not safe or not whole.
    """
    store = BentoStore()
    path = Path(os.fspath(target)) if not isinstance(target, Tag) else None
    if path is not None and find_in(path):
        return Bento.from_folder(path, store.layout)
    if path is not None and path.is_file():
        return _imported(store, path)
    try:
        return store.get(target if isinstance(target, Tag) else str(target))
    except InvalidTag:
        hint = "Give the tag of a Bento, the folder of one, or an archive."
        raise NotFound(str(target), str(store.layout.items), kind="Bento", hint=hint) from None


def _imported(store: BentoStore, path: Path) -> Bento:
    """Import an archive; where its version is there already, that one is meant if it has the same content."""
    try:
        return archive_read.import_bento(store, path)
    except AlreadyExists as error:
        there = store.get(error.tag)
        if _digest_in(store, path) != there.digest:
            raise
        return there


def _digest_in(store: BentoStore, path: Path) -> object:
    with store.draft(archives.UNKNOWN) as draft:
        # Another store is asked whether the version is there: none is.
        content = archives.read(Layout(draft.path, BENTOS), draft, path)
        info = content.info
        return info.private.get("digest") if isinstance(info, BentoInfo) else None


def load(bento: Bento, *, for_process: bool = False) -> Service:
    """Import the service of a Bento; its runners are not started yet.

    Parameters
    ----------
    bento : Bento
    for_process : bool
        Whether this process serves nothing else: the models stay pinned until it ends.

    Raises
    ------
    BuildFailed
        When it holds a service that only BentoML can run.
    """
    layout, tags = bento.models_layout, bento.info.models
    if for_process:
        pins.hold(layout, tags)
    target = _target(bento.info)
    with pins.held(layout, tags), nullcontext() if _is_ours(bento.info) else legacy.standing_in():
        _, _, service = importing.load(bento.path / SRC, target, tag=str(bento.tag))
    return service


def service_of(target: str) -> Service:
    """Import what a program is asked to serve; it serves nothing else.

    Parameters
    ----------
    target : str
        The tag of a Bento, its folder or archive, or ``file.py:variable`` below the current folder.
    """
    module, colon, _ = target.partition(":")
    if module.endswith(".py") or (colon and file_is_there(module)):
        return importing.load(Path.cwd(), target)[2]
    return load(find(target), for_process=True)


def file_is_there(module: str) -> bool:
    """Tell whether a module lies in the current folder; otherwise ``name:version`` is a tag."""
    return Path.cwd().joinpath(*module.split(".")).with_suffix(".py").is_file()


def _is_ours(info: BentoInfo) -> bool:
    return isinstance(info.private.get("service"), str)


def _target(info: BentoInfo) -> str:
    if _is_ours(info):
        return str(info.private["service"])
    if info.rest.get("spec", 1) == _SECOND_FORM:
        reason = "its service is a class of @bentoml.service, which only BentoML runs"
        raise BuildFailed(str(info.tag), reason, hint=f"Run `bentoml serve {info.tag}`.")
    return info.service
