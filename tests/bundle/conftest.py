"""A notebook of the test's own."""

from __future__ import annotations

import linecache
from collections.abc import Iterator

import pytest
from cell_notebook import Notebook


@pytest.fixture
def notebook() -> Iterator[Notebook]:
    """Give an empty notebook, and forget its cells afterwards."""
    before = dict(linecache.cache)
    yield Notebook()
    linecache.cache.clear()
    linecache.cache.update(before)
