"""Every framework's fitted model, one test each; and a process that has told and made nothing yet."""

from __future__ import annotations

import importlib

import framework_models
import pytest
from framework_models import Fitted

from bentobook.store import trust


@pytest.fixture(params=framework_models.NAMES)
def fitted(request) -> Fitted:
    return framework_models.fitted(request.param)


@pytest.fixture
def face(fitted):
    """Give the module that people import."""
    return importlib.import_module(f"bentobook.{fitted.name}")


@pytest.fixture
def stranger(monkeypatch):
    """Forget what this process made: its models are then as those of another process."""

    def forget():
        monkeypatch.setattr(trust, "_own", set())
        monkeypatch.setattr(trust, "_noticed", set())

    return forget
