"""Pages of a tracking server."""

from __future__ import annotations

import mlflow
import pytest

from bentobook.errors import ImportFailed, InvalidArgument
from bentobook.mlflow import browse


def test_pages_follow_each_other_by_token(tracking: str) -> None:
    client = mlflow.MlflowClient()
    names = [f"model_{n:02d}" for n in range(browse.PAGE_SIZE + 3)]
    for name in names:
        client.create_registered_model(name)

    first = browse.registered_models()
    second = browse.registered_models(token=first.token)

    assert [item["name"] for item in (*first.items, *second.items)] == names
    assert len(first.items) == browse.PAGE_SIZE
    assert second.token is None


def test_a_search_finds_parts_of_names_and_takes_quotes(tracking: str) -> None:
    mlflow.create_experiment("bob's flowers")

    assert [item["name"] for item in browse.experiments("BOB'S").items] == ["bob's flowers"]
    assert browse.registered_models("nothing like it").items == ()


def test_a_search_with_both_quotes_is_refused(tracking: str) -> None:
    with pytest.raises(InvalidArgument, match="without one of"):
        browse.experiments("'\"")


def test_runs_come_newest_first_with_their_metrics(tracking: str) -> None:
    experiment = mlflow.create_experiment("two")
    for name in ("old", "new"):
        with mlflow.start_run(run_name=name, experiment_id=experiment):
            mlflow.log_metric("score", 1.5)

    found = browse.runs(experiment).items

    assert [run["name"] for run in found] == ["new", "old"]
    assert found[0]["metrics"] == {"score": 1.5}


def test_a_token_that_is_none_is_refused(tracking: str) -> None:
    with pytest.raises(InvalidArgument, match="token of a page"):
        browse.registered_models(token="b:!")


def test_a_server_that_does_not_answer_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:9")

    with pytest.raises(ImportFailed, match=r"127\.0\.0\.1:9 does not answer"):
        browse.experiments()
