"""Small real models for the import tests, and a registry that holds some."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import mlflow_state
import pytest
from small_models import CLASSES, FRAME, QUICK


@pytest.fixture(scope="session")
def classifier() -> Any:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression().fit(FRAME, CLASSES)


@pytest.fixture(scope="session")
def saved(classifier: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Save a model with signature and example once; tests only read it."""
    import mlflow

    folder = tmp_path_factory.mktemp("saved") / "iris"
    mlflow.sklearn.save_model(classifier, str(folder), input_example=FRAME.head(2), **QUICK)
    return folder


@dataclass(frozen=True)
class Registry:
    """A registered model: version 1 is in stage Staging, version 2 is @champion."""

    name: str
    run_id: str
    model_id: str


@pytest.fixture(scope="session")
def registry(tracking_server: str, classifier: Any) -> Registry:
    """Log a model to the server in a run with params, metrics and a dataset, and register it twice."""
    import mlflow

    with mlflow_state.tracking_at(tracking_server):
        mlflow.set_experiment("flowers")
        with mlflow.start_run(run_name="first try") as run:
            mlflow.log_params({"C": 1.0, "solver": "lbfgs"})
            mlflow.log_metric("accuracy", 0.75)
            mlflow.set_tags({"team": "botany", "mlflow.source.git.commit": "abc123"})
            mlflow.set_tag("mlflow.source.git.diff", "+" * 999)
            mlflow.log_input(mlflow.data.from_pandas(FRAME, name="flowers.csv"), context="training")
            info = mlflow.sklearn.log_model(classifier, name="model", input_example=FRAME.head(2), **QUICK)
        client = mlflow.MlflowClient()
        for _ in range(2):
            mlflow.register_model(info.model_uri, "iris-registered")
        client.set_registered_model_alias("iris-registered", "champion", "2")
        client.transition_model_version_stage("iris-registered", "1", "Staging")
    return Registry("iris-registered", run.info.run_id, info.model_id)
