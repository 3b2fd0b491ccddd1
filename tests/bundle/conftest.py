"""A notebook of the test's own, models of a few bytes, and Bentos of a few files."""

from __future__ import annotations

import linecache
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from cell_notebook import Notebook

from bentobook import models
from bentobook.bundle.bento import Bento
from bentobook.bundle.store import BentoStore
from bentobook.store.bento_yaml import BentoInfo
from bentobook.store.model import Model


@pytest.fixture
def notebook() -> Iterator[Notebook]:
    """Give an empty notebook, and forget its cells afterwards."""
    before = dict(linecache.cache)
    yield Notebook()
    linecache.cache.clear()
    linecache.cache.update(before)


@pytest.fixture
def make_model() -> Callable[[str], Model]:
    """Store a model of one file; nothing in it is ever loaded."""

    def make(tag: str = "iris:v1", text: str = "weights") -> Model:
        with models.create(tag, module="bentoml.sklearn") as model:
            (model.path / "saved_model.pkl").write_text(text)
        return models.get(model.tag)

    return make


@pytest.fixture
def make_bento() -> Callable[..., Bento]:
    """Store a Bento of two files, bound to models."""

    def make(tag: str = "svc:v1", *bound: Model) -> Bento:
        store = BentoStore()
        with store.draft(tag) as draft:
            draft.write("src/service.py", b"svc = None\n")
            draft.write("README.md", b"# svc\n")
            entries = [
                {"tag": str(model.tag), "module": model.info.module, "creation_time": "2026-01-01"} for model in bound
            ]
            info = BentoInfo(
                draft.tag,
                "service:svc",
                {"owner": "ada"},
                datetime.now(UTC),
                rest={"services": [{"name": "svc", "service": "", "models": entries}], "spec": 2},
                private={"models": {str(model.tag): model.digest for model in bound}, "apis": ["predict"]},
            )
            entry = draft.publish_record(info)
        return Bento(store.layout, draft.tag, entry=entry)

    return make
