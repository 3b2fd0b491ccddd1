"""Whether this very process made a model: then a notice that its load runs code tells nobody anything.

``MLmodel`` can claim anything, so its claims are held against what only this process knows: when it started, and which
run and which model it logged last.
"""

from __future__ import annotations

import os
import sys
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bentobook.mlflow import tracking
from bentobook.mlflow.mlmodel import MLMODEL, MLmodel

_LOADED_AT = time.time()


def is_own(mlmodel: MLmodel, folder: Path | None) -> bool:
    """Tell whether this process logged or saved a model.

    Parameters
    ----------
    mlmodel : MLmodel
        What the model says of itself.
    folder : pathlib.Path or None
        The user's own folder that it was imported from.

    Returns
    -------
    bool
        False in doubt, and always when this process has not used MLflow.
    """
    mlflow = sys.modules.get("mlflow")
    if mlflow is None or not _made_since_start(mlmodel):
        return False
    if folder is not None and _is_ours(folder / MLMODEL):
        return True
    run_id, model_id = mlmodel.text("run_id"), mlmodel.text("model_id")
    return (run_id is not None and run_id == _last_run(mlflow)) or (
        model_id is not None and model_id == _last_model(mlflow)
    )


def _made_since_start(mlmodel: MLmodel) -> bool:
    try:
        made = datetime.fromisoformat(str(mlmodel.fields.get("utc_time_created"))).replace(tzinfo=UTC).timestamp()
    except ValueError:
        return False
    return process_start() <= made <= time.time()


def process_start() -> float:
    """Return when this process started, in seconds since the epoch; where the system does not say, a later moment."""
    try:
        ticks = int(Path("/proc/self/stat").read_text("ascii").rpartition(")")[2].split()[19])
        booted = next(line for line in Path("/proc/stat").read_text("ascii").splitlines() if line.startswith("btime "))
        return int(booted.split()[1]) + ticks / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError, IndexError, StopIteration):
        return _LOADED_AT


def _is_ours(file: Path) -> bool:
    try:
        status = file.stat()
    except OSError:
        return False
    return status.st_mtime >= process_start() and (not hasattr(os, "getuid") or status.st_uid == os.getuid())


def _last_run(mlflow: Any) -> str | None:
    with suppress(Exception), tracking.hurried():
        run = mlflow.active_run() or mlflow.last_active_run()
        return str(run.info.run_id) if run else None
    return None


def _last_model(mlflow: Any) -> str | None:
    with suppress(Exception), tracking.hurried():
        model = mlflow.last_logged_model()
        return str(model.model_id) if model else None
    return None
