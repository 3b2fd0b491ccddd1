"""Forms and drawings in the notebook, over plain functions that work without them."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bentobook.widgets.batch_monitor import BatchMonitor, monitor
    from bentobook.widgets.import_browser import ImportBrowser
    from bentobook.widgets.store_browser import StoreBrowser
    from bentobook.widgets.tester import ServiceForm, try_

__all__ = ["BatchMonitor", "ImportBrowser", "ServiceForm", "StoreBrowser", "monitor", "try_"]

_NAMES = {
    "BatchMonitor": "batch_monitor",
    "ImportBrowser": "import_browser",
    "ServiceForm": "tester",
    "StoreBrowser": "store_browser",
    "monitor": "batch_monitor",
    "try_": "tester",
}


def __getattr__(name: str) -> object:
    if name not in _NAMES:
        raise AttributeError(f"module 'bentobook.widgets' has no attribute {name!r}")
    return getattr(importlib.import_module(f"bentobook.widgets.{_NAMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
