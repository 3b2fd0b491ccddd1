"""What the tests of the store share: a store, and a quick way to put a model into it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bentobook.store.model import Model
from bentobook.store.model_yaml import new_info
from bentobook.store.store import Store

Save = Callable[..., Model]


@pytest.fixture
def store(store_home: Path) -> Store:
    return Store(store_home)


@pytest.fixture
def save(store: Store) -> Save:
    """Give a function that stores a small model under a tag."""

    def save(tag: str, data: bytes = b"hello", *, keep_time: bool = False, **fields: object) -> Model:
        created = fields.pop("created", None)
        with store.draft(tag) as draft:
            draft.write("data/weights.bin", data)
            info = new_info(draft.tag, module="bentoml.mlflow", **fields)
            if created is not None:
                object.__setattr__(info, "creation_time", created)
            return draft.publish(info, keep_time=keep_time)

    return save


@pytest.fixture
def snapshot(store: Store) -> Callable[[], dict[str, bytes | None]]:
    """Give a function that reads everything a reader can see: all under ``models/``, and what waits in ours."""

    def snapshot() -> dict[str, bytes | None]:
        seen = [*store.layout.models.rglob("*"), *store.layout.staging.glob("*"), *store.layout.trash.glob("*")]
        return {str(path): path.read_bytes() if path.is_file() else None for path in seen}

    return snapshot
