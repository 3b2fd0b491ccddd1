"""From a Bento back to a live Service: its module is imported from where it lies, with its models pinned."""

from __future__ import annotations

import importlib.util
import os
import sys
from contextlib import nullcontext
from pathlib import Path

from bentobook.bundle import archive_read, importing, legacy
from bentobook.bundle.bento import SRC, Bento, find_in
from bentobook.bundle.store import BentoStore
from bentobook.errors import AlreadyExists, BuildFailed, InvalidTag, NotFound
from bentobook.service import loading as modules_of_programs
from bentobook.service.service import Service
from bentobook.store import archive_read as archives
from bentobook.store import pins, scan
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
    NotFound
        When a model that it is bound to is not there.
    """
    layout, tags = bento.models_layout, bento.info.models
    for tag in tags:
        if not scan.is_complete(layout.version(tag)):
            hint = f"{bento.tag} was built with it: import it again, or the archive of the Bento, which has it inside."
            raise NotFound(str(tag), str(layout.items), hint=hint)
    if for_process:
        pins.hold(layout, tags)
        sys.path.insert(0, str(bento.path / SRC))  # for what is imported by its name, or unpickled, later
    target = _target(bento.info)
    with pins.held(layout, tags), nullcontext() if _is_ours(bento.info) else legacy.standing_in():
        _, _, service = importing.load(bento.path / SRC, target, tag=str(bento.tag))
    return service


def named(target: str) -> Bento | None:
    """Find the Bento that a program is asked to serve; ``None`` where a file or a module is meant.

    Parameters
    ----------
    target : str
        The tag of a Bento, its folder or archive, ``file.py:variable`` or ``package.module:variable``.

    Raises
    ------
    NotFound
        When it is nothing of all that.
    """
    path, module = Path(target), target.partition(":")[0]
    if find_in(path) or (path.is_file() and path.suffix != ".py"):
        return find(target)
    if module.endswith(".py") or Path(*module.split(".")).with_suffix(".py").is_file():
        return None
    try:
        return BentoStore().get(target)
    except InvalidTag:
        return None
    except NotFound:
        if _is_module(module):
            return None
        raise


def _is_module(name: str) -> bool:
    try:
        return importlib.util.find_spec(name.partition(".")[0]) is not None
    except (ImportError, ValueError):
        return False


def exact(target: str) -> str:
    """Return what every worker is told to serve: of a Bento its folder, so that all have the same version."""
    bento = named(target)
    return target if bento is None else str(bento.path)


def service_of(target: str) -> Service:
    """Import what this process serves; it serves nothing else."""
    bento = named(target)
    return modules_of_programs.load(target) if bento is None else load(bento, for_process=True)


def _is_ours(info: BentoInfo) -> bool:
    return isinstance(info.private.get("service"), str)


def _target(info: BentoInfo) -> str:
    if _is_ours(info):
        return str(info.private["service"])
    if info.rest.get("spec", 1) == _SECOND_FORM:
        reason = "its service is a class of @bentoml.service, which only BentoML runs"
        raise BuildFailed(str(info.tag), reason, hint=f"Run `bentoml serve {info.tag}`.")
    return info.service
