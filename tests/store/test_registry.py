from __future__ import annotations

import sys

import pytest

from bentobook.errors import InvalidArgument
from bentobook.store import registry
from bentobook.store.tag import Tag


@pytest.mark.parametrize("module", registry.LOADERS)
def test_every_module_of_the_table_can_load(module):
    assert callable(registry.loader_of(Tag("iris", "v1"), module).load_model)


def test_what_a_file_says_is_looked_up_and_never_imported():
    with pytest.raises(InvalidArgument, match="saved with module antigravity"):
        registry.loader_of(Tag("iris", "v1"), "antigravity")
    assert "antigravity" not in sys.modules
