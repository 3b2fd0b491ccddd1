"""Jobs and browsing against a real tracking server: imports with progress, cancel, and clear ends."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import mlflow_state
import numpy as np
import pytest
import small_models

MEGABYTES = 48


@pytest.fixture(scope="module")
def logged(tracking_server: str) -> dict[str, str]:
    """A registered model with an alias on a tracking server, and a large one."""
    import mlflow
    from sklearn.linear_model import LogisticRegression

    with mlflow_state.tracking_at(tracking_server):
        mlflow.set_experiment("sidebar flowers")  # the server is shared with other tests
        with mlflow.start_run(run_name="first") as run:
            model = LogisticRegression().fit(small_models.FRAME, small_models.CLASSES)
            mlflow.log_metric("accuracy", 0.75)
            options = {"serialization_format": "cloudpickle", **small_models.QUICK}
            info = mlflow.sklearn.log_model(model, name="model", registered_model_name="sidebar-iris", **options)
            model.ballast = np.random.default_rng(0).bytes(MEGABYTES << 20)
            large = mlflow.sklearn.log_model(model, name="large", **options)
        mlflow.MlflowClient().set_registered_model_alias("sidebar-iris", "champion", "1")
    return {"run": run.info.run_id, "uri": info.model_uri, "large": large.model_uri}


@pytest.fixture
def served(logged: dict[str, str], tracking_server: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Let the Jupyter server's environment name the tracking server."""
    monkeypatch.setenv("MLFLOW_TRACKING_URI", tracking_server)
    return logged


async def _until(ask: Any, job: dict[str, Any], enough: Any) -> list[dict[str, Any]]:
    """Follow a job as the panel does."""
    seen = [job]
    while not enough(seen[-1]):
        await asyncio.sleep(0.02)  # the panel asks again after a while, too
        seen.append((await ask("jobs", job["id"]))[1])
    return seen


async def _import(ask: Any, **asked: Any) -> dict[str, Any]:
    status, job = await ask("jobs", method="POST", body={"kind": "import", **asked})
    assert status == 202, job
    return job


async def test_an_import_tells_of_its_bytes_and_ends_with_the_tag(ask: Any, served: dict[str, str]) -> None:
    job = await _import(ask, name="big", uri=served["large"], labels={"team": "a"}, batchable=True)

    seen = await _until(ask, job, lambda now: now["state"] != "running")

    last = seen[-1]
    assert (last["state"], last["error"]) == ("done", "")
    assert last["done"] == last["total"] > MEGABYTES << 20
    assert any(0 < now["done"] < now["total"] for now in seen)
    _, answer = await ask("models", last["result"]["tag"])
    assert answer["labels"]["team"] == "a"
    assert answer["methods"] == [{"name": "predict", "batchable": True}]
    assert ["accuracy", "0.75"] in answer["metrics"]
    assert {"format": "cloudpickle", "runs_code": True} in answer["loads"]


async def test_a_cancelled_import_leaves_nothing(ask: Any, served: dict[str, str], store_home: Path) -> None:
    job = await _import(ask, name="big", uri=served["large"])
    await _until(ask, job, lambda now: now["done"] > 0 or now["state"] != "running")

    status, ended = await ask("jobs", job["id"], method="DELETE")

    assert (status, ended["state"]) == (200, "cancelled")
    assert (await ask("models"))[1]["models"] == []
    assert [*store_home.joinpath(".bentobook", "staging").iterdir()] == []
    again = (await ask("jobs", job["id"], method="DELETE"))[1]
    assert again["state"] == "cancelled"


async def test_a_failed_import_says_what_the_command_line_says(ask: Any, served: dict[str, str]) -> None:
    job = await _import(ask, name="nobody", uri="models:/nobody@champion")

    last = (await _until(ask, job, lambda now: now["state"] != "running"))[-1]

    assert (last["state"], last["status"]) == ("failed", 502)
    assert last["error"].startswith("Cannot import models:/nobody@champion")


async def test_an_export_lands_in_the_folder_that_the_file_browser_shows(
    ask: Any, two_versions: Path, jp_root_dir: Path
) -> None:
    job = (await ask("jobs", method="POST", body={"kind": "export", "tag": "iris:v1"}))[1]

    last = (await _until(ask, job, lambda now: now["state"] != "running"))[-1]

    assert last["result"] == {"tag": "iris:v1", "file": "iris-v1.bentomodel"}
    assert jp_root_dir.joinpath("iris-v1.bentomodel").stat().st_size > 0


async def test_a_verification_notices_a_changed_file(ask: Any, two_versions: Path) -> None:
    (two_versions / "models" / "iris" / "v1" / "weights.bin").write_bytes(b"xx")

    for tag, state in (("iris:v1", "changed"), ("iris:v2", "ok")):
        job = (await ask("jobs", method="POST", body={"kind": "verify", "tag": tag}))[1]
        last = (await _until(ask, job, lambda now: now["state"] != "running"))[-1]

        assert (last["state"], last["result"]["state"]) == ("done", state)


async def test_the_registry_is_browsed_from_names_to_versions(ask: Any, served: dict[str, str]) -> None:
    status, models = await ask("mlflow", "registered_models", params={"search": "BAR-IRI"})
    assert status == 200, models
    (iris,) = models["items"]
    champion = [{"alias": "champion", "version": "1"}]
    assert (iris["name"], iris["newest"], iris["aliases"]) == ("sidebar-iris", "1", champion)

    (version,) = (await ask("mlflow", "versions", params={"name": "sidebar-iris"}))[1]["items"]

    assert (version["uri"], version["aliases"]) == ("models:/sidebar-iris/1", ["champion"])


async def test_experiments_are_browsed_down_to_the_models_of_a_run(ask: Any, served: dict[str, str]) -> None:
    experiments = (await ask("mlflow", "experiments", params={"search": "bar flow"}))[1]["items"]
    (flowers,) = [item for item in experiments if item["name"] == "sidebar flowers"]
    (run,) = (await ask("mlflow", "runs", params={"experiment": flowers["id"], "search": "fir"}))[1]["items"]

    models = (await ask("mlflow", "models_of_run", params={"run": run["id"]}))[1]["items"]

    assert (run["id"], run["name"], run["metrics"]) == (served["run"], "first", {"accuracy": 0.75})
    assert {item["name"]: item["uri"] for item in models} == {"model": served["uri"], "large": served["large"]}


async def test_a_server_that_is_gone_and_one_that_is_not_set_are_said(
    ask: Any, store_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    status, answer = await ask("mlflow", "experiments")
    assert status == 502
    assert "no tracking server is set" in answer["error"]

    await ask("place", method="PUT", body={"tracking_uri": "http://127.0.0.1:9"})
    status, answer = await ask("mlflow", "experiments")

    assert status == 502
    assert "127.0.0.1:9 does not answer" in answer["error"]


async def test_no_more_than_a_few_jobs_run_at_a_time(ask: Any, served: dict[str, str]) -> None:
    from bentobook.lab.jobs import MAX_RUNNING

    started = [await _import(ask, name="big", uri=served["large"]) for _ in range(MAX_RUNNING)]

    status, answer = await ask("jobs", method="POST", body={"kind": "import", "name": "x", "uri": served["uri"]})

    assert status == 503
    assert "busy" in answer["error"]
    for job in started:
        await ask("jobs", job["id"], method="DELETE")
