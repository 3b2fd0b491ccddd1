"""What the fault tests do to the Bentos of a store, as functions that travel to a fork by name."""

from __future__ import annotations

import os
from pathlib import Path

NAME = "svc"
OLD, NEW = f"{NAME}:v1", f"{NAME}:v2"
MODEL = "iris:v1"

PRELOAD = (
    "bentobook.bentos", "bentobook.models", "bentobook.bundle.building", "bentobook.bundle.archive_read",
    "bentobook.bundle.archive_write", "bentobook.bundle.verify", "bentobook.store.gc", "bentobook.store.verify",
    "bentobook.store.create", "yaml", "blake3", "filelock", "sqlite3", "json", "shutil", "tempfile", "tarfile", "lzma",
    "concurrent.futures.thread", "ctypes", "getpass", "importlib.metadata", "platform", "socket", "uuid",
)  # fmt: skip


def _enter(home: str) -> None:
    os.environ["BENTOML_HOME"] = home


def save_model(home: str) -> None:
    """Store the model that the Bentos are bound to."""
    _enter(home)
    from bentobook import models

    with models.create(MODEL, module="bentoml.sklearn") as model:
        (model.path / "saved_model.pkl").write_bytes(b"weights")


def build(home: str, _archive: str, tag: str) -> str:
    """Write a Bento of a plan that needs no service."""
    _enter(home)
    from bentobook import models
    from bentobook.bundle import building
    from bentobook.bundle.docker import Image
    from bentobook.bundle.plan import Plan, Source
    from bentobook.bundle.requirements import Needs
    from bentobook.bundle.wheel import Wheel

    name, _, version = tag.partition(":")
    plan = Plan(
        name=name,
        version=version,
        service="service:svc",
        service_name=name,
        apis={"predict": "/predict"},
        openapi={"openapi": "3.1.0"},
        sources={"service.py": Source(b"svc = None\n", "the service")},
        models=(models.get(MODEL),),
        needs=Needs(),
        wheel=Wheel("bentobook-0-py3-none-any.whl", b"not really a wheel", ()),
        image=Image("3.12"),
    )
    return str(building.write(plan).tag)


def export(home: str, archive: str, tag: str) -> str:
    """Export a Bento."""
    _enter(home)
    from bentobook import bentos

    return str(bentos.export_bento(tag, archive))


def import_archive(home: str, archive: str, _tag: str) -> str:
    """Import the archive of a Bento, with its model."""
    _enter(home)
    from bentobook import bentos

    return str(bentos.import_bento(archive).tag)


def delete(home: str, _archive: str, tag: str) -> str:
    """Delete a Bento."""
    _enter(home)
    from bentobook import bentos

    return str(bentos.delete(tag))


def collect(home: str) -> None:
    """Collect the garbage of a store as if everything in it were old."""
    _enter(home)
    from bentobook.store import gc
    from bentobook.store.store import Store

    gc.collect(Store(home).layout, min_age_s=0)


def tags(home: Path) -> set[str]:
    """Return the Bentos that a fresh reader sees."""
    from bentobook.bundle.store import BentoStore

    return {str(bento.tag) for bento in BentoStore(home).list()}


def ailments(home: Path) -> list[str]:
    """Return everything that is wrong with the Bentos of a store as their readers see it."""
    from bentobook.bundle.store import BentoStore

    store = BentoStore(home)
    listed = store.list()
    wrong = [f"problem: {problem}" for problem in listed.problems]
    wrong += [str(found) for bento in listed if not (found := bento.verify(deep=True)).ok]
    if listed and store.get(NAME).tag != listed[0].tag:
        wrong.append(f"latest is {store.get(NAME).tag}, not {listed[0].tag}")
    return wrong
