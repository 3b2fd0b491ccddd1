"""Asking a ``PyFuncModel`` with values that were checked: MLflow's own enforcement is left out where it does nothing.

``PyFuncModel.predict`` enforces the signature and then hands the value to a function of the flavor. That costs many
times what a small model does. What our checker builds for a signature of plain columns or of one array is what MLflow's
enforcement makes of the same value (a test compares the two), so for flavors whose function looks at nothing else it is
called at once. All other models are asked through ``predict``.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bentobook.frameworks import nameless
from bentobook.frameworks.kinds import raw_of
from bentobook.schema.params import check_params
from bentobook.schema.spec import ParamSpec, Schema

_FLAVORS = frozenset({"sklearn", "xgboost", "lightgbm"})
_NESTED = frozenset({"any", "array", "map", "object"})


def calling(loaded: Any, framework: str, inputs: Schema | None, params: Sequence[ParamSpec]) -> Callable[..., Any]:
    """Make the call of a ``PyFuncModel``.

    Parameters
    ----------
    loaded : mlflow.pyfunc.PyFuncModel
        The model.
    framework : str
        The flavor behind it.
    inputs : Schema or None
        What the values were checked against.
    params : sequence of ParamSpec
        The params that it has.

    Returns
    -------
    callable
        Takes the value and ``params``.
    """
    function = getattr(loaded, "_predict_fn", None)
    if function is None or framework not in _FLAVORS or not _is_plain(inputs):
        return _predicting(loaded)
    if framework == "sklearn":
        method = getattr(function, "__name__", "")
        direct = nameless.quick(raw_of(loaded), method, inputs)
        if direct is not None:
            return _without_params(direct)
    takes = inspect.signature(function).parameters.get("params")
    if takes is None or takes.kind is inspect.Parameter.VAR_KEYWORD:
        return _without_params(function)
    return _with_params(function, params)


def _is_plain(inputs: Schema | None) -> bool:
    if inputs is None:
        return False
    if inputs.tensors:
        return inputs.tensors[0].name is None and inputs.tensors[0].dtype not in {"object", "str"}
    return all(column.required and column.type not in _NESTED for column in inputs.columns)


def _predicting(loaded: Any) -> Callable[..., Any]:
    predict = loaded.predict

    def call(value: Any, params: Mapping[str, Any] | None = None) -> Any:
        return predict(value) if params is None else predict(value, params=params)

    return call


def _without_params(function: Callable[[Any], Any]) -> Callable[..., Any]:
    def call(value: Any, params: Mapping[str, Any] | None = None) -> Any:
        del params  # MLflow does not hand them on either
        return function(value)

    return call


def _with_params(function: Callable[..., Any], specs: Sequence[ParamSpec]) -> Callable[..., Any]:
    usual = dict(check_params(specs, None)) if specs else None

    def call(value: Any, params: Mapping[str, Any] | None = None) -> Any:
        return function(value, params=usual if params is None else params)

    return call
