"""A notebook of the test's own, models of a few bytes, and Bentos of a few files."""

from __future__ import annotations

import linecache
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

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


SERVICE = """\
import numpy as np

import bentobook
from helpers import scaled

runner = bentobook.models.get("iris:latest").to_runner()
svc = bentobook.Service("iris_svc", runners=[runner])


@svc.api(input=bentobook.io.NumpyNdarray(), output=bentobook.io.NumpyNdarray())
def predict(rows):
    return runner.predict.run(scaled(rows))
"""


def _save_iris(tag: str = "iris:v1", classes: tuple[int, int] = (0, 1)) -> Model:
    """Save a tiny tree; another order of the classes makes another answer."""
    from sklearn.tree import DecisionTreeClassifier

    import bentobook

    tree = DecisionTreeClassifier(random_state=0).fit([[0.0, 0.0], [1.0, 1.0]], list(classes))
    return bentobook.sklearn.save_model(tag, tree)


@pytest.fixture
def iris() -> Model:
    """Save the model that the project's service serves."""
    return _save_iris()


@pytest.fixture
def flip() -> Callable[[str], Model]:
    """Save a newer version that gives the opposite answer."""
    return lambda tag: _save_iris(tag, (1, 0))


@pytest.fixture
def project(tmp_path: Path, iris: Model, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a project with a service in two files, and go there."""
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "service.py").write_text(SERVICE)
    (folder / "helpers.py").write_text("import scipy\n\n\ndef scaled(rows):\n    return rows\n")
    (folder / "notes.txt").write_text("not asked for")
    monkeypatch.chdir(folder)
    return folder
