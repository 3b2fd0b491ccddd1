"""Which module of ours loads a model, by the ``module`` field of its record.

The field comes from a file, so it is looked up here and never imported as it stands.
"""

from __future__ import annotations

import importlib
from types import ModuleType

from bentobook.errors import InvalidArgument
from bentobook.store.tag import Tag

LOADERS = {
    "bentoml.catboost": "bentobook.frameworks.catboost",
    "bentoml.lightgbm": "bentobook.frameworks.lightgbm",
    "bentoml.mlflow": "bentobook.mlflow",
    "bentoml.onnx": "bentobook.frameworks.onnx",
    "bentoml.pytorch": "bentobook.frameworks.pytorch",
    "bentoml.sklearn": "bentobook.frameworks.sklearn",
    "bentoml.xgboost": "bentobook.frameworks.xgboost",
}


_MLFLOW = "bentoml.mlflow"


def runnables_of(tag: Tag, module: str) -> ModuleType:
    """Import the module that makes runnables of models; it offers ``to_runnable(model, methods, *, flavor, device)``.

    Raises
    ------
    InvalidArgument
        As :func:`loader_of`.
    """
    loader_of(tag, module)
    return importlib.import_module(
        "bentobook.mlflow.runnable" if module == _MLFLOW else "bentobook.frameworks.runnable"
    )


def loader_of(tag: Tag, module: str) -> ModuleType:
    """Import the module that loads models of a framework; it offers ``load_model(model, *, flavor, device, **kw)``.

    Raises
    ------
    InvalidArgument
        When the model was saved by something that this package does not load.
    """
    path = LOADERS.get(module)
    if path is None:
        saved = f"was saved with module {module}" if module else "was saved without a module"
        raise InvalidArgument(
            "model",
            str(tag),
            f"a model that was saved with one of {', '.join(LOADERS)}",
            hint=f"It {saved}; its files are at bentobook.models.get({str(tag)!r}).path.",
        )
    return importlib.import_module(path)
