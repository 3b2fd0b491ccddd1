"""A service that needs no model framework: it doubles numbers, in batches."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from plain_io import doubling

from bentobook import Service
from bentobook.service import live


@pytest.fixture
def svc() -> Iterator[Service]:
    service = doubling()
    yield service
    service.close()


@pytest.fixture(autouse=True)
def nothing_stays_live() -> Iterator[None]:
    before = live.services()
    yield
    for name, service in live.services().items():
        if before.get(name) is not service:
            service.close()
