"""What a test told MLflow, kept inside a block and then forgotten."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def tracking_at(uri: str) -> Iterator[str]:
    """Point MLflow, registry included, at a server or a database as long as the block runs."""
    import mlflow

    mlflow.set_tracking_uri(uri)
    mlflow.set_registry_uri(uri)
    try:
        yield uri
    finally:
        while mlflow.active_run():
            mlflow.end_run()
        forget()


def forget() -> None:
    """Let MLflow be as in a fresh kernel, so that the next test finds no server that it did not choose."""
    import mlflow
    from mlflow.tracking import fluent

    mlflow.set_tracking_uri(None)
    mlflow.set_registry_uri(None)
    fluent._active_experiment_id = None
    fluent._last_active_run_id.set(None)
    fluent._last_logged_model_id.set(None)
    for name in ("MLFLOW_TRACKING_URI", "MLFLOW_EXPERIMENT_ID"):
        os.environ.pop(name, None)
