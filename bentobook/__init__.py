"""From a model that MLflow logged to a tested prediction service, without leaving the notebook.

``import bentobook as bentoml`` runs the code of BentoML's guide to MLflow with today's MLflow. Everything is imported
when it is first touched: the package itself costs a few milliseconds.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from bentobook._version import __version__

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from bentobook import (
        bentos,
        catboost,
        doctor,
        errors,
        exceptions,
        io,
        lightgbm,
        live,
        mlflow,
        models,
        onnx,
        pytorch,
        sklearn,
        widgets,
        xgboost,
    )
    from bentobook.bentos import build, load
    from bentobook.runner.runnable import Runnable
    from bentobook.runner.runner import Runner
    from bentobook.service.server import serve
    from bentobook.service.service import Service
    from bentobook.store.model import Model
    from bentobook.store.tag import Tag
    from bentobook.store.trust import trust

__all__ = [
    "Model",
    "Runnable",
    "Runner",
    "Service",
    "Tag",
    "__version__",
    "bentos",
    "build",
    "catboost",
    "doctor",
    "errors",
    "exceptions",
    "io",
    "lightgbm",
    "live",
    "load",
    "mlflow",
    "models",
    "onnx",
    "pytorch",
    "serve",
    "sklearn",
    "trust",
    "widgets",
    "xgboost",
]

# Where each public name lives: a module (a colon is missing) or a name in one.
_NAMES = {
    "Model": "bentobook.store.model:Model",
    "Runnable": "bentobook.runner.runnable:Runnable",
    "Runner": "bentobook.runner.runner:Runner",
    "Service": "bentobook.service.service:Service",
    "serve": "bentobook.service.server:serve",
    "Tag": "bentobook.store.tag:Tag",
    "trust": "bentobook.store.trust:trust",
    "bentos": "bentobook.bentos",
    "build": "bentobook.bentos:build",
    "load": "bentobook.bentos:load",
    "catboost": "bentobook.catboost",
    "doctor": "bentobook.doctor",
    "errors": "bentobook.errors",
    "exceptions": "bentobook.exceptions",
    "io": "bentobook.io",
    "lightgbm": "bentobook.lightgbm",
    "live": "bentobook.live",
    "mlflow": "bentobook.mlflow",
    "models": "bentobook.models",
    "onnx": "bentobook.onnx",
    "pytorch": "bentobook.pytorch",
    "sklearn": "bentobook.sklearn",
    "widgets": "bentobook.widgets",
    "xgboost": "bentobook.xgboost",
}


def __getattr__(name: str) -> object:
    try:
        path = _NAMES[name]
    except KeyError:
        raise AttributeError(f"module 'bentobook' has no attribute {name!r}") from None
    module, _, attribute = path.partition(":")
    found = importlib.import_module(module)
    return getattr(found, attribute) if attribute else found


def __dir__() -> list[str]:
    return sorted(__all__)


def load_ipython_extension(shell: InteractiveShell) -> None:
    """Register the magics: ``%load_ext bentobook``."""
    from bentobook import magics

    magics.register(shell)


def unload_ipython_extension(shell: InteractiveShell) -> None:
    """Take the magics away again: ``%unload_ext bentobook``."""
    from bentobook import magics

    magics.unregister(shell)


def _jupyter_server_extension_points() -> list[dict[str, object]]:
    """Tell Jupyter's server where its half of the sidebar is."""
    from bentobook.lab.app import BentobookApp

    return [{"module": "bentobook", "app": BentobookApp}]


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    """Tell JupyterLab where the built half of the sidebar is."""
    return [{"src": "labextension", "dest": "@bentobook/labextension"}]
