"""Which models the Bentos of the store refer to."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from bentobook.errors import StoreUnreadable
from bentobook.store import bento_yaml, safe_yaml
from bentobook.store.kind import BENTO_YAML, BENTOS
from bentobook.store.layout import Layout
from bentobook.store.tag import Tag


def bentos_using(layout: Layout, tag: Tag) -> tuple[str, ...]:
    """Return the Bentos that refer to a model.

    A record that cannot be parsed counts when the tag stands in it: rather one delete too few.
    """
    needle = str(tag).encode()
    found = []
    for bento, data, path in records(layout):
        if needle not in data:
            continue
        try:
            values = safe_yaml.load(data, path, max_bytes=BENTOS.max_bytes)
        except StoreUnreadable:
            found.append(bento)
            continue
        if tag in set(bento_yaml.tags_in(values)):
            found.append(bento)
    return tuple(found)


def records(layout: Layout) -> Iterator[tuple[str, bytes, Path]]:
    """Read the record of each Bento: its tag, the bytes, and where they lie."""
    for name in _folders(layout.bentos):
        for version in _folders(layout.bentos / name):
            path = layout.bentos / name / version / BENTO_YAML
            try:
                data = path.read_bytes()
            except FileNotFoundError:
                continue
            except OSError as error:
                raise StoreUnreadable(path, error.strerror or str(error)) from error
            yield f"{name}:{version}", data, path


def _folders(folder: Path) -> list[str]:
    try:
        with os.scandir(folder) as found:
            return sorted(entry.name for entry in found if entry.is_dir())
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        raise StoreUnreadable(folder, error.strerror or str(error)) from error
