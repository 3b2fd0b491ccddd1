"""Example values and numbers as a card writes them: short, and on one line."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeGuard

from bentobook import text as plain

if TYPE_CHECKING:
    from bentobook.schema.spec import Schema

MAX_VALUE = 40
_SMALL, _LARGE = 0.001, 1_000_000
# How an example may be wrapped, as in the body of a call to a model server.
_WRAPPERS = ("dataframe_split", "dataframe_records", "inputs", "instances")


def short(value: object, limit: int = MAX_VALUE) -> str:
    """Write a value in a few characters.

    >>> short(0.1 + 0.2), short([[5.1, 3.5]]), short("setosa")
    ('0.3', '[[5.1, 3.5]]', 'setosa')
    """
    if isinstance(value, str):
        return plain.one_line(value, limit)
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, (Mapping, Sequence)) and not isinstance(value, bytes):
        return plain.one_line(json.dumps(value, ensure_ascii=False, default=str), limit)
    return plain.one_line(value, limit)


def score(value: object) -> str:
    """Write a metric: three decimals where they say something.

    >>> score(0.97333), score(1.0), score(0.00001234)
    ('0.973', '1', '1.234e-05')
    """
    if not isinstance(value, float):
        return short(value)
    text = f"{value:.3f}".rstrip("0").rstrip(".")
    return text if value == 0 or _SMALL <= abs(value) < _LARGE else f"{value:.4g}"


def of_first_row(example: object, schema: Schema) -> dict[str | None, Any]:
    """Find the value of each column, or of each tensor, in an input example.

    Parameters
    ----------
    example : object
        A JSON value: ``{"columns": …, "data": …}``, records, lists of columns, a nested list, or one value.
    schema : Schema
        What the model takes.

    Returns
    -------
    dict
        Values under the names of columns and tensors; what is not found is left out.
    """
    while isinstance(example, Mapping) and len(example) == 1 and next(iter(example)) in _WRAPPERS:
        example = next(iter(example.values()))
    if schema.tensors:
        return _of_tensors(example, schema)
    if isinstance(example, Mapping):
        return _of_mapping(example)
    first = example[0] if _is_list(example) and example else example
    if isinstance(first, Mapping):
        return dict(first)
    if _is_list(first):
        return dict(zip((column.name for column in schema.columns), first, strict=False))
    return {schema.columns[0].name: first} if len(schema.columns) == 1 and first is not None else {}


def _of_tensors(example: object, schema: Schema) -> dict[str | None, Any]:
    if isinstance(example, Mapping):
        return dict(example)
    return {schema.tensors[0].name: example} if len(schema.tensors) == 1 and example is not None else {}


def _of_mapping(example: Mapping[str, Any]) -> dict[str | None, Any]:
    columns, data = example.get("columns"), example.get("data")
    if _is_list(columns) and _is_list(data):
        return dict(zip(map(str, columns), data[0], strict=False)) if data and _is_list(data[0]) else {}
    return {name: value[0] if _is_list(value) and value else value for name, value in example.items()}


def _is_list(value: object) -> TypeGuard[Sequence[Any]]:
    return isinstance(value, Sequence) and not isinstance(value, (str, bytes))
