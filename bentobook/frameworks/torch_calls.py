"""Calling torch modules: inputs go to the module's device, answers come back as what the caller gave.

Nothing is recorded for gradients (``torch.inference_mode``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any


def calling(module: Any, function: Callable[..., Any]) -> Callable[..., Any]:
    """Make the call of a module, or of one of its methods.

    Parameters
    ----------
    module : torch.nn.Module
        Switched to inference (``eval``) here.
    function : callable
        The module itself or its method.

    Returns
    -------
    callable
        Takes tensors, arrays, DataFrames, lists, or dicts of these. The answer for an array is an array, for a
        DataFrame a DataFrame with its index, for a list a list, for a tensor a tensor on the tensor's own device.
    """
    import torch

    with suppress(NotImplementedError):  # what torch.export wrote is fixed in the mode in which it was
        module.eval()
    device = _device_of(module)

    def call(*args: Any, params: Mapping[str, Any] | None = None, **named: Any) -> Any:
        with torch.inference_mode():
            answer = function(
                *[_to_model(torch, each, device) for each in args],
                **{name: _to_model(torch, each, device) for name, each in named.items()},
                **(params or {}),
            )
        first = args[0] if args else next(iter(named.values()), None)
        while isinstance(first, Mapping) and first:
            first = next(iter(first.values()))
        return _back(torch, answer, first)

    return call


def _device_of(module: Any) -> Any:
    """Tell where the inputs go; None for a module without tensors, which is wherever they are."""
    for tensors in (module.parameters(), module.buffers()):
        for tensor in tensors:
            return tensor.device
    return None


def _to_model(torch: Any, value: Any, device: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _to_model(torch, each, device) for name, each in value.items()}
    return _tensor(torch, value).to(device) if device is not None else _tensor(torch, value)


def _tensor(torch: Any, value: Any) -> Any:
    if isinstance(value, torch.Tensor):
        return value
    if hasattr(value, "to_numpy"):
        # As MLflow's wrapper does: what stands in a DataFrame is double, and modules are float.
        return torch.from_numpy(value.to_numpy("float32", copy=True))
    if hasattr(value, "flags") and not value.flags.writeable:
        value = value.copy()
    return torch.as_tensor(value)


def _back(torch: Any, answer: Any, given: Any) -> Any:
    """Bring an answer, or each part of it, back to the kind of what was given."""
    if isinstance(answer, torch.Tensor):
        return _like(torch, answer, given)
    if isinstance(answer, Mapping):
        return {name: _back(torch, each, given) for name, each in answer.items()}
    if isinstance(answer, (list, tuple)):
        parts = [_back(torch, each, given) for each in answer]
        return getattr(type(answer), "_make", type(answer))(parts)
    return answer


def _like(torch: Any, answer: Any, given: Any) -> Any:
    if isinstance(given, torch.Tensor):
        return answer.to(given.device)
    here = answer.cpu()
    if isinstance(given, list):
        return here.tolist()
    array = (here.float() if here.dtype is torch.bfloat16 else here).numpy()
    if not hasattr(given, "to_numpy"):
        return array
    import pandas as pd

    kind = pd.DataFrame if array.ndim == 2 else pd.Series  # noqa: PLR2004
    return kind(array, index=given.index) if array.ndim in {1, 2} and len(array) == len(given) else array
