"""The tracking server that MLflow is set to: whether to ask it, and how to ask without waiting for long.

MLflow makes an empty database in the working directory when it is asked about a run before any was logged there. That
never happens through this module: a SQLite store that does not exist is answered with a sentence.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from bentobook.errors import ImportFailed
from bentobook.mlflow.uri import without_credentials

_SQLITE = "sqlite:///"
# MLflow's own waits add up to minutes for a server that is gone.
_PATIENT = {"MLFLOW_HTTP_REQUEST_MAX_RETRIES": "2", "MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR": "1"}
_HURRIED = {"MLFLOW_HTTP_REQUEST_MAX_RETRIES": "0", "MLFLOW_HTTP_REQUEST_TIMEOUT": "5"}


def is_set() -> bool:
    """Whether somebody chose a tracking server: in the environment, or in this process with MLflow."""
    if os.environ.get("MLFLOW_TRACKING_URI"):
        return True
    mlflow = sys.modules.get("mlflow")
    return bool(mlflow and mlflow.is_tracking_uri_set())


def address(*, registry: bool = False) -> str:
    """Return the URI of the tracking server, or of the model registry, without credentials.

    Parameters
    ----------
    registry : bool, default False
        Ask for the registry's; it is the tracking server's unless set apart.

    Returns
    -------
    str
        Such as ``"http://127.0.0.1:5000"`` or ``"sqlite:////home/me/mlflow.db"``.
    """
    import mlflow

    return without_credentials(str(mlflow.get_registry_uri() if registry else mlflow.get_tracking_uri()))


def is_there() -> bool:
    """Whether asking can be answered; false for a SQLite file that does not exist yet."""
    import mlflow

    uri = str(mlflow.get_tracking_uri())
    return not uri.startswith(_SQLITE) or Path(unquote(uri.removeprefix(_SQLITE).partition("?")[0])).exists()


def is_databricks() -> bool:
    """Whether models are resolved by Databricks or Unity Catalog, which MLflow does inside its own download."""
    return any(address(registry=registry).startswith(("databricks", "uc:")) for registry in (False, True))


def client(asking_for: str) -> Any:
    """Return MLflow's client of the tracking server.

    Parameters
    ----------
    asking_for : str
        The URI that needs it, for the error.

    Returns
    -------
    mlflow.MlflowClient
        The client.

    Raises
    ------
    ImportFailed
        When no tracking store exists where MLflow would look.
    """
    from mlflow import MlflowClient

    if not is_there():
        raise ImportFailed(
            asking_for,
            f"there is no tracking store at {address()}",
            hint="Name yours with mlflow.set_tracking_uri(…) or MLFLOW_TRACKING_URI.",
        )
    return MlflowClient()


def patient() -> Any:
    """Give up on a dead server after seconds, not minutes; for what an import cannot do without."""
    return _environment(_PATIENT)


def hurried() -> Any:
    """Give up on a server at once; for what an import can do without."""
    return _environment(_HURRIED)


@contextmanager
def _environment(values: dict[str, str]) -> Iterator[None]:
    """Set variables that nobody has set. Two imports at a time do not harm each other: the first one's values hold."""
    ours = {name: value for name, value in values.items() if name not in os.environ}
    os.environ.update(ours)
    try:
        yield
    finally:
        for name in ours:
            os.environ.pop(name, None)
