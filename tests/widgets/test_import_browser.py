"""The import browser against a real MLflow server, driven as a front end drives it."""

from __future__ import annotations

import threading
import uuid
from dataclasses import dataclass

import mlflow
import mlflow_state
import pytest
from sklearn.dummy import DummyRegressor

from bentobook import models
from bentobook.mlflow import browse
from bentobook.widgets import ImportBrowser, import_form
from bentobook.widgets.import_browser import LOGGED

PATIENCE = 60


@dataclass
class Known:
    """What this test put on the server."""

    word: str
    experiment: str
    uri: str

    @property
    def registered(self) -> str:
        return f"{self.word} <b>1"


@pytest.fixture(scope="module")
def known(tracking_server: str) -> Known:
    """Log and register a model under a word that no other test uses."""
    word = f"zz{uuid.uuid4().hex[:8]}"
    with mlflow_state.tracking_at(tracking_server):
        experiment = mlflow.create_experiment(f"{word} tries")
        with mlflow.start_run(experiment_id=experiment, run_name="first"):
            mlflow.log_metric("score", 0.5)
            regressor = DummyRegressor().fit([[0], [1]], [0, 1])
            info = mlflow.sklearn.log_model(regressor, name="model", pip_requirements=["scikit-learn"])
        made = Known(word, experiment, info.model_uri)
        for _ in range(2):
            mlflow.register_model(info.model_uri, made.registered)
        mlflow.MlflowClient().set_registered_model_alias(made.registered, "champion", 1)
    return made


@pytest.fixture
def browser(on_server: str, known: Known) -> ImportBrowser:
    browser = ImportBrowser()
    browser.models.search.value = known.word
    assert browser.wait(PATIENCE)
    return browser


def rows(listing) -> list[str]:
    return [label for label, _ in listing.select.options]


def test_a_registered_model_is_found_and_its_version_imported_with_labels(browser, known):
    assert rows(browser.models)[0].startswith(f"{known.registered} · version 2 · @champion 1")
    assert [row.split(" · ")[0] for row in rows(browser.versions)] == ["version 2", "version 1"]
    browser.versions.select.index = 1
    assert browser.wait(PATIENCE)
    assert browser.form.uri.value == f"models:/{known.registered}/1"

    browser.form.labels.value = "team=plants, stage=dev"
    browser.form.batchable.value = True
    browser.form.start.click()
    assert browser.form.wait(PATIENCE)

    assert browser.model is not None
    assert browser.model.tag in [each.tag for each in models.list()]
    assert browser.model.info.labels["team"] == "plants"
    assert browser.model.methods["predict"].batchable
    assert browser.form.bar.value == 1.0
    assert str(browser.model.tag) in browser.form.said.value
    assert f"imported {browser.model.tag}" in repr(browser)


def test_an_experiment_leads_to_its_runs_and_their_models(browser, known):
    browser.where.value = LOGGED
    browser.experiments.search.value = known.word
    assert browser.wait(PATIENCE)
    assert rows(browser.experiments)[0].startswith(f"{known.word} tries")
    assert rows(browser.runs)[0].startswith("first · score 0.5")
    assert browser.form.uri.value == known.uri
    browser.runs.search.value = "nobody ran this"
    assert browser.wait(PATIENCE)
    assert rows(browser.runs) == rows(browser.logged) == []
    assert browser.form.uri.value == ""


def test_a_cancelled_import_stores_nothing(browser, known, monkeypatch):
    reached, go_on = threading.Event(), threading.Event()
    first = import_form.ImportForm._progress

    def slow(form, done, total):
        reached.set()
        assert go_on.wait(PATIENCE)
        first(form, done, total)

    monkeypatch.setattr(import_form.ImportForm, "_progress", slow)
    browser.form.start.click()
    assert reached.wait(PATIENCE)
    browser.form.cancel.click()
    go_on.set()
    assert browser.form.wait(PATIENCE)
    assert "Cancelled; nothing was stored." in browser.form.said.value
    assert list(models.list()) == []
    assert not browser.form.start.disabled


def test_pages_are_turned_forth_and_back(browser, known, monkeypatch):
    monkeypatch.setattr(browse, "PAGE_SIZE", 1)
    browser.versions.reload()
    assert browser.wait(PATIENCE)
    assert [rows(browser.versions)[0][:9], browser.versions.back.disabled] == ["version 2", True]
    browser.versions.more.click()
    assert browser.wait(PATIENCE)
    assert rows(browser.versions)[0].startswith("version 1")
    browser.versions.back.click()
    assert browser.wait(PATIENCE)
    assert rows(browser.versions)[0].startswith("version 2")


@pytest.mark.parametrize(
    ("field", "text", "said"),
    [
        ("labels", "no equal sign", "KEY=VALUE"),
        ("uri", "", "choose one above"),
        ("uri", "models:/nobody/<1>", "nobody"),
        ("name", "not a tag", "not-a-tag"),
    ],
)
def test_what_cannot_be_imported_is_said_as_text(browser, field, text, said):
    getattr(browser.form, field).value = text
    browser.form.start.click()
    assert browser.form.wait(PATIENCE)
    assert said in browser.form.said.value
    assert "<1>" not in browser.form.said.value
    assert list(models.list()) == []


def test_a_server_that_is_gone_is_one_sentence(monkeypatch):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:9")
    browser = ImportBrowser()
    assert browser.wait(PATIENCE)
    assert "does not answer" in browser.view.children[0].value
    assert "nothing imported yet" in repr(browser)
