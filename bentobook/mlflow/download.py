"""From the folder of a model, here or in a storage, into a version that is being written.

Files are only ever written inside that version's own folder: no second copy in a temporary directory, and nothing left
when the import is interrupted. The total of the progress comes from the storage's listing, which is read first and also
tells whether a model is there before anything large is fetched.
"""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, wait
from contextlib import contextmanager
from contextvars import copy_context
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from bentobook.errors import DiskFull
from bentobook.mlflow import tracking
from bentobook.mlflow.resolve import Resolved

Progress = Callable[[int, int], None]

_PERIOD = 0.1  # seconds between two looks at what has arrived
_LAST_FILES = 10.0  # seconds that files which are being written get after an interrupt
_BAR = "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR"


class Target(Protocol):
    """What is asked of a version that is being written."""

    @property
    def path(self) -> Path:
        """Its folder."""

    def add_tree(self, source: Path, folder: str, progress: Progress | None = None) -> None:
        """Copy a folder into it."""

    def adopt(self, folder: str) -> None:
        """Take over what was written into a folder of it."""


@dataclass(frozen=True)
class Local:
    """A model's folder on this machine.

    Attributes
    ----------
    path : pathlib.Path
        The folder.
    """

    path: Path

    @property
    def names(self) -> set[str]:
        """The names at its top; empty where there is no folder."""
        return {entry.name for entry in self.path.iterdir()} if self.path.is_dir() else set()

    @property
    def total(self) -> int:
        """The bytes of all files."""
        return _size(self.path)

    def put(self, target: Target, folder: str, progress: Progress | None) -> None:
        """Copy all files into ``target``."""
        target.add_tree(self.path, folder, progress)


@dataclass(frozen=True)
class Remote:
    """A model's folder in a storage.

    Attributes
    ----------
    repository : object
        MLflow's client of the storage, rooted at the folder.
    names : set of str
        The names at its top.
    total : int
        The bytes of all files, as listed; 0 where the storage does not say.
    """

    repository: Any
    names: set[str] = field(default_factory=set)
    total: int = 0

    def put(self, target: Target, folder: str, progress: Progress | None) -> None:
        """Fetch all files into ``target``."""
        place = target.path / folder
        place.mkdir()
        with _room(place, self.total), tracking.patient(), _quiet(), _stopped(self.repository):
            got = self._download(place, progress or _nobody)
        if got != place:  # a storage of a plugin may put a folder into the folder
            shutil.move(got, target.path / f"{folder}.moved")
            shutil.rmtree(place)
            (target.path / f"{folder}.moved").rename(place)
        target.adopt(folder)
        if progress:
            size = _size(place)
            progress(size, size)

    def _download(self, place: Path, progress: Progress) -> Path:
        """Fetch in a thread, and report from the caller's: an interrupt is felt at once, and errors of both arrive."""
        outcome: Future[str] = Future()

        def fetch() -> None:
            try:
                outcome.set_result(self.repository.download_artifacts("", str(place)))
            except BaseException as error:  # noqa: BLE001 - it is raised where the result is asked for
                outcome.set_exception(error)

        progress(0, self.total)
        threading.Thread(target=copy_context().run, args=(fetch,), name="bentobook-download", daemon=True).start()
        while not wait([outcome], timeout=_PERIOD).done:
            progress(min(_size(place), self.total), self.total)
        return Path(outcome.result())


def open_folder(resolved: Resolved) -> Local | Remote:
    """Look into the folder of a model.

    Parameters
    ----------
    resolved : Resolved
        Where it is.

    Returns
    -------
    Local or Remote
        Its names and its size; a storage that has nothing there gives no names, or raises its own error.
    """
    if resolved.path is not None:
        return Local(resolved.path)
    from mlflow.store.artifact.artifact_repository_registry import get_artifact_repository

    with tracking.patient():
        repository = get_artifact_repository(resolved.uri)
        files = list(_listing(repository, None))
    names = {path.partition("/")[0] for path, _ in files}
    return Remote(repository, names, sum(size for _, size in files))


def _listing(repository: Any, path: str | None) -> Iterator[tuple[str, int]]:
    for info in repository.list_artifacts(path):
        if info.path in (".", path):
            continue
        if info.is_dir:
            yield from _listing(repository, info.path)
        else:
            yield info.path, info.file_size or 0


def _size(folder: Path) -> int:
    """Sum the bytes of all files under a folder that may be changing."""
    total = 0
    stack = [folder]
    while stack:
        try:
            with os.scandir(stack.pop()) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        stack.append(Path(entry.path))
                    else:
                        total += entry.stat().st_size
        except OSError:
            continue
    return total


def _nobody(done: int, total: int) -> None:
    """Report to nobody."""


@contextmanager
def _stopped(repository: Any) -> Iterator[None]:
    """After an interrupt let no thread of the storage client write into a folder that is being removed."""
    try:
        yield
    except BaseException:
        pool = getattr(repository, "thread_pool", None)
        if pool is not None:
            pool.shutdown(wait=False, cancel_futures=True)
            stopper = threading.Thread(target=pool.shutdown, daemon=True)
            stopper.start()
            stopper.join(_LAST_FILES)
        raise


@contextmanager
def _room(place: Path, needed: int) -> Iterator[None]:
    """Tell a full disk from a failed download; the storage client has put it into a text of its own."""
    try:
        yield
    except Exception as error:
        if "No space left on device" not in str(error):
            raise
        raise DiskFull(place, needed or None, shutil.disk_usage(place).free) from error


@contextmanager
def _quiet() -> Iterator[None]:
    """Turn MLflow's own bar off; it counts files, and ours is drawn."""
    before = os.environ.get(_BAR)
    os.environ[_BAR] = "false"
    try:
        yield
    finally:
        if before is None:
            os.environ.pop(_BAR, None)
        else:
            os.environ[_BAR] = before
