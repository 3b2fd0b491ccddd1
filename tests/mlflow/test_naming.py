"""A name for the store, from what is said about a model's place."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from bentobook.errors import ImportFailed, InvalidArgument
from bentobook.mlflow import models_of_last_run, name_of

RUN = "0" * 32


@pytest.mark.parametrize(
    ("place", "name"),
    [
        ("models:/iris/3", "iris"),
        ("models:/iris@champion", "iris"),
        ("models:/My Iris/Production", "my-iris"),
        ("models:/a@b@champion", "a-b"),
        ("models:/main.shop.iris/1", "main.shop.iris"),
        (f"runs:/{RUN}/a/model", "model"),
        ("./my_model/", "my_model"),
        (Path("/x/My Model"), "my-model"),
        ("file:///x/my_model", "my_model"),
        ("s3://bucket/a/iris/", "iris"),
        (f"s3://bucket/1/{RUN}/artifacts/model", "model"),
        (f"mlflow-artifacts:/0/iris/m-{RUN}/artifacts", "iris"),
        ("https://me:secret@host/api/2.0/mlflow-artifacts/artifacts/iris?token=1", "iris"),
        (SimpleNamespace(model_uri=f"models:/m-{RUN}", name="churn"), "churn"),
    ],
    ids=str,
)
def test_a_name_is_derived_from_a_place(place, name):
    assert name_of(place) == name


def test_a_place_without_a_word_in_it_gives_no_name():
    with pytest.raises(InvalidArgument, match="Give one in front of the URI"):
        name_of("s3://0a1b2c3d0a1b2c3d0a1b2c3d0a1b2c3d")


def test_a_change_of_the_name_is_told(caplog):
    caplog.set_level("INFO", "bentobook")
    name_of("models:/My Iris/1")
    assert caplog.messages == ["The name 'My Iris' is no tag: it is stored as my-iris."]


def test_without_a_run_there_is_no_model_of_the_last_one(tracking):
    assert models_of_last_run() == {}


def test_a_last_run_that_the_server_does_not_know_is_one_sentence(tracking):
    from mlflow.tracking import fluent

    fluent._last_active_run_id.set(RUN)
    with pytest.raises(ImportFailed, match="the model of the last run: nothing is there"):
        models_of_last_run()
