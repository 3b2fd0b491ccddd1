"""Moving a live model to a device, and reading off where it really is.

MLflow and the frameworks let several requests for a device fall through in silence (a ``model_config`` that the model
does not list, XGBoost without a visible GPU), so every move ends with a look.
"""

from __future__ import annotations

import json
from typing import Any

from bentobook.errors import DeviceUnavailable
from bentobook.frameworks.accelerators import TORCH, available, same
from bentobook.frameworks.kinds import framework_of, is_pyfunc, is_python_model, raw_of

_CPU_ONLY = frozenset({"sklearn", "lightgbm", "statsmodels", "prophet", "pmdarima", "spacy", "catboost"})
_PROVIDERS = {"CUDAExecutionProvider": "cuda", "CPUExecutionProvider": "cpu", "CoreMLExecutionProvider": "mps"}


def device_of(obj: object) -> str | None:
    """Tell on which device a live model computes.

    Parameters
    ----------
    obj : object
        A framework's model, or a ``PyFuncModel``.

    Returns
    -------
    str or None
        ``"cpu"``, ``"cuda:0"``, …; several joined by commas for a model that is spread; ``None`` when unknown.
    """
    raw = raw_of(obj)
    if is_python_model(raw):
        return _of_parts(raw)
    kind = framework_of(raw)
    if kind in TORCH:
        return _of_torch(raw)
    if kind == "xgboost":
        return _of_xgboost(raw)
    if kind == "onnx":
        return _of_onnx(raw)
    return "cpu" if kind in _CPU_ONLY else None


def move(obj: object, device: str) -> None:
    """Move a live model, in place, when its framework can do that after the load.

    Parameters
    ----------
    obj : object
        A framework's model, or a ``PyFuncModel``.
    device : str
        As `bentobook.frameworks.accelerators.choose` gives it.
    """
    raw: Any = raw_of(obj)
    kind = framework_of(raw)
    found = device_of(raw)
    if found is not None and same(device, found):
        pass
    elif kind in TORCH and hasattr(raw, "to"):
        raw.to(device)
    elif kind == "xgboost":
        raw.set_params(device=device) if hasattr(raw, "set_params") else raw.set_param({"device": device})
    elif kind == "onnx":
        raw.set_providers(onnx_providers(device))
    if is_pyfunc(obj):
        _tell_wrapper(obj, device)


def verify(obj: object, device: str, *, reason: str = "") -> str:
    """Make sure that a model is where it was wanted, and say where that is.

    Returns
    -------
    str
        The device, with its number where it has one.

    Raises
    ------
    DeviceUnavailable
        When it stayed elsewhere, or when nobody can tell and it is not the CPU that was wanted.
    """
    found = device_of(obj)
    if found is None and (device == "cpu" or framework_of(raw_of(obj)) in TORCH):
        return device  # a torch module without a single tensor is wherever its input is
    if found is None or not all(same(device, part) for part in found.split(", ")):
        where = f"it stayed on {found}" if found else "where it runs cannot be told"
        there = available(framework_of(raw_of(obj)) or "")
        raise DeviceUnavailable(device, reason or f"The model did not move: {where}.", available=there)
    return found


def _tell_wrapper(obj: object, device: str) -> None:
    # MLflow's wrapper of a torch model sends each input to the device that it remembers.
    wrapper: Any = getattr(obj, "_model_impl", None)
    if isinstance(getattr(wrapper, "device", None), str):
        wrapper.device = device


def _of_torch(model: Any) -> str | None:
    if callable(getattr(model, "parameters", None)):
        tensors = [*model.parameters(), *model.buffers()]
        return ", ".join(sorted({str(tensor.device) for tensor in tensors})) or None
    device = getattr(model, "device", None)  # transformers' pipelines
    return str(device) if device is not None else None


def _of_xgboost(model: Any) -> str | None:
    booster = model
    if hasattr(model, "get_booster"):
        if not model.__sklearn_is_fitted__():
            return str(model.get_params().get("device") or "cpu")
        booster = model.get_booster()
    config = json.loads(booster.save_config())  # what XGBoost settled on, not what was asked for
    return str(config["learner"]["generic_param"].get("device", "cpu"))


def _of_onnx(session: Any) -> str | None:
    first = session.get_providers()[0]
    options = session.get_provider_options().get(first, {})
    kind = _PROVIDERS.get(first)
    return f"cuda:{options.get('device_id', 0)}" if kind == "cuda" else kind


def onnx_providers(device: str) -> list[Any]:
    """Write a device as ONNX Runtime wants it."""
    kind, _, index = device.partition(":")
    if kind == "cuda":
        return [("CUDAExecutionProvider", {"device_id": int(index or 0)}), "CPUExecutionProvider"]
    return ["CPUExecutionProvider"]


def _of_parts(model: object) -> str | None:
    """Tell where the models are that a user's ``PythonModel`` holds as attributes."""
    found = {device_of(part) for part in vars(model).values() if framework_of(part) is not None}
    return ", ".join(sorted(filter(None, found))) or None
