"""The Bentos of the store, as their ``bento.yaml`` describes them, with the models that they use."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bentobook.errors import StoreUnreadable
from bentobook.store import safe_yaml, usage
from bentobook.store.layout import Layout
from bentobook.text import one_line

_MAX_BYTES = 16 << 20


def bento_rows(layout: Layout) -> dict[str, Any]:
    """Return a row for each Bento, by name, the newest first, and what cannot be read."""
    rows: list[dict[str, Any]] = []
    problems: list[dict[str, str]] = []
    for tag, data, path in usage.records(layout):
        try:
            rows.append(_row(tag, data, path))
        except StoreUnreadable as error:
            problems.append({"what": one_line(tag), "why": one_line(error.reason)})
    rows.sort(key=lambda row: str(row["created"]), reverse=True)
    rows.sort(key=lambda row: str(row["tag"]).partition(":")[0])
    return {"bentos": rows, "problems": problems}


def _row(tag: str, data: bytes, path: Path) -> dict[str, Any]:
    values = safe_yaml.load(data, path, max_bytes=_MAX_BYTES)
    fields = values if isinstance(values, dict) else {}
    created = fields.get("creation_time") or ""
    return {
        "tag": tag,
        "created": created.isoformat() if hasattr(created, "isoformat") else one_line(created),
        "service": one_line(fields.get("service") or ""),
        "models": sorted({str(model) for model in usage.tags_in(values)}),
    }
