"""The servers that ``serving.py`` asks, one process and one worker each.

``python serving_apps.py NAME KIND PORT FOLDER``
"""

from __future__ import annotations

import sys
import threading
from typing import Any

import numpy as np
import orjson
import uvicorn

WIDTHS = {"array": 4, "records": 30}


def bare() -> Any:
    """Read JSON, make an array, write JSON: Starlette with the quickest parts, and no model."""
    from starlette.applications import Starlette
    from starlette.responses import Response
    from starlette.routing import Route

    async def predict(request: Any) -> Response:
        rows = orjson.loads(await request.body())
        if isinstance(rows[0], dict):
            rows = [list(row.values()) for row in rows]
        table = np.asarray(rows, dtype=np.float64)
        return Response(orjson.dumps((table[:, 0] > 0).tolist()), media_type="application/json")

    return Starlette(routes=[Route("/predict", predict, methods=["POST"])])


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
    mlflow.sklearn.save_model(fitted, f"{folder}/mlflow", signature=infer_signature(data, fitted.predict(data)))
    return bentobook.mlflow.import_model(kind, f"{folder}/mlflow", methods={"predict": {"batchable": True}})


def ours(name: str, kind: str, folder: str) -> Any:
    """A service, with every check, number and guard: made from the signature, or written as ``def``."""
    import bentobook

    runner = model(kind, folder).to_runner()
    if name == "ours":
        return bentobook.Service.from_model(runner, name=f"{kind}-{name}")
    service = bentobook.Service(f"{kind}-{name}", runners=[runner])

    @service.api
    def predict(rows):
        return runner.predict.run(rows)

    return service


def main() -> None:
    """Serve one of them."""
    name, kind, port, folder = sys.argv[1:]
    if name == "bare":
        uvicorn.run(bare(), port=int(port), loop="uvloop", http="httptools", access_log=False, log_level="error")
        return
    import bentobook

    bentobook.serve(ours(name, kind, folder), port=int(port))
    threading.Event().wait()


if __name__ == "__main__":
    main()
