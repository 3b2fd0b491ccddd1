"""The Bentos of the store, as their ``bento.yaml`` describes them, with the models that they use."""

from __future__ import annotations

from typing import Any

from bentobook.errors import StoreUnreadable
from bentobook.store import bento_yaml, usage
from bentobook.store.bento_yaml import BentoInfo
from bentobook.store.layout import Layout
from bentobook.text import one_line


def bento_rows(layout: Layout) -> dict[str, Any]:
    """Return a row for each Bento, by name, the newest first, and what cannot be read."""
    found: list[tuple[str, BentoInfo]] = []
    problems: list[dict[str, str]] = []
    for tag, data, path in usage.records(layout):
        try:
            found.append((tag, bento_yaml.parse(data, path)))
        except StoreUnreadable as error:
            problems.append({"what": one_line(tag), "why": one_line(error.reason)})
    found.sort(key=lambda each: each[1].creation_time, reverse=True)
    found.sort(key=lambda each: each[1].name)
    return {"bentos": [_row(tag, info) for tag, info in found], "problems": problems}


def _row(tag: str, info: BentoInfo) -> dict[str, Any]:
    return {
        "tag": tag,
        "created": info.creation_time.isoformat(),
        "service": one_line(info.service),
        "models": [str(model) for model in info.models],
    }
