"""Models that MLflow saved or logged: import them into the store, and load them from it.

Nothing of MLflow is imported before one of these functions needs it.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bentobook.frameworks.methods import methods_of
    from bentobook.mlflow.importer import import_model
    from bentobook.mlflow.loader import get, load_model
    from bentobook.mlflow.naming import models_of_last_run, name_of
    from bentobook.mlflow.record import MLFLOW_MODEL_FOLDER
    from bentobook.mlflow.runner_values import MLflowRunnerInput, MLflowRunnerOutput

__all__ = [
    "MLFLOW_MODEL_FOLDER",
    "MLflowRunnerInput",
    "MLflowRunnerOutput",
    "get",
    "import_model",
    "load_model",
    "methods_of",
    "models_of_last_run",
    "name_of",
]

_NAMES = {
    "MLFLOW_MODEL_FOLDER": "bentobook.mlflow.record",
    "MLflowRunnerInput": "bentobook.mlflow.runner_values",
    "MLflowRunnerOutput": "bentobook.mlflow.runner_values",
    "get": "bentobook.mlflow.loader",
    "import_model": "bentobook.mlflow.importer",
    "load_model": "bentobook.mlflow.loader",
    "methods_of": "bentobook.frameworks.methods",
    "models_of_last_run": "bentobook.mlflow.naming",
    "name_of": "bentobook.mlflow.naming",
}


def __getattr__(name: str) -> object:
    try:
        module = _NAMES[name]
    except KeyError:
        raise AttributeError(f"module 'bentobook.mlflow' has no attribute {name!r}") from None
    return getattr(importlib.import_module(module), name)


def __dir__() -> list[str]:
    return sorted(__all__)
