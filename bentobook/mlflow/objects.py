"""MLflow's own objects as the place of a model: ModelInfo, LoggedModel, ModelVersion, Run.

They are recognised by their attributes, so that nothing of MLflow is imported to tell them from a path.
"""

from __future__ import annotations

import os

from bentobook.errors import InvalidArgument
from bentobook.mlflow.uri import Source, read


def to_source(place: object) -> Source:
    """Turn a path, a URI or an object of MLflow into the place of a model.

    Parameters
    ----------
    place : str, path, or object
        A ``Run`` stands for the only model that it logged.

    Returns
    -------
    Source
        The place.

    Raises
    ------
    InvalidArgument
        When it is none of these.
    """
    if isinstance(place, (str, os.PathLike)):
        return read(place)
    uri = _uri_of(place)
    if uri is None:
        raise InvalidArgument("model_uri", place, "a path, a URI, or a ModelInfo, LoggedModel, ModelVersion or Run")
    return read(uri)


def _uri_of(place: object) -> str | None:
    uri = getattr(place, "model_uri", None)  # ModelInfo, LoggedModel
    if isinstance(uri, str) and uri:
        return uri
    name, version = getattr(place, "name", None), getattr(place, "version", None)
    if isinstance(name, str) and version is not None and hasattr(place, "current_stage"):
        return f"models:/{name}/{version}"
    run_id = getattr(getattr(place, "info", None), "run_id", None)
    if isinstance(run_id, str) and hasattr(place, "data"):
        return f"runs:/{run_id}"
    return None
