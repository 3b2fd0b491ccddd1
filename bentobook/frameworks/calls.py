"""How a method of each framework's live object is called with a batch: what it wants to get, and what it gives back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from bentobook.frameworks import saving, torch_calls
from bentobook.frameworks.kinds import framework_of
from bentobook.frameworks.methods import offers

Call: TypeAlias = Callable[..., Any]
"""Takes the value, and the params of a prediction as ``params``."""

TABULAR = frozenset({"sklearn", "xgboost", "lightgbm", "catboost"})
_ORT_TYPES = {"float": "float32", "double": "float64"}


def call_of(obj: Any, name: str) -> Call:
    """Find how a method of a live object is called.

    Parameters
    ----------
    obj : object
        A model of a framework.
    name : str
        Its method. ``"predict"`` of a torch module that has none is the call of the module.

    Returns
    -------
    callable
        Takes the value and ``params``, which the framework's method gets as keyword arguments.

    Raises
    ------
    InvalidArgument
        When the object has no such method; the sentence lists those that it has.
    """
    kind = framework_of(obj)
    if kind == "pytorch":
        whole = name == "__call__" or (name == "predict" and not offers(obj, name))
        return torch_calls.calling(obj, obj if whole else _method(obj, name))
    if kind == "onnx" and name in {"run", "predict"}:
        return _of_session(obj)
    method = _method(obj, name)
    if kind == "xgboost" and name == "predict" and not hasattr(obj, "get_booster"):
        return _of_booster(method)
    return plain(method)


def _method(obj: Any, name: str) -> Callable[..., Any]:
    saving.check_methods(obj, (name,))
    return obj if name == "__call__" else getattr(obj, name)  # type: ignore[no-any-return]


def plain(method: Callable[..., Any]) -> Call:
    """Hand the value on, and the params as keyword arguments."""

    def call(*args: Any, params: Mapping[str, Any] | None = None, **named: Any) -> Any:
        return method(*args, **named, **(params or {}))

    return call


def _of_booster(predict: Callable[..., Any]) -> Call:
    import xgboost

    def call(value: Any, params: Mapping[str, Any] | None = None, **named: Any) -> Any:
        rows = value if isinstance(value, xgboost.DMatrix) else xgboost.DMatrix(value)
        return predict(rows, **named, **(params or {}))

    return call


def _of_session(session: Any) -> Call:
    """Name the inputs as the graph does, cast them as far as no kind of number changes, and give a lone output bare."""
    import numpy as np

    inputs = {each.name: _numpy_type(each.type) for each in session.get_inputs()}

    def call(*args: Any, params: Mapping[str, Any] | None = None, **named: Any) -> Any:
        del params  # a session takes settings of its run, which are none of the prediction
        given = (
            dict(args[0]) if len(args) == 1 and isinstance(args[0], Mapping) else dict(zip(inputs, args, strict=False))
        )
        feed = {}
        for name, value in {**given, **named}.items():
            array = value.to_numpy() if hasattr(value, "to_numpy") else np.asarray(value)
            dtype = inputs.get(name)
            feed[name] = array if dtype is None else array.astype(dtype, casting="same_kind", copy=False)
        answers = session.run(None, feed)
        return answers[0] if len(answers) == 1 else tuple(answers)

    return call


def _numpy_type(text: str) -> Any:
    """Read ONNX Runtime's name of a tensor's type, such as ``tensor(float)``; None where numpy has no such numbers."""
    import numpy as np

    name = text.removeprefix("tensor(").removesuffix(")")
    try:
        dtype = np.dtype(_ORT_TYPES.get(name, name))
    except TypeError:
        return None
    return dtype if dtype.kind in "fiub" else None


def as_table(value: Any) -> Any:
    """Make a DataFrame of a dict or of records, and an array of rows of numbers: what tabular frameworks take.

    Parameters
    ----------
    value : object
        As a caller gave it, where no schema says what it must be. A dict holds columns, or the values of one row.

    Returns
    -------
    object
        Anything else as it came.
    """
    if isinstance(value, Mapping):
        import pandas as pd

        columns = any(hasattr(each, "__len__") and not isinstance(each, (str, bytes)) for each in value.values())
        return pd.DataFrame(value) if columns else pd.DataFrame([value])
    if not isinstance(value, list) or not value:
        return value
    if isinstance(value[0], Mapping):
        import pandas as pd

        return pd.DataFrame(value)
    return _as_array(value) if isinstance(value[0], (list, tuple)) else value


def _as_array(rows: list[Any]) -> Any:
    import numpy as np

    try:
        array = np.asarray(rows)
    except ValueError:  # ragged: the model will say what it thinks of that
        return rows
    return array if array.dtype.kind in "fiub" else rows
