"""Where MLflow looks for runs and models, told without asking it: it may make a database when it is asked."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from bentobook.doctor.checks import Check
from bentobook.mlflow.uri import without_credentials

if TYPE_CHECKING:
    from collections.abc import Iterator

GROUP = "mlflow"
_DEFAULT = "sqlite:///mlflow.db"


def look() -> Iterator[Check]:
    """Check the tracking URI in effect, and what it would be if nobody had set one."""
    yield _tracking()
    if registry := os.environ.get("MLFLOW_REGISTRY_URI"):
        yield Check(GROUP, "registry", without_credentials(registry), advice="set by MLFLOW_REGISTRY_URI")
    if Path("mlruns").is_dir() and not Path("mlflow.db").exists() and not os.environ.get("MLFLOW_ALLOW_FILE_STORE"):
        advice = "`mlflow migrate-filestore --source ./mlruns --target sqlite:///mlflow.db` moves it"
        yield Check(GROUP, "mlruns", "an old file store lies in this folder, MLflow may refuse it", "warn", advice)


def _tracking() -> Check:
    by_variable = os.environ.get("MLFLOW_TRACKING_URI", "")
    by_code = _set_in_this_process()
    if by_code and by_code != by_variable:
        return Check(GROUP, "tracking", without_credentials(by_code), advice="set in this process")
    if by_variable:
        return Check(GROUP, "tracking", without_credentials(by_variable), advice="set by MLFLOW_TRACKING_URI")
    advice = f"nobody set one, so MLflow takes {_DEFAULT} in the working folder; set MLFLOW_TRACKING_URI"
    there = "there" if Path("mlflow.db").exists() else "not there yet"
    return Check(GROUP, "tracking", f"{_DEFAULT} ({there})", advice=advice)


def _set_in_this_process() -> str:
    mlflow = sys.modules.get("mlflow")
    if mlflow is None or not mlflow.is_tracking_uri_set():
        return ""
    return str(mlflow.get_tracking_uri())
