"""Models whose cost is known, and what they take when nobody else is there."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import numpy as np

FIXED_S, PER_ROW_S = 2e-3, 20e-6
ROW = np.random.default_rng(0).random((1, 8))
now = time.perf_counter

Model = Callable[[np.ndarray], np.ndarray]


def accelerator(x: np.ndarray) -> np.ndarray:
    """Take 2 ms and 20 µs a row without the interpreter's lock."""
    time.sleep(FIXED_S + PER_ROW_S * len(x))
    return x[:, 0] * 2


def free(x: np.ndarray) -> np.ndarray:
    """Take no time."""
    return x[:, 0]


MODELS: dict[str, Model] = {"accelerator": accelerator, "free": free}


def alone(model: Model, rows: int) -> float:
    """Time the model itself with some rows at once, in seconds."""
    value, times = np.repeat(ROW, rows, axis=0), []
    for _ in range(11 if rows < 64 else 7):
        begun = now()
        model(value)
        times.append(now() - begun)
    return statistics.median(times)
