"""The servers that ``serving.py`` asks, one process and one worker each.

``python serving_apps.py NAME KIND PORT FOLDER``
"""

from __future__ import annotations

import gc
import sys
import threading
from collections.abc import Awaitable, Callable
from typing import Any

import numpy as np
import orjson
import uvicorn

WIDTHS = {"array": 4, "records": 30}


def starlette(predict: Callable[[Any], Awaitable[Any]]) -> Any:
    """Read JSON, make an array, ask, write JSON: Starlette with the quickest parts, without checks."""
    from starlette.applications import Starlette
    from starlette.responses import Response
    from starlette.routing import Route

    async def endpoint(request: Any) -> Response:
        rows = orjson.loads(await request.body())
        if isinstance(rows[0], dict):
            rows = [list(row.values()) for row in rows]
        answer = await predict(np.asarray(rows, dtype=np.float64))
        return Response(orjson.dumps(answer.tolist()), media_type="application/json")

    return Starlette(routes=[Route("/predict", endpoint, methods=["POST"])])


async def sign(table: Any) -> Any:
    """Answer without a model."""
    return table[:, 0] > 0


def one_by_one(kind: str) -> Callable[[Any], Awaitable[Any]]:
    """Ask scikit-learn itself, for each request."""
    from sklearn.linear_model import LogisticRegression

    rows = np.random.default_rng(0).normal(size=(200, WIDTHS[kind]))
    fitted = LogisticRegression().fit(rows, rows[:, 0] > 0)

    async def predict(table: Any) -> Any:
        return fitted.predict(table)

    return predict


def model(kind: str, folder: str) -> Any:
    """Import a logistic regression that takes arrays, or a table with names."""
    import mlflow
    import pandas as pd
    from mlflow.models import infer_signature
    from sklearn.linear_model import LogisticRegression

    import bentobook

    width = WIDTHS[kind]
    rows = np.random.default_rng(0).normal(size=(200, width))
    data: Any = rows if kind == "array" else pd.DataFrame(rows, columns=[f"feature {n}" for n in range(width)])
    fitted = LogisticRegression().fit(data, rows[:, 0] > 0)
    signature = infer_signature(data, fitted.predict(data))
    mlflow.sklearn.save_model(fitted, f"{folder}/mlflow", signature=signature, pip_requirements=["scikit-learn"])
    return bentobook.mlflow.import_model(kind, f"{folder}/mlflow", methods={"predict": {"batchable": True}})


def ours(name: str, kind: str, folder: str) -> Any:
    """A service, with every check, number and guard: made from the signature, or written as ``def``."""
    import bentobook

    runner = model(kind, folder).to_runner()
    if name == "bentobook":
        return bentobook.Service.from_model(runner, name=kind)
    service = bentobook.Service(kind, runners=[runner])

    @service.api
    def predict(rows):
        return runner.predict.run(rows)

    return service


def main() -> None:
    """Serve one of them."""
    name, kind, port, folder = sys.argv[1:]
    if name in {"bentobook", "bentobook def"}:
        import bentobook

        bentobook.serve(ours(name, kind, folder), port=int(port))
        threading.Event().wait()
    predict = sign if name == "bare" else one_by_one(kind)
    if name.startswith("starlette + runner"):
        runner = model(kind, folder).to_runner()
        runner.init_local(quiet=True)
        predict = runner.predict.async_run
    if name.endswith("frozen"):
        gc.collect()
        gc.freeze()
    uvicorn.run(
        starlette(predict), port=int(port), loop="uvloop", http="httptools", access_log=False, log_level="error"
    )


if __name__ == "__main__":
    main()
