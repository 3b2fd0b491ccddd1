"""Find the folder that holds a model: look where the caller says, then where MLflow 3 may have put it instead."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from bentobook import settings
from bentobook.errors import BentobookError, ImportFailed, NotAnMLflowModel, Refused
from bentobook.mlflow import mlmodel
from bentobook.mlflow.download import Local, Progress, Remote, Target, open_folder
from bentobook.mlflow.failures import explained
from bentobook.mlflow.resolve import Resolved, resolve, through_run
from bentobook.mlflow.uri import Source

_logger = logging.getLogger("bentobook")


@dataclass(frozen=True)
class Found:
    """A folder with an ``MLmodel`` file at its top.

    Attributes
    ----------
    resolved : Resolved
        The way to it.
    folder : Local or Remote
        What can be fetched.
    """

    resolved: Resolved
    folder: Local | Remote

    def fetch(self, target: Target, folder: str, progress: Progress | None = None) -> None:
        """Bring all files into ``folder`` of a version that is being written."""
        with explained(self.resolved.source, self.resolved.asked, self.resolved.uri):
            self.folder.put(target, folder, progress)


def check_allowed(source: Source) -> None:
    """Refuse a kind of URI that an administrator does not allow, or raise nothing."""
    allowed = settings.admin().uri_schemes
    if allowed is not None and source.scheme not in allowed:
        kind = f"{source.scheme}: URIs" if source.scheme else "local folders"
        raise Refused(f"Importing from {kind}", "uri_schemes", str(settings.ADMIN_FILE))


def find(source: Source) -> Found:
    """Find a model's folder and look at its top.

    Parameters
    ----------
    source : Source
        Where the caller says that it is.

    Returns
    -------
    Found
        The folder, not yet fetched; local ones have been read and checked.

    Raises
    ------
    ImportFailed, NotAnMLflowModel, MissingPyfuncFlavor, MissingDependency
        What is wrong, in one sentence.
    """
    try:
        return _look(resolve(source))
    except BentobookError as failure:
        found = _through_run(source)
        if found is None:
            raise
        _logger.info("%s is empty (%s): the model was found through its run.", source.shown, type(failure).__name__)
        return found


def _through_run(source: Source) -> Found | None:
    """Look below the run's own models; when they do not have it either, the first answer stands."""
    if source.scheme in ("runs", "models"):
        return None
    try:
        resolved = through_run(source)
        return _look(resolved) if resolved else None
    except BentobookError as failure:
        _logger.info("Looked for the run's own models, too: %s", failure)
        return None


def _look(resolved: Resolved) -> Found:
    with explained(resolved.source, resolved.asked, resolved.uri):
        folder = open_folder(resolved)
        names = folder.names
    if mlmodel.MLMODEL not in names:
        raise _no_model(resolved, names)
    if isinstance(folder, Local):
        mlmodel.read(folder.path, resolved.source.shown)
    return Found(resolved, folder)


def _no_model(resolved: Resolved, names: set[str]) -> BentobookError:
    """Say what is there instead of a model."""
    shown, path = resolved.source.shown, resolved.path
    if names:
        inner = [name for name in sorted(names) if path is not None and (path / name / mlmodel.MLMODEL).is_file()]
        return NotAnMLflowModel(shown, hint=mlmodel.advice_for(names, inner))
    at = f" Asked at {resolved.asked}." if resolved.asked else ""
    if path is None:
        return ImportFailed(shown, "nothing is there", hint=at.strip())
    if path.is_file():
        return ImportFailed(shown, "it is a file, and a model is a folder", hint=_for_file(path.name))
    if path.is_dir():
        return ImportFailed(shown, f"the folder {path} is empty", hint=at.strip())
    return ImportFailed(shown, f"there is no folder {path}", hint=at.strip())


def _for_file(name: str) -> str:
    if name == mlmodel.MLMODEL:
        return "Give the folder that it is in."
    return "An archive of a store is read with bentobook.models.import_model(path)."
