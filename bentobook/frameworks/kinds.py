"""Which framework a live object belongs to, read off the modules of its classes.

Nothing is imported for it: an object of a framework brings the framework along.
"""

from __future__ import annotations

# The first part of a class's module, and the name that MLflow gives the framework (its flavor).
_BY_PACKAGE = {
    "catboost": "catboost",
    "diffusers": "diffusers",
    "keras": "keras",
    "lightgbm": "lightgbm",
    "onnx": "onnx",
    "onnxruntime": "onnx",
    "pmdarima": "pmdarima",
    "prophet": "prophet",
    "sentence_transformers": "sentence_transformers",
    "sklearn": "sklearn",
    "spacy": "spacy",
    "statsmodels": "statsmodels",
    "tensorflow": "tensorflow",
    "torch": "pytorch",
    "transformers": "transformers",
    "xgboost": "xgboost",
}


FLAVORS = tuple(sorted(set(_BY_PACKAGE.values())))


def framework_of(obj: object) -> str | None:
    """Name the framework whose class comes first among the object's classes.

    A wrapper comes before what it builds on: ``LGBMClassifier`` is ``"lightgbm"``, though scikit-learn's classes are
    among its bases, and a user's own ``torch.nn.Module`` is ``"pytorch"``.

    Returns
    -------
    str or None
        MLflow's name of the flavor; ``None`` for a class of nobody we know.
    """
    for cls in type(obj).__mro__:
        kind = _BY_PACKAGE.get(cls.__module__.partition(".")[0])
        if kind:
            return kind
    return None


def kept_by(obj: object) -> str | None:
    """Name the framework whose way of saving gives an object back as it is.

    That is its own, but for LightGBM's estimators: LightGBM writes their Booster alone, scikit-learn's way the whole.
    """
    kind = framework_of(obj)
    is_estimator = any(cls.__module__.startswith("sklearn.") for cls in type(obj).__mro__)
    return "sklearn" if kind == "lightgbm" and is_estimator else kind


def is_pyfunc(obj: object) -> bool:
    """Tell whether the object is MLflow's ``PyFuncModel``."""
    return _has_base(obj, "PyFuncModel", "mlflow.pyfunc")


def is_python_model(obj: object) -> bool:
    """Tell whether the object is a user's ``mlflow.pyfunc.PythonModel``."""
    return _has_base(obj, "PythonModel", "mlflow.pyfunc.model")


def python_model_base(obj: object) -> type | None:
    """Return MLflow's own class among those of a ``PythonModel``, the first from the user's class up."""
    return next((cls for cls in type(obj).__mro__ if cls.__module__.startswith("mlflow.")), None)


def _has_base(obj: object, name: str, module: str) -> bool:
    return any(cls.__name__ == name and cls.__module__ == module for cls in type(obj).__mro__)


def raw_of(obj: object) -> object:
    """Return what is behind a ``PyFuncModel``: the framework's object, the user's ``PythonModel``, or the loader's.

    Anything else is returned as it is.
    """
    if not is_pyfunc(obj):
        return obj
    implementation = getattr(obj, "_model_impl", obj)
    for name in ("get_raw_model", "python_model"):
        found = getattr(implementation, name, None)
        if found is not None:
            return found() if name == "get_raw_model" else found
    return implementation
