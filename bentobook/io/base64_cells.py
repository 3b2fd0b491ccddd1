"""Bytes in JSON: base64, as MLflow's scoring server reads and writes them."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from bentobook.errors import Problem, SchemaMismatch
from bentobook.schema.problems import told
from bentobook.schema.spec import Schema


def decode_binary(value: Any, schema: Schema, where: str) -> Any:
    """Decode the cells of binary columns, in records, in a dict of columns or of one row, and in rows.

    Raises
    ------
    SchemaMismatch
        When a cell is no base64; all of them are told.
    """
    names = [column.name for column in schema.columns]
    binary = {
        place: name
        for place, (name, spec) in enumerate(zip(names, schema.columns, strict=True))
        if spec.type == "binary"
    }
    found: list[Problem] = []
    if isinstance(value, dict):
        decoded: Any = _record(value, set(binary.values()), None, found)
    elif isinstance(value, list) and any(isinstance(each, (list, dict)) for each in value):
        decoded = [_row(each, binary, row, found) for row, each in enumerate(value)]
    elif isinstance(value, list) and len(names) == 1:
        decoded = [_cell(each, names[0], row, found) for row, each in enumerate(value)]
    else:
        decoded = value
    if found:
        raise SchemaMismatch(where, found, rows=len(value))
    return decoded


def _row(value: Any, binary: dict[int, str | None], row: int, found: list[Problem]) -> Any:
    if isinstance(value, dict):
        return _record(value, set(binary.values()), row, found)
    if not isinstance(value, list):
        return value
    return [_cell(each, binary[place], row, found) if place in binary else each for place, each in enumerate(value)]


def _record(value: dict[str, Any], binary: set[str | None], row: int | None, found: list[Problem]) -> dict[str, Any]:
    made = dict(value)
    for name in binary & value.keys():
        cell = value[str(name)]
        if isinstance(cell, list):
            made[str(name)] = [_cell(each, name, place, found) for place, each in enumerate(cell)]
        else:
            made[str(name)] = _cell(cell, name, row, found)
    return made


def _cell(value: Any, name: str | None, row: int | None, found: list[Problem]) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        found.append(Problem(loc=() if name is None else (name,), wanted="base64", got=told(value), row=row))
        return value
