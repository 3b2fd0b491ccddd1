"""What the fault tests do to a store, as functions that travel to a fork by name."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

NAME = "kill"
OLD, NEW = f"{NAME}:v1", f"{NAME}:v2"
# A file larger than one chunk of a copy, small ones, one of equal content, an empty one, a folder.
FILES = {"big.bin": 1_300_000, "a.txt": 100, "same.txt": 100, "empty": 0, "deep/er/b.bin": 5000}
MLMODEL = """\
flavors:
  python_function:
    loader_module: mlflow.sklearn
    model_path: big.bin
    python_version: 3.11.0
mlflow_version: 3.0.0
model_uuid: 0123456789abcdef0123456789abcdef
utc_time_created: '2026-01-01 00:00:00.000000'
"""

PRELOAD = (
    "bentobook.models", "bentobook.mlflow.importer", "bentobook.store.store", "bentobook.store.gc",
    "bentobook.store.verify", "yaml", "blake3", "filelock", "sqlite3", "json", "shutil", "tempfile", "tarfile", "lzma",
    "concurrent.futures.thread", "ctypes", "getpass", "importlib.metadata", "platform", "socket", "uuid",
)  # fmt: skip


def make_model(folder: Path) -> Path:
    """Write a folder that looks like a small MLflow model; nothing in it is ever loaded."""
    for name, size in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes((b"0123456789" * (size // 10 + 1))[:size])
    (folder / "MLmodel").write_text(MLMODEL)
    return folder


def _enter(home: str) -> None:
    """Turn to a store; what counts as a large file there is small enough to be copied many times."""
    os.environ["BENTOML_HOME"] = home
    from bentobook.store import copy_file

    copy_file.LARGE, copy_file.CHUNK = 1 << 20, 1 << 18


def save(home: str, source: str, tag: str) -> str:
    """Save a model through ``models.create``."""
    _enter(home)
    from bentobook import models

    with models.create(tag, module="bentoml.sklearn", labels={"who": tag}) as model, _callers_own():
        for path in sorted(Path(source).rglob("*")):
            target = Path(model.path_of(str(path.relative_to(source))))
            if path.is_dir():
                target.mkdir(parents=True, exist_ok=True)
            else:
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(path.read_bytes())
    return str(model.tag)


class CallersOwnError(OSError):
    """What failed was a call of the code in the ``with`` block, not one of the store."""


@contextmanager
def _callers_own() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise CallersOwnError(error.errno, error.strerror) from error


def import_model(home: str, source: str, tag: str) -> str:
    """Import a local MLflow model."""
    _enter(home)
    from bentobook import mlflow

    return str(mlflow.import_model(tag, source, labels={"who": tag}).tag)


def delete(home: str, _source: str, tag: str) -> str:
    """Delete a model."""
    _enter(home)
    from bentobook import models

    models.delete(tag)
    return tag


def list_models(home: str, _source: str, _tag: str) -> list[str]:
    """List a store."""
    _enter(home)
    from bentobook import models

    return sorted(str(model.tag) for model in models.list())


def get(home: str, _source: str, tag: str) -> str:
    """Get a model and read what it says about itself."""
    _enter(home)
    from bentobook import models

    model = models.get(tag)
    return f"{model.tag} {model.info.labels}"


def collect(home: str) -> None:
    """Collect the garbage of a store as if everything in it were old."""
    _enter(home)
    from bentobook.store import gc
    from bentobook.store.store import Store

    gc.collect(Store(home).layout, min_age_s=0)


def half_a_save(home: str, _source: str, tag: str) -> str:
    """Begin a save, never end it, and return the folder in which it lies."""
    _enter(home)
    from bentobook.store.store import Store

    draft = Store(home).draft(tag)
    draft.__enter__()
    draft.write("data.txt", b"secret")
    path = str(draft.path)
    draft.__class__.__exit__ = draft.__class__.__del__ = lambda *_: None
    return path


def rehearse(source: str) -> None:
    """Do everything once in a store that is thrown away, so that nothing has to be imported later."""
    with tempfile.TemporaryDirectory() as home:
        for tag, verb in {OLD: save, NEW: import_model}.items():
            verb(home, source, tag)
        list_models(home, source, OLD)
        get(home, source, NAME)
        delete(home, source, OLD)
