"""A scikit-learn model with 30 named columns, DataFrames in: ``python benchmarks/named_columns.py``.

The same LogisticRegression three ways: its own ``predict`` with an ndarray, MLflow's pyfunc, and the runner of the
imported model, which checks the same signature before a request may join a batch. One row at a time, and 64 callers at
once. Medians of alternating rounds.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import statistics
import tempfile
import warnings
from pathlib import Path

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(_name, "1")
os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
_home = tempfile.TemporaryDirectory(prefix="bentobook-bench-")
os.environ["BENTOML_HOME"] = _home.name

# numpy and bentobook read the variables above when they are imported.
import callers  # noqa: E402
import mlflow  # noqa: E402
import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402
from costs import now  # noqa: E402
from sklearn.linear_model import LogisticRegression  # noqa: E402

import bentobook  # noqa: E402

COLUMNS = [f"feature {number}" for number in range(30)]
CALLERS = 64


def trained() -> tuple[LogisticRegression, pd.DataFrame]:
    x = np.random.default_rng(0).random((500, len(COLUMNS)))
    model = LogisticRegression().fit(x, (x.sum(axis=1) > len(COLUMNS) / 2).astype(int))
    return model, pd.DataFrame(x, columns=COLUMNS)


def of_calls(call, value, times: int) -> float:
    """Time one call, in seconds: the median of some."""
    seconds = []
    for _ in range(times):
        begun = now()
        call(value)
        seconds.append(now() - begun)
    return statistics.median(seconds)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--bentoml", help="not used: BentoML calls the same pyfunc")
    rounds = parser.parse_args().rounds
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    model, table = trained()
    path = Path(_home.name) / "source"
    signature = mlflow.models.infer_signature(table, model.predict(table))
    # Its constructor knows every type of this estimator, so no format that asks for trust is needed.
    mlflow.sklearn.save_model(model, path, signature=signature, pip_requirements=[], serialization_format="cloudpickle")
    stored = bentobook.mlflow.import_model("columns", path)
    pyfunc = mlflow.pyfunc.load_model(str(path))
    row, array = table.iloc[:1].reset_index(drop=True), table.to_numpy()[:1]

    figures: dict[str, list[float]] = {}

    def note(name: str, ratio: float) -> None:
        figures.setdefault(name, []).append(ratio)

    with stored.to_runner(batchable=True) as runner:
        assert runner.predict.run(row).tolist() == pyfunc.predict(row).tolist()
        for _ in range(rounds):
            native = of_calls(model.predict, array, 200)
            one_by_one = of_calls(pyfunc.predict, row, 50)
            ours = of_calls(runner.predict.run, row, 200)
            note("MLflow's pyfunc, 1 row, over native", one_by_one / native)
            note("runner from a thread, 1 row, over native", ours / native)
            batch = pd.concat([row] * CALLERS, ignore_index=True)
            whole = of_calls(pyfunc.predict, batch, 50)
            note(f"pyfunc, {CALLERS} rows in one frame: rows over one by one", one_by_one / whole * CALLERS)
            seen = asyncio.run(callers.coroutines(runner.predict.async_run, row, CALLERS, 0.5))
            note(f"runner, {CALLERS} coroutines: rows over one by one", len(seen.latencies) / seen.wall * one_by_one)
            seen = callers.threads(runner.predict.run, row, CALLERS, 0.5)
            note(f"runner, {CALLERS} threads: rows over one by one", len(seen.latencies) / seen.wall * one_by_one)
    for name, ratios in figures.items():
        print(f"{name:60s}{statistics.median(ratios):8.2f}")


if __name__ == "__main__":
    main()
    _home.cleanup()
