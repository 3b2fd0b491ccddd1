"""Where a model comes from, as the tracking server tells it."""

from __future__ import annotations

from pathlib import Path

import mlflow
import pytest

import bentobook

FOLDER = Path(__file__).parents[1] / "fixtures" / "mlflow_3" / "sklearn"


def _lineage_of_a_run(tags: dict[str, str]) -> dict:
    with mlflow.start_run(run_name="first-try", tags=tags) as run:
        mlflow.log_param("depth", 3)
        mlflow.log_metric("accuracy", 0.9)
        mlflow.log_artifacts(str(FOLDER), "model")
    return bentobook.mlflow.import_model("iris", f"runs:/{run.info.run_id}/model").lineage


@pytest.mark.usefixtures("tracking")
def test_the_run_its_params_metrics_and_tags_are_kept() -> None:
    found = _lineage_of_a_run({"team": "plants", "mlflow.source.git.commit": "abc123"})

    assert found["run"]["name"] == "first-try"
    assert found["run"]["git_commit"] == "abc123"
    assert (found["params"], found["metrics"]) == ({"depth": "3"}, {"accuracy": 0.9})
    assert found["tags"]["team"] == "plants"


@pytest.mark.usefixtures("tracking")
def test_the_program_that_every_notebook_runs_in_is_no_source() -> None:
    found = _lineage_of_a_run({"mlflow.source.name": "/opt/lib/site-packages/ipykernel_launcher.py"})

    assert "source_name" not in found["run"]
    assert "mlflow.source.name" not in found["tags"]


@pytest.mark.usefixtures("tracking")
def test_a_script_is_a_source_and_its_changes_are_not_kept() -> None:
    found = _lineage_of_a_run({"mlflow.source.name": "train.py", "mlflow.source.git.diff": "- secret"})

    assert found["run"]["source_name"] == "train.py"
    assert "mlflow.source.git.diff" not in found["tags"]
