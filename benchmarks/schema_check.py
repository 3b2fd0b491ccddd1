"""What checking values costs, beside MLflow's own enforcement of the same signature in the same run.

Run as ``python benchmarks/schema_check.py``. Times are the best of alternating rounds, in microseconds of one request;
a ratio tells how many of ours fit into one of MLflow's.
"""

from __future__ import annotations

import gc
import os
import warnings
from collections.abc import Callable, Sequence
from timeit import default_timer
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")

import numpy as np
import pandas as pd
from mlflow.models import ModelSignature
from mlflow.models.utils import _enforce_schema
from mlflow.types import ColSpec, Schema, TensorSpec

from bentobook.mlflow.signature import from_mlflow
from bentobook.schema.check import Checker

ROUNDS = 7
REQUESTS = 512
BATCH = 64
NAMES = [f"feature {number}" for number in range(30)]


def best_of(*jobs: Callable[[], int]) -> list[float]:
    """Time jobs in turn; each tells how many requests it did. Microseconds of one."""
    best = [float("inf")] * len(jobs)
    gc.disable()
    for _ in range(ROUNDS):
        for number, job in enumerate(jobs):
            begun = default_timer()
            done = job()
            best[number] = min(best[number], (default_timer() - begun) / done * 1e6)
        gc.collect()
    return best


def each(function: Callable[[Any], Any], values: Sequence[Any]) -> Callable[[], int]:
    def job() -> int:
        for value in values:
            function(value)
        return len(values)

    return job


def in_batches(checker: Checker, values: Sequence[Any]) -> Callable[[], int]:
    def job() -> int:
        for start in range(0, len(values), BATCH):
            checker.build_batch([checker.prepare(value) for value in values[start : start + BATCH]], merge)
        return len(values)

    return job


def merge(values: Sequence[Any]) -> Any:
    """Merge as the runner does: frames of one dtype by the arrays inside."""
    if isinstance(values[0], np.ndarray):
        return np.concatenate(values)
    try:
        blocks = [block for (block,) in (value._mgr.blocks for value in values)]  # noqa: SLF001
    except ValueError:
        return pd.concat(values, ignore_index=True)
    arrays = [block.values for block in blocks]  # noqa: PD011  # a block is no frame
    return pd.DataFrame(np.concatenate(arrays, axis=1).T, columns=values[0].columns, copy=False)


def tables() -> dict[str, tuple[Schema, Sequence[Any]]]:
    """Make one-row requests of several kinds."""
    numbers = pd.DataFrame(np.random.default_rng(1).random((REQUESTS, 30)), columns=NAMES)
    kinds = ["double"] * 20 + ["long"] * 5 + ["string"] * 5
    mixed = pd.DataFrame(
        {
            **{name: numbers[name] for name in NAMES[:20]},
            **{name: np.arange(REQUESTS) for name in NAMES[20:25]},
            **{name: ["a text"] * REQUESTS for name in NAMES[25:]},
        }
    )
    doubles = Schema([ColSpec("double", name) for name in NAMES])
    several = Schema([ColSpec(kind, name) for kind, name in zip(kinds, NAMES, strict=True)])
    tensor = Schema([TensorSpec(np.dtype("float64"), (-1, 30))])
    one = range(REQUESTS)
    return {
        "frame, 30 doubles": (doubles, [numbers.iloc[n : n + 1].reset_index(drop=True) for n in one]),
        "frame, made anew": (doubles, [pd.DataFrame(numbers.to_numpy()[n : n + 1], columns=NAMES) for n in one]),
        "frame, other order": (doubles, [numbers[NAMES[::-1]].iloc[n : n + 1].reset_index(drop=True) for n in one]),
        "frame, float32": (doubles, [numbers.astype("f4").iloc[n : n + 1].reset_index(drop=True) for n in one]),
        "frame, three types": (several, [mixed.iloc[n : n + 1].reset_index(drop=True) for n in one]),
        "record, 30 doubles": (doubles, [[record] for record in numbers.to_dict("records")]),
        "record, three types": (several, [[record] for record in mixed.to_dict("records")]),
        "dict, one row": (doubles, numbers.to_dict("records")),
        "array, tensor": (tensor, [numbers.to_numpy()[n : n + 1] for n in one]),
    }


def main() -> None:
    """Print one line for each kind of request."""
    warnings.simplefilter("ignore")
    print(
        f"{'one-row request':<22}{'verdict':>9}{'check + batch of 1':>20}{f'in batches of {BATCH}':>18}{'MLflow':>10}",
        end="",
    )
    print(f"{'ratio: 1':>10}{f'ratio: {BATCH}':>11}")
    for name, (schema, values) in tables().items():
        signature = from_mlflow(ModelSignature(inputs=schema).to_dict(), source="model")
        checker = Checker(signature.inputs if signature else None, "predict")

        def alone(value: Any, checker: Checker = checker) -> None:
            checker.build_batch([checker.prepare(value)], merge)

        verdict, single, batched, theirs = best_of(
            each(checker.prepare, values),
            each(alone, values),
            in_batches(checker, values),
            each(lambda value, schema=schema: _enforce_schema(value, schema), values[:BATCH]),
        )
        print(f"{name:<22}{verdict:9.2f}{single:20.1f}{batched:18.2f}{theirs:10.0f}", end="")
        print(f"{theirs / single:10.0f}{theirs / batched:11.0f}")


if __name__ == "__main__":
    main()
