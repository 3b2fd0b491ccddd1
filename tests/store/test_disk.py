"""Equal content counts once on the disk and in each version of the list."""

from __future__ import annotations

from pathlib import Path

import bentobook
from bentobook.store import disk
from bentobook.store.store import Store


def _save(tag: str, data: bytes) -> None:
    with bentobook.models.create(tag) as draft:
        Path(draft.path_of("file.bin")).write_bytes(data)


def test_shared_content_is_counted_once() -> None:
    data = bytes(range(256)) * 1000
    for tag in ("a:v1", "a:v2"):
        _save(tag, data)

    use = disk.usage(Store().layout)

    assert use.logical - use.physical == use.shared == len(data)


def test_a_store_that_is_not_there_uses_nothing(tmp_path: Path) -> None:
    use = disk.usage(Store(tmp_path / "none").layout)

    assert (use.logical, use.physical, use.unfinished, use.set_aside) == (0, 0, 0, 0)
