import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import mlflow
import pytest
from small_models import QUICK

from bentobook.mlflow import import_model
from bentobook.mlflow.mlmodel import MLmodel
from bentobook.mlflow.own import is_own, process_start

OLD = Path(__file__).parents[1] / "fixtures" / "mlflow_2_22" / "sklearn"


def made(moment: datetime, **fields: object) -> MLmodel:
    return MLmodel({"utc_time_created": f"{moment:%Y-%m-%d %H:%M:%S.%f}", **fields}, {})


def save(folder: Path, model: object) -> Path:
    mlflow.sklearn.save_model(model, str(folder), serialization_format="cloudpickle", **QUICK)
    return folder


def test_this_process_started_a_while_ago():
    assert 0 < time.time() - process_start() < 24 * 3600


def test_a_load_of_what_this_process_saved_says_nothing(classifier, tmp_path, capsys):
    import_model("mine", save(tmp_path / "mine", classifier)).load_model()
    assert "runs code" not in capsys.readouterr().err


def test_a_load_of_what_this_process_logged_says_nothing(tracking, classifier, capsys):
    info = mlflow.sklearn.log_model(classifier, name="model", serialization_format="cloudpickle", **QUICK)
    import_model("mine", info).load_model()
    assert "runs code" not in capsys.readouterr().err


@pytest.mark.filterwarnings("ignore::bentobook.mlflow.drift.VersionDrift")
def test_a_load_of_an_older_model_is_announced(capsys):
    import_model("old", OLD).load_model()
    assert "runs code from" in capsys.readouterr().err


@pytest.mark.parametrize(
    "moment", [datetime(2000, 1, 1, tzinfo=UTC), datetime(2999, 1, 1, tzinfo=UTC)], ids=["before the start", "not yet"]
)
def test_a_model_that_claims_another_time_is_not_ours(tmp_path, moment):
    (tmp_path / "MLmodel").touch()
    assert is_own(made(datetime.now(UTC)), tmp_path)
    assert not is_own(made(moment), tmp_path)


@pytest.mark.parametrize("text", [None, "", "yesterday", 3])
def test_a_model_that_says_no_time_is_not_ours(tmp_path, text):
    (tmp_path / "MLmodel").touch()
    assert not is_own(MLmodel({"utc_time_created": text}, {}), tmp_path)


def test_a_file_from_before_the_start_is_not_ours(tmp_path):
    (tmp_path / "MLmodel").touch()
    before = process_start() - timedelta(hours=1).total_seconds()
    os.utime(tmp_path / "MLmodel", (before, before))
    assert not is_own(made(datetime.now(UTC)), tmp_path)


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() != 0, reason="only root gives files away")
def test_a_file_of_another_user_is_not_ours(tmp_path):
    (tmp_path / "MLmodel").touch()
    os.chown(tmp_path / "MLmodel", 12345, -1)
    assert not is_own(made(datetime.now(UTC)), tmp_path)


def test_the_last_run_of_this_process_is_ours_and_others_are_not(tracking):
    with mlflow.start_run() as run:
        pass
    assert is_own(made(datetime.now(UTC), run_id=run.info.run_id), None)
    assert not is_own(made(datetime.now(UTC), run_id="0" * 32), None)
    assert not is_own(made(datetime.now(UTC)), None)
