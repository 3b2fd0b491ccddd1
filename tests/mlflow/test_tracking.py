import os

import mlflow
import pytest
from mlflow_state import tracking_at

from bentobook.errors import ImportFailed
from bentobook.mlflow import tracking


def test_nobody_has_chosen_a_server_in_a_fresh_kernel(monkeypatch):
    assert not tracking.is_set()
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://host")
    assert tracking.is_set()


def test_a_server_that_was_chosen_in_this_process_counts(tmp_path):
    with tracking_at(f"sqlite:///{tmp_path}/a.db"):
        assert tracking.is_set()


@pytest.mark.parametrize(
    ("uri", "address", "there"),
    [
        ("http://me:pw@host:5000", "http://host:5000", True),
        ("sqlite:////no/such/file.db", "sqlite:////no/such/file.db", False),
        ("postgresql://u:p@db/mlflow", "postgresql://db/mlflow", True),
    ],
)
def test_the_address_is_told_without_credentials(uri, address, there):
    with tracking_at(uri):
        assert tracking.address() == address
        assert tracking.address(registry=True) == address
        assert tracking.is_there() is there


@pytest.mark.parametrize("uri", ["databricks", "databricks://profile", "databricks-uc", "uc:http://host"])
def test_databricks_resolves_its_models_itself(uri):
    with tracking_at(uri):
        assert tracking.is_databricks()


def test_a_database_that_does_not_exist_is_not_made(tmp_path):
    with tracking_at(f"sqlite:///{tmp_path}/my%20file.db"), pytest.raises(ImportFailed, match="no tracking store at"):
        tracking.client("models:/iris/1")
    assert list(tmp_path.iterdir()) == []


def test_waits_are_cut_for_as_long_as_a_block_runs(monkeypatch):
    monkeypatch.delenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", raising=False)
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_TIMEOUT", "77")
    with tracking.hurried():
        assert os.environ["MLFLOW_HTTP_REQUEST_MAX_RETRIES"] == "0"
        assert os.environ["MLFLOW_HTTP_REQUEST_TIMEOUT"] == "77"  # the user's own choice stands
        with tracking.patient():
            assert os.environ["MLFLOW_HTTP_REQUEST_MAX_RETRIES"] == "0"
    assert "MLFLOW_HTTP_REQUEST_MAX_RETRIES" not in os.environ
    assert mlflow.environment_variables.MLFLOW_HTTP_REQUEST_MAX_RETRIES.get() == 7
