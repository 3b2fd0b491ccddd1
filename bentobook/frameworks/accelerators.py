"""Which devices there are: how they are written, and what each framework can reach on this machine."""

from __future__ import annotations

import ctypes
import re
import sys

from bentobook._optional import require
from bentobook.errors import DeviceUnavailable, InvalidArgument

TORCH = frozenset({"pytorch", "transformers", "sentence_transformers", "diffusers"})
OWN_CODE = "the model's own code"
_DEVICE = re.compile(r"(cpu|cuda|mps|xpu|meta|auto)(?::(\d+))?")
_WANTED = "'cpu', 'cuda', 'cuda:0', 'mps' or 'auto'"


def parse(device: str | None) -> str | None:
    """Read what the user wrote for ``device=``.

    >>> parse("CUDA:1")
    'cuda:1'

    Raises
    ------
    InvalidArgument
        When it names no device.
    """
    if device is None:
        return None
    match = _DEVICE.fullmatch(str(device).strip().lower())
    if not match or (match[2] is not None and match[1] in {"auto", "cpu", "meta"}):
        raise InvalidArgument("device", device, _WANTED)
    return match[0]


def same(wanted: str, found: str) -> bool:
    """Tell whether a model that is on ``found`` is where it was wanted; ``"cuda"`` is any CUDA device."""
    return found == wanted or (":" not in wanted and found.partition(":")[0] == wanted)


def choose(device: str, framework: str) -> str:
    """Turn ``"auto"`` into the best device that a framework can reach, and refuse one that it cannot.

    Parameters
    ----------
    device : str
        As `parse` gives it.
    framework : str
        MLflow's name of the flavor, or `OWN_CODE` for a ``PythonModel`` that is told where to compute.

    Returns
    -------
    str
        ``"cpu"``, ``"cuda"``, ``"cuda:1"``, …

    Raises
    ------
    DeviceUnavailable
        Says what is there.
    """
    there = available(framework)
    if device == "auto":
        return there[-1].partition(":")[0] if len(there) > 1 else "cpu"
    if device == "meta" and (framework in TORCH or framework == OWN_CODE):
        return device
    if not any(same(device, found) for found in there):
        raise DeviceUnavailable(device, _why_not(device, framework), available=there)
    return device


def available(framework: str) -> tuple[str, ...]:
    """List the devices that a framework can use here, the CPU first.

    Only the framework itself is imported, and only where it can use more than the CPU.
    """
    if framework in TORCH:
        return ("cpu", *_torch_devices())
    if framework == "xgboost":
        return ("cpu", *_xgboost_devices())
    if framework == "onnx":
        return ("cpu", *_onnx_devices())
    if framework == OWN_CODE:
        return ("cpu", *(["mps"] if sys.platform == "darwin" else []), *_cuda_devices())
    return ("cpu",)


def _why_not(device: str, framework: str) -> str:
    if framework in TORCH or framework in {"xgboost", "onnx", OWN_CODE}:
        return f"This machine has no {device} that {framework} can use."
    if framework in {"keras", "tensorflow"}:
        return "TensorFlow places its models itself: leave device= out, and choose with tf.config."
    if framework == "python_function":
        return "The model's own code chooses its device: log it with model_config={'device': 'cpu'} and read it there."
    return f"{framework} models run on the CPU only."


def _torch_devices() -> list[str]:
    import torch

    found = ["mps"] if torch.backends.mps.is_available() else []
    for name in ("xpu", "cuda"):
        backend = getattr(torch, name, None)
        if backend is not None and backend.is_available():
            found += [f"{name}:{index}" for index in range(backend.device_count())]
    return found


def _xgboost_devices() -> list[str]:
    import xgboost

    return _cuda_devices() if xgboost.build_info().get("USE_CUDA") else []


def _onnx_devices() -> list[str]:
    onnxruntime = require("onnxruntime", feature="Running ONNX models")
    return _cuda_devices() if "CUDAExecutionProvider" in onnxruntime.get_available_providers() else []


def _cuda_devices() -> list[str]:
    """Ask the driver, for frameworks that cannot tell; ``CUDA_VISIBLE_DEVICES`` counts."""
    count = ctypes.c_int(0)
    for name in ("libcuda.so.1", "nvcuda.dll"):
        try:
            driver = ctypes.CDLL(name)
        except OSError:
            continue
        if driver.cuInit(0) == 0 and driver.cuDeviceGetCount(ctypes.byref(count)) == 0:
            return [f"cuda:{index}" for index in range(count.value)]
    return []
