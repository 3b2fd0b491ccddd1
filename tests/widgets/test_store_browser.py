"""The store browser over a real store, driven as a front end drives it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bentobook import models
from bentobook.store.model import Model
from bentobook.widgets import StoreBrowser
from bentobook.widgets.store_browser import BENTOS

PATIENCE = 20


@pytest.fixture
def stored() -> list[Model]:
    made = []
    for name, label in (("iris", "plants"), ("fraud", "<script>")):
        with models.create(name, module="bentoml.mlflow", labels={"team": label}) as model:
            Path(model.path, "weights.bin").write_bytes(b"123")
        made.append(models.get(f"{name}:latest"))
    return made


@pytest.fixture
def browser(stored: list[Model]) -> Iterator[StoreBrowser]:
    browser = StoreBrowser()
    assert browser.wait(PATIENCE)
    yield browser
    assert browser.wait(PATIENCE)


def rows(browser: StoreBrowser) -> list[str]:
    assert browser.wait(PATIENCE)
    return [label.partition(":")[0] for label, _ in browser.select.options]


def test_it_lists_what_is_stored_and_shows_the_card_of_the_first(browser, stored):
    assert rows(browser) == ["fraud", "iris"]
    assert str(stored[1].tag) in browser.card.value
    assert "<script>" not in browser.card.value
    browser.select.index = 1
    assert browser.wait(PATIENCE)
    assert str(stored[0].tag) in browser.card.value


@pytest.mark.parametrize(
    ("typed", "found"), [("IRIS", ["iris"]), ("team=plants", ["iris"]), ("mlflow", ["fraud", "iris"]), ("no", [])]
)
def test_every_word_of_the_search_must_fit(browser, typed, found):
    browser.search.value = typed
    assert rows(browser) == found


def test_a_version_is_verified_and_exported(browser, stored, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    browser.verify.click()
    assert browser.wait(PATIENCE)
    assert str(stored[1].verify()) in browser.said.value
    browser.export.click()
    assert browser.wait(PATIENCE)
    assert next(path.name for path in tmp_path.glob("fraud*")) in browser.said.value


def test_deleting_asks_and_then_deletes(browser, stored):
    browser.delete.click()
    browser.keep.click()
    assert rows(browser) == ["fraud", "iris"]
    browser.delete.click()
    assert browser.delete.layout.display == "none"
    browser.sure.click()
    assert rows(browser) == ["iris"]
    assert "deleted" in browser.said.value
    assert [model.tag for model in models.list()] == [stored[0].tag]


def test_what_is_gone_meanwhile_is_said(browser, stored):
    models.delete(stored[1].tag)
    browser.sure.click()
    assert browser.wait(PATIENCE)
    assert "bb-bad" in browser.said.value


def test_bentos_have_a_list_of_their_own(browser):
    browser.kind.value = BENTOS
    assert rows(browser) == []
    assert browser.verify.disabled
