"""Which name a model gets in the store when nobody gives one, and which model is meant when nobody gives a place."""

from __future__ import annotations

import logging
import re
import sys
from typing import Any

from bentobook.errors import InvalidArgument
from bentobook.mlflow import tracking
from bentobook.mlflow.failures import explain
from bentobook.mlflow.objects import to_source
from bentobook.mlflow.resolve import models_of, resolve
from bentobook.mlflow.uri import Source, without_credentials
from bentobook.store.tag import suggest_name

_MODEL_ID = re.compile(r"m-[0-9a-f]{32}")
_SAYS_NOTHING = re.compile(r"artifacts|[0-9a-f]{32}|m-[0-9a-f]{32}")
_logger = logging.getLogger("bentobook")


def name_of(place: object) -> str:
    """Derive a name from the place of a model.

    Parameters
    ----------
    place : str, path, or object
        As :func:`~bentobook.mlflow.import_model` takes it.

    Returns
    -------
    str
        The registered name, the name of a logged model, or the last part of the path; what is no tag becomes one, and
        the logger says so.

    Raises
    ------
    InvalidArgument
        When nothing of it can be a name.
    ImportFailed
        When the server must be asked for the name and does not know it.
    """
    source = to_source(place)
    text = _own_name(place) or _in_words(source) or _looked_up(source)
    name = suggest_name(text)
    if not name:
        raise InvalidArgument("name", text, "a name for the store", hint="Give one in front of the URI.")
    if name != text:
        _logger.info("The name %r is no tag: it is stored as %s.", text, name)
    return name


def models_of_last_run() -> dict[str, str]:
    """Return the models of the active run, else of the last one of this process, with their names.

    Returns
    -------
    dict of str to str
        URI to name, the last step first; a model that was logged outside of a run stands for itself. Empty when this
        process has logged none: then nobody is asked.

    Raises
    ------
    ImportFailed
        When the tracking server does not answer.
    """
    mlflow = sys.modules.get("mlflow")
    if mlflow is None or not tracking.is_there():
        return {}
    source = Source("the model of the last run", "", "runs")
    try:
        with tracking.patient():
            return _last(mlflow, tracking.client(source.shown))
    except Exception as error:
        raise explain(error, source, tracking.address()) from error


def _last(mlflow: Any, client: Any) -> dict[str, str]:
    run = mlflow.active_run() or mlflow.last_active_run()
    if run is not None:
        return models_of(client, client.get_run(run.info.run_id))
    model = mlflow.last_logged_model() if hasattr(mlflow, "last_logged_model") else None
    return {model.model_uri: model.name} if model is not None else {}


def _own_name(place: Any) -> str:
    """Return the name that one of MLflow's objects carries; a Run's is its own, not its model's."""
    if isinstance(place, str) or hasattr(place, "data"):
        return ""
    name = getattr(place, "name", None)
    return name if isinstance(name, str) and not hasattr(place, "__fspath__") else ""


def _in_words(source: Source) -> str:
    """Find a name in the text of a place; ``""`` where it only holds ids."""
    parts = [
        part for part in re.split(r"[/\\]", without_credentials(source.uri).partition(":")[2] or source.uri) if part
    ]
    if source.scheme == "models":
        first = parts[0] if parts else ""
        return "" if _MODEL_ID.fullmatch(first) else (first.rpartition("@")[0] or first)
    if source.scheme == "runs":
        return parts[-1] if len(parts) > 1 else ""
    return next((part for part in reversed(parts) if not _SAYS_NOTHING.fullmatch(part)), "")


def _looked_up(source: Source) -> str:
    """Ask the server for the name of a logged model; a storage has no names."""
    if source.scheme not in ("runs", "models"):
        return ""
    resolved = resolve(source)
    found = getattr(resolved.model, "name", None) or resolved.through.rstrip("/").rpartition("/")[2]
    return str(found)
