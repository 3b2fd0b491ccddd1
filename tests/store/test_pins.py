"""Pins: while a Bento is served, the newest version of a name is the one of its build."""

from __future__ import annotations

import threading

import pytest

from bentobook import models
from bentobook.errors import NotFound
from bentobook.store import pins
from bentobook.store.layout import Layout
from bentobook.store.store import Store
from bentobook.store.tag import Tag


def _make(*tags: str) -> None:
    for tag in tags:
        with models.create(tag) as model:
            (model.path / "data.txt").write_text(tag)


def test_a_pinned_name_means_its_version_inside_the_block_only() -> None:
    _make("iris:v1", "iris:v2")

    with pins.held(Store().layout, [Tag("iris", "v1")]):
        assert {str(models.get(text).tag) for text in ("iris", "iris:latest", "iris:v1")} == {"iris:v1"}
        assert models.get("iris:v2").tag.version == "v2"

    assert models.get("iris").tag.version == "v2"


def test_a_pinned_model_may_lie_outside_of_the_store(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BENTOML_HOME", str(tmp_path / "bento"))
    _make("iris:v1")
    monkeypatch.setenv("BENTOML_HOME", str(tmp_path / "empty"))

    with pytest.raises(NotFound, match="iris"):
        models.get("iris")
    with pins.held(Layout(tmp_path / "bento"), [Tag("iris", "v1")]):
        assert models.get("iris").path == tmp_path / "bento" / "models" / "iris" / "v1"


def test_a_process_that_holds_pins_holds_them_in_every_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pins, "_held", {})
    _make("iris:v1", "iris:v2")
    pins.hold(Store().layout, [Tag("iris", "v1")])
    seen: list[Tag] = []

    thread = threading.Thread(target=lambda: seen.append(models.get("iris").tag))
    thread.start()
    thread.join()

    assert seen == [Tag("iris", "v1")]
