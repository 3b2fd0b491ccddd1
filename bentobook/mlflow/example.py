"""An example of a model's input, small enough to be kept in its record.

MLflow writes ``input_example.json`` in the shape of its own readers and, since 2.16, ``serving_input_example.json`` as
a body for its scoring server. Both become the bare value: a list of records for a table, a nested list for an array.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bentobook.mlflow.mlmodel import MLmodel

LARGEST = 16 << 10  # bytes as JSON
_LARGEST_FILE = 8 << 20
_BODIES = ("dataframe_split", "dataframe_records", "instances", "inputs")


def read(mlmodel: MLmodel, folder: Path) -> Any:
    """Read the example that a model brings.

    Parameters
    ----------
    mlmodel : MLmodel
        It names the file.
    folder : pathlib.Path
        The model's folder.

    Returns
    -------
    object
        A JSON value of at most 16 KiB, cut to its first rows where it is longer; ``None`` where there is none.
    """
    info = mlmodel.fields.get("saved_input_example_info")
    info = info if isinstance(info, Mapping) else {}
    for key, usual in (("artifact_path", "input_example.json"), ("serving_input_path", "serving_input_example.json")):
        name = info.get(key)
        value = _load(folder / (name if isinstance(name, str) else usual))
        if value is None:
            continue
        own = info.get("type") == "json_object" and key == "artifact_path" and "params" not in value
        return shorten(value if own else bare(value))
    return None


def of_value(example: object) -> Any:
    """Turn an example that a user gave into the value that is kept, or ``None`` where JSON cannot hold it."""
    try:
        if hasattr(example, "to_json"):
            by_record = {"orient": "records"} if hasattr(example, "columns") else {}
            return shorten(json.loads(example.to_json(date_format="iso", **by_record)))
        plain = _plain(example)
        return shorten(json.loads(json.dumps(plain, allow_nan=False)))
    except (TypeError, ValueError, OverflowError, RecursionError):
        return None


def bare(value: Any) -> Any:
    """Take an example out of the wrapping that MLflow put around it.

    >>> bare({"columns": ["a", "b"], "data": [[1, 2]]})
    [{'a': 1, 'b': 2}]
    >>> bare({"inputs": [[1.0]], "params": {"k": 1}})
    [[1.0]]
    """
    if not isinstance(value, dict):
        return value
    keys = set(value) - {"params"}
    for body in _BODIES:
        if keys == {body}:
            return bare(value[body])
    if keys <= {"index", "columns", "data"} and isinstance(value.get("data"), list):
        columns = value.get("columns")
        return [dict(zip(map(str, columns), row, strict=False)) for row in value["data"]] if columns else value["data"]
    return value


def shorten(value: Any) -> Any:
    """Cut a value to as many first rows as fit into 16 KiB; what has no rows and is larger is ``None``."""
    if _size(value) <= LARGEST:
        return value
    if not isinstance(value, list):
        return None
    kept: list[Any] = []
    room = LARGEST - 2
    for row in value:
        room -= _size(row) + 2
        if room < 0:
            break
        kept.append(row)
    return kept or None


def _size(value: Any) -> int:
    return len(json.dumps(value))


def _load(file: Path) -> Any:
    try:
        if file.stat().st_size > _LARGEST_FILE:
            return None
        return _without_nan(json.loads(file.read_bytes()))
    except (OSError, ValueError, RecursionError):
        return None


def _without_nan(value: Any) -> Any:
    """Python's reader takes NaN, which is no JSON: it stands for a missing value."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, list):
        return [_without_nan(each) for each in value]
    if isinstance(value, dict):
        return {key: _without_nan(each) for key, each in value.items()}
    return value


def _plain(value: Any) -> Any:
    if hasattr(value, "tolist"):
        return value.tolist()
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, (list, tuple)) else value
