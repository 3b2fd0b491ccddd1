"""Import MLflow where an interrupt cannot reach it.

An interrupt is raised in the main thread. One that falls into ``import mlflow`` leaves the package half made, and every
later import of it fails until the kernel is restarted. So a thread imports it while the main thread waits: the wait can
be interrupted, the import goes on, and the next cell finds it whole.
"""

from __future__ import annotations

import importlib
import sys
import threading
from contextlib import suppress

_DATABASES = ("sqlite", "postgresql", "mysql", "mssql")
_OF_DATABASES = ("mlflow.store.tracking.sqlalchemy_store", "mlflow.store.model_registry.sqlalchemy_store")


def for_import(place: object, *, lineage: bool) -> None:
    """Import what fetching a model from ``place`` needs; a local folder alone needs nothing of MLflow."""
    from bentobook.mlflow import objects, tracking

    if "mlflow" in sys.modules:  # perhaps only half, by the thread of a cell that was interrupted
        _in_thread("mlflow")
    is_remote = place is None or bool(objects.to_source(place).scheme)
    if is_remote or (lineage and tracking.is_set()):
        _in_thread("mlflow", "mlflow.store.artifact.artifact_repository_registry", stores=True)


def for_save(module: str) -> None:
    """Import the module of MLflow that is about to save an object."""
    _in_thread(module)


def for_load() -> None:
    """Import what loading a model of MLflow needs."""
    _in_thread("mlflow.pyfunc")


def _in_thread(*modules: str, stores: bool = False) -> None:
    if all(map(_is_whole, modules)):
        return
    thread = threading.Thread(target=_import, args=(modules, stores), name="bentobook-import", daemon=True)
    thread.start()
    thread.join()


def _is_whole(name: str) -> bool:
    module = sys.modules.get(name)
    return module is not None and not getattr(module.__spec__, "_initializing", False)


def _import(modules: tuple[str, ...], stores: bool) -> None:
    """Import modules one after the other; what fails here fails again, with its error, where it is needed."""
    with suppress(Exception):
        for name in modules:
            importlib.import_module(name)
        if stores and sys.modules["mlflow"].get_tracking_uri().startswith(_DATABASES):
            for name in _OF_DATABASES:
                importlib.import_module(name)
