"""An imported model with 30 named columns, asked with DataFrames: ``python benchmarks/imported_model.py``.

One row through the whole public path (schema check, queue, model) against scikit-learn's own predict of a bare array
and against MLflow's pyfunc; then 64 callers against one who asks pyfunc row by row. Everything has default settings.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
import threading
import warnings
from collections.abc import Callable
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any

os.environ["OMP_NUM_THREADS"] = "1"
os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")

import numpy as np  # reads the number of threads when it is imported
import pandas as pd
import rounds

CALLERS, EACH, ROWS = 64, 20, 300


def repeated(function: Callable[[], Any], times: int) -> float:
    begun = perf_counter()
    for _ in range(times):
        function()
    return (perf_counter() - begun) / times


def by_coroutines(runner: Any, frames: list[Any]) -> float:
    async def one(frame: Any) -> None:
        for _ in range(EACH):
            await runner.predict.async_run(frame)

    async def all_of_them() -> None:
        await asyncio.gather(*map(one, frames))

    begun = perf_counter()
    asyncio.run(all_of_them())
    return (perf_counter() - begun) / (CALLERS * EACH)


def by_threads(runner: Any, frames: list[Any]) -> float:
    def one(frame: Any) -> None:
        for _ in range(EACH):
            runner.predict.run(frame)

    threads = [threading.Thread(target=one, args=(frame,)) for frame in frames]
    begun = perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return (perf_counter() - begun) / (CALLERS * EACH)


def main() -> None:
    parser = rounds.arguments(__doc__)
    count = parser.parse_args().rounds
    warnings.simplefilter("ignore")
    with tempfile.TemporaryDirectory() as folder:
        os.environ["BENTOML_HOME"] = folder
        import mlflow
        from sklearn.linear_model import LogisticRegression

        import bentobook

        table = pd.DataFrame(np.random.default_rng(0).random((ROWS, 30)), columns=[f"c{i}" for i in range(30)])
        classes = (table["c0"] > 0.5).astype(int)
        model = LogisticRegression().fit(table, classes)
        native = LogisticRegression().fit(table.to_numpy(), classes)
        mlflow.sklearn.save_model(model, Path(folder, "m"), input_example=table.head(2), pip_requirements=["mlflow"])
        stored = bentobook.mlflow.import_model("m", Path(folder, "m"))
        pyfunc, row, array = stored.load_model(), table.iloc[5:6], table.to_numpy()[5:6]
        record = row.to_dict("records")
        frames = [table.iloc[i : i + 1] for i in range(CALLERS)]
        with stored.to_runner(batchable=True) as runner:
            one = {
                "native predict of an array": partial(repeated, lambda: native.predict(array), 300),
                "runner, DataFrame": partial(repeated, lambda: runner.predict.run(row), 300),
                "runner, record": partial(repeated, lambda: runner.predict.run(record), 100),
                "MLflow's pyfunc, DataFrame": partial(repeated, lambda: pyfunc.predict(row), 50),
            }
            rounds.show("one row, one caller", rounds.measure(one, count))
            many = {
                "pyfunc, one by one": partial(repeated, lambda: pyfunc.predict(row), 50),
                f"runner, {CALLERS} coroutines": partial(by_coroutines, runner, frames),
                f"runner, {CALLERS} threads": partial(by_threads, runner, frames),
            }
            seconds = rounds.measure(many, count)
            base = seconds["pyfunc, one by one"]
            faster = {n: f"{np.median(np.divide(base, each)):.0f} times as many answers" for n, each in seconds.items()}
            rounds.show("an answer", seconds, faster)


if __name__ == "__main__":
    main()
