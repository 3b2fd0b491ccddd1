"""The methods of a live model that infer: what a runner may offer beside ``predict``.

A table by framework, because a name alone says too little: ``apply`` gives leaves in XGBoost, and in torch it
rewrites the model.
"""

from __future__ import annotations

from collections.abc import Iterator

from bentobook.frameworks.kinds import framework_of, is_pyfunc, is_python_model, python_model_base, raw_of

_ESTIMATOR = (
    "predict",
    "predict_proba",
    "predict_log_proba",
    "predict_joint_log_proba",
    "decision_function",
    "score_samples",
    "transform",
    "inverse_transform",
    "apply",
    "kneighbors",
)
_USUAL = ("predict", "predict_proba", "transform", "encode", "generate", "forecast")
_TABLE = {
    "catboost": ("predict", "predict_proba", "predict_log_proba"),
    "keras": ("predict", "__call__"),
    "lightgbm": ("predict", "predict_proba", "decision_function"),
    "onnx": ("run",),
    "pmdarima": ("predict", "predict_in_sample"),
    "prophet": ("predict", "predictive_samples"),
    "pytorch": ("__call__", *_USUAL),
    "sentence_transformers": ("encode", "encode_query", "encode_document"),
    "sklearn": _ESTIMATOR,
    "spacy": ("__call__", "pipe"),
    "statsmodels": ("predict", "forecast"),
    "tensorflow": ("predict", "__call__"),
    "transformers": ("__call__", "generate"),
    "xgboost": ("predict", "predict_proba", "inplace_predict", "apply"),
}


def methods_of(obj: object) -> tuple[str, ...]:
    """Name the inference methods of a live object, the usual ones first, always in the same order.

    Parameters
    ----------
    obj : object
        A model of a framework, a ``PyFuncModel`` (then also what the object behind it offers), or an instance of a
        user's ``PythonModel`` (then its public methods).

    Returns
    -------
    tuple of str
        ``"__call__"`` where calling the object infers.

    Examples
    --------
    >>> from sklearn.svm import SVC
    >>> methods_of(SVC())
    ('predict', 'decision_function')
    """
    if is_pyfunc(obj):
        return tuple(dict.fromkeys(("predict", *methods_of(raw_of(obj)))))
    if is_python_model(obj):
        return _of_python_model(obj)
    kind = framework_of(obj)
    found = tuple(name for name in _TABLE.get(kind or "", _USUAL) if offers(obj, name))
    return found or (("__call__",) if offers(obj, "__call__") else ())


def offers(obj: object, name: str) -> bool:
    """Tell whether an object has a method; ``"__call__"`` is calling the object itself."""
    # A method may hide behind a condition that raises AttributeError: predict_proba of an estimator that has none.
    return callable(obj) if name == "__call__" else callable(getattr(obj, name, None))


def _of_python_model(obj: object) -> tuple[str, ...]:
    base = python_model_base(obj)
    inherited = set(dir(base))
    own = [name for name in _public_functions(type(obj), base) if name not in inherited]
    return tuple(dict.fromkeys(("predict", *own)))


def _public_functions(cls: type, base: type | None) -> Iterator[str]:
    for owner in cls.__mro__:
        if owner is base:
            return
        for name, value in vars(owner).items():
            if not name.startswith("_") and callable(getattr(value, "__func__", value)) and not isinstance(value, type):
                yield name
