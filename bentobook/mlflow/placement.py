"""How a device reaches each of MLflow's loaders.

``mlflow.pytorch`` and ``mlflow.transformers`` take an argument; their pyfunc side takes ``model_config``, but only
where ``MLmodel`` lists it, or an environment variable; the rest is moved after the load.
Models exported by ``torch.export`` (``model.pt2``) cannot move: they stay where they were exported.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bentobook.errors import DeviceUnavailable
from bentobook.frameworks import accelerators, device
from bentobook.mlflow.flavors import Choice
from bentobook.mlflow.mlmodel import PYFUNC, MLmodel

_ENVIRONMENT = "MLFLOW_DEFAULT_PREDICTION_DEVICE"
_READ_ENVIRONMENT = frozenset({"transformers", "diffusers"})
_environment_lock = threading.RLock()


def native_arguments(target: str | None, choice: Choice, folder: Path) -> dict[str, Any]:
    """Return what a native loader is given for a device."""
    if target is None or choice.flavor not in {"pytorch", "transformers"}:
        return {}
    if choice.flavor == "transformers" or _is_exported(choice, folder):
        return {"device": target}
    # Without map_location, weights that were saved on a GPU cannot even be read where there is none.
    return {"device": target, "map_location": target}


def config_with_device(
    described: MLmodel, target: str | None, model_config: Mapping[str, Any] | None
) -> dict[str, Any] | None:
    """Return the ``model_config`` of a generic load; MLflow ignores keys that ``MLmodel`` does not list."""
    listed = described.pyfunc.get("config") or {}
    placed = {"device": target} if target is not None and "device" in listed else {}
    return {**(model_config or {}), **placed} or None


@contextmanager
def default_device(target: str | None, choice: Choice) -> Iterator[None]:
    """Set MLflow's variable for the loaders that read nothing else; one load at a time, as it is the process's."""
    if choice.framework not in _READ_ENVIRONMENT:
        yield
        return
    with _environment_lock:
        before = os.environ.get(_ENVIRONMENT)
        if target is not None:
            os.environ[_ENVIRONMENT] = _as_number(target) if choice.framework == "transformers" else target
        try:
            yield
        finally:
            if before is None:
                os.environ.pop(_ENVIRONMENT, None)
            else:
                os.environ[_ENVIRONMENT] = before


def _as_number(target: str) -> str:
    """Write a device as Hugging Face pipelines number them: -1 is the CPU."""
    kind, _, index = target.partition(":")
    return "-1" if kind == "cpu" else index or "0"


@contextmanager
def translated(target: str | None, choice: Choice, folder: Path) -> Iterator[None]:
    """Turn a loader's complaint about a device into DeviceUnavailable."""
    try:
        yield
    except DeviceUnavailable:
        raise
    except Exception as error:
        reason = _reason(error, choice, folder)
        if not reason:
            raise
        raise DeviceUnavailable(target or "default", reason, available=_there(choice)) from error


def settle(loaded: object, target: str, choice: Choice, folder: Path) -> str:
    """Move what the loader left elsewhere, and return where the model is.

    Raises
    ------
    DeviceUnavailable
        When it is not where it was wanted.
    """
    if choice.framework == PYFUNC and device.device_of(loaded) is None:
        return f"{target}, as its own code was told"
    if choice.framework != PYFUNC and not _is_exported(choice, folder):
        device.move(loaded, target)
    return device.verify(loaded, target, reason=_EXPORTED if _is_exported(choice, folder) else "")


_EXPORTED = (
    "The model was exported by torch.export (model.pt2), which fixes the device. "
    "Log it from that device, or with serialization_format='pickle'."
)
_SAVED_ON_GPU = "It was saved on a GPU that is not here: load it with flavor='native', device='cpu'."


def _reason(error: BaseException, choice: Choice, folder: Path) -> str:
    text = str(error)
    if _is_exported(choice, folder) and "torch.export" in text:
        return _EXPORTED
    return _SAVED_ON_GPU if choice.framework == "pytorch" and "map_location" in text else ""


def _is_exported(choice: Choice, folder: Path) -> bool:
    data = choice.settings.get("model_data")
    return choice.framework == "pytorch" and isinstance(data, str) and (folder / data / "model.pt2").is_file()


def _there(choice: Choice) -> tuple[str, ...]:
    return accelerators.available(choice.framework)
