"""Records as JSON: a short row for the list, and all that the panel shows of one version."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from bentobook.errors import StoreUnreadable
from bentobook.schema.spec import Schema, Signature
from bentobook.store import needs, usage
from bentobook.store.card_record import (
    files_of,
    flavors,
    is_claimed,
    lineage,
    mapping,
    sequence,
    signature,
    words,
)
from bentobook.store.card_values import short
from bentobook.store.model import Model
from bentobook.store.scan import Entry
from bentobook.store.store import ModelList, Store
from bentobook.text import one_line

MAX_ROWS = 500
MAX_CELL = 300


def list_rows(found: ModelList) -> dict[str, Any]:
    """Return the list, newest first within a name, and what cannot be read."""
    return {
        "models": [_row(model.summary) for model in found],
        "problems": [{"what": one_line(each.tag_or_path), "why": one_line(each.reason)} for each in found.problems],
    }


def _row(entry: Entry) -> dict[str, Any]:
    return {
        "tag": f"{entry.tag.name}:{entry.tag.version}",
        "created": entry.creation_time,
        "module": (module := _framework(entry.module)),
        "frameworks": entry.flavors or ((module,) if module else ()),
        "size": entry.size,
        "labels": dict(entry.labels),
    }


@lru_cache(maxsize=256)
def _framework(module: str) -> str:
    """Name the framework; thousands of rows name the same few modules."""
    return one_line(module.rpartition(".")[2])


def details(store: Store, model: Model) -> dict[str, Any]:
    """Return everything that the panel shows of one version; no file of the model is opened."""
    files = files_of(model)
    where = lineage(model)
    private = model.info.private
    return {
        **_row(model.summary),
        "size": model.size,
        "digest": words(private.get("digest")),
        "flavors": [one_line(f"{name} {version}") for name, version in flavors(model).items()],
        "source": one_line(where.get("source_uri") or "", MAX_CELL),
        "claimed": is_claimed(model, files),
        "run": one_line(mapping(where.get("run")).get("name") or ""),
        "loads": [_load(mapping(each)) for each in sequence(private.get("loads_with"))],
        "methods": [{"name": one_line(name), "batchable": each.batchable} for name, each in model.methods.items()],
        "signature": _signature(signature(model)),
        "metrics": _pairs(mapping(where.get("metrics"))),
        "params": _pairs(mapping(where.get("params"))),
        "metadata": _pairs(model.info.metadata),
        "needs": [
            {"name": one_line(need.name), "wanted": one_line(need.wanted), "met": need.met, "note": one_line(need.note)}
            for need in needs.check(map(str, sequence(private.get("requirements"))))
        ],
        "files": []
        if files is None or isinstance(files, StoreUnreadable)
        else [{"path": one_line(file.path), "size": file.size} for file in files.files[:MAX_ROWS]],
        "used_by": list(usage.bentos_using(store.layout, model.tag)),
    }


def _load(entry: Mapping[str, Any]) -> dict[str, Any]:
    runs_code = entry.get("runs_code") is not False
    return {"format": one_line(entry.get("format") or "unknown"), "runs_code": runs_code}


def _pairs(values: Mapping[Any, Any]) -> list[list[str]]:
    return [[one_line(key), short(value, MAX_CELL)] for key, value in list(values.items())[:MAX_ROWS]]


def _signature(found: Signature | None) -> dict[str, Any] | None:
    if found is None:
        return None
    params = [
        {"name": one_line(each.name), "type": f"{each.describe()}, default {short(each.default)}"}
        for each in found.params
    ]
    return {"inputs": _columns(found.inputs), "outputs": _columns(found.outputs), "params": params}


def _columns(schema: Schema | None) -> list[dict[str, Any]]:
    if schema is None:
        return []
    every = [(each.name, each.describe(), each.required) for each in schema.columns[:MAX_ROWS]]
    every += [(each.name, each.describe(), True) for each in schema.tensors[:MAX_ROWS]]
    return [
        {"name": one_line(name or ""), "type": one_line(kind), "required": required} for name, kind, required in every
    ]
