"""Fixtures of the interop tests: a real BentoML before the store of the test, and models that MLflow saved."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import real_bentoml
from real_bentoml import RealBentoML

import bentobook

ROWS = [[0.1, 0.2], [0.9, 0.8]]


@pytest.fixture
def bentoml(store_home: Path) -> RealBentoML:
    """Give a BentoML that works in the same store as the test."""
    return real_bentoml.running(store_home)


@pytest.fixture(scope="session")
def classifier() -> Any:
    from sklearn.tree import DecisionTreeClassifier

    return DecisionTreeClassifier(random_state=0).fit([[0.0, 0.0], [1.0, 1.0]], ["no", "yes"])


@pytest.fixture(scope="session")
def mlflow_folder(classifier: Any, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Save a model with MLflow."""
    import mlflow.sklearn

    folder = tmp_path_factory.mktemp("mlflow") / "model"
    mlflow.sklearn.save_model(
        classifier, str(folder), pip_requirements=["scikit-learn"], serialization_format="cloudpickle"
    )
    return str(folder)


@pytest.fixture
def ours(mlflow_folder: str) -> bentobook.Model:
    """Import the model with everything that a record can hold."""
    return bentobook.mlflow.import_model(
        "ours:v1",
        mlflow_folder,
        signatures={"predict": {"batchable": True, "batch_dim": (0, 0)}},
        labels={"team": "tree", "stage": "dev"},
        metadata={"accuracy": 0.5, "classes": ["no", "yes"], "nested": {"depth": 1, "ok": True}},
        custom_objects={"names": ["a", "b"], "limit": 0.25},
    )
