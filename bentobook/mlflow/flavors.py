"""Flavors: MLflow's names for the ways in which one saved model can be loaded.

The table says for each which package it needs and under which field of ``MLmodel`` MLflow recorded that package's
version (``mlflow/<flavor>/__init__.py``, 0.9 to 3). A flavor that is not in it is loaded the same way, without checks.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bentobook.errors import InvalidArgument
from bentobook.mlflow.mlmodel import PYFUNC, MLmodel

_NOT_LOADABLE = {PYFUNC, "crate", "mleap", "shap"}  # R's, Java's, and one that explains and does not predict


@dataclass(frozen=True)
class Package:
    """The package of a framework.

    Attributes
    ----------
    module : str
        What is imported.
    distribution : str
        What is installed.
    field : str
        Where ``MLmodel`` records its version.
    """

    module: str
    distribution: str
    field: str


PACKAGES = {
    "catboost": Package("catboost", "catboost", "catboost_version"),
    "diffusers": Package("diffusers", "diffusers", "diffusers_version"),
    "h2o": Package("h2o", "h2o", "h2o_version"),
    "keras": Package("keras", "keras", "keras_version"),
    "langchain": Package("langchain", "langchain", "langchain_version"),
    "lightgbm": Package("lightgbm", "lightgbm", "lgb_version"),
    "onnx": Package("onnx", "onnx", "onnx_version"),
    "openai": Package("openai", "openai", "openai_version"),
    "paddle": Package("paddle", "paddlepaddle", "paddle_version"),
    "pmdarima": Package("pmdarima", "pmdarima", "pmdarima_version"),
    "prophet": Package("prophet", "prophet", "prophet_version"),
    "pytorch": Package("torch", "torch", "pytorch_version"),
    "sentence_transformers": Package("sentence_transformers", "sentence-transformers", "sentence_transformers_version"),
    "sklearn": Package("sklearn", "scikit-learn", "sklearn_version"),
    "spacy": Package("spacy", "spacy", "spacy_version"),
    "spark": Package("pyspark", "pyspark", "pyspark_version"),
    "statsmodels": Package("statsmodels", "statsmodels", "statsmodels_version"),
    "tensorflow": Package("tensorflow", "tensorflow", "tensorflow_version"),
    "transformers": Package("transformers", "transformers", "transformers_version"),
    "xgboost": Package("xgboost", "xgboost", "xgb_version"),
}


@dataclass(frozen=True)
class Choice:
    """A way to load one model.

    Attributes
    ----------
    flavor : str
        The flavor whose loader is called; ``"python_function"`` for MLflow's generic one.
    native : bool
        Whether the framework's own object is wanted, not a ``PyFuncModel``.
    framework : str
        The flavor of the framework behind it; ``"python_function"`` for the user's own code.
    settings : mapping
        What ``MLmodel`` says about that framework.
    """

    flavor: str
    native: bool
    framework: str
    settings: Mapping[str, Any]


def choose(mlmodel: MLmodel, wanted: str | None) -> Choice:
    """Find the way to load a model in the flavor that was asked for.

    Parameters
    ----------
    mlmodel : MLmodel
        What its ``MLmodel`` file says.
    wanted : str or None
        ``"pyfunc"`` (also ``None``), ``"native"``, or a flavor's name.

    Raises
    ------
    InvalidArgument
        When the model has no such flavor; the sentence lists those that it has.
    """
    natives = native_flavors(mlmodel)
    if wanted in {None, "pyfunc", PYFUNC}:
        return _choice(mlmodel, PYFUNC, _behind_pyfunc(mlmodel, natives), native=False)
    if wanted == "native":
        flavor = natives[0] if natives else PYFUNC
        return _choice(mlmodel, flavor, natives[0] if natives else _behind_pyfunc(mlmodel, natives), native=True)
    if wanted not in natives:
        there = ", ".join(repr(name) for name in ("pyfunc", "native", *natives))
        raise InvalidArgument("flavor", wanted, f"one that the model has: {there}")
    return _choice(mlmodel, str(wanted), str(wanted), native=True)


def native_flavors(mlmodel: MLmodel) -> tuple[str, ...]:
    """Name the flavors that give a framework's own object, in the order of the file."""
    return tuple(name for name in mlmodel.flavors if name not in _NOT_LOADABLE and _has_loader(name))


def _choice(mlmodel: MLmodel, flavor: str, framework: str, *, native: bool) -> Choice:
    return Choice(flavor, native, framework, mlmodel.flavors.get(framework, {}))


def _behind_pyfunc(mlmodel: MLmodel, natives: tuple[str, ...]) -> str:
    """Name the flavor whose module MLflow calls for the generic load."""
    loader = str(mlmodel.pyfunc.get("loader_module") or "")
    return next((name for name in natives if loader.startswith(f"mlflow.{name}")), PYFUNC)


def _has_loader(flavor: str) -> bool:
    # Looked for, not imported; the name comes from a file.
    return flavor.isidentifier() and (flavor in PACKAGES or importlib.util.find_spec(f"mlflow.{flavor}") is not None)
