"""Schemas as JSON Schema (draft 2020-12, which OpenAPI 3.1 uses), for documentation and for generated clients."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from bentobook.schema.spec import ColumnSpec, ParamSpec, Schema, TensorSpec

_INT32: Final = {"type": "integer", "minimum": -(2**31), "maximum": 2**31 - 1}
_INT64: Final = {"type": "integer", "minimum": -(2**63), "maximum": 2**63 - 1}
_TYPES: Final[dict[str, dict[str, Any]]] = {
    "boolean": {"type": "boolean"},
    "integer": {**_INT32, "format": "int32"},
    "long": {**_INT64, "format": "int64"},
    "float": {"type": "number", "format": "float"},
    "double": {"type": "number", "format": "double"},
    "string": {"type": "string"},
    "binary": {"type": "string", "contentEncoding": "base64"},
    "datetime": {"type": "string", "description": "A date or time without a zone, such as 2024-12-31T23:59:00."},
    "any": {},
}
_DEFS: Final = "#/$defs/"
_TIGHT: Final = frozenset({"additionalProperties", "required", "minItems", "maxItems", "minimum", "maximum"})
_NUMBERS: Final[dict[str, dict[str, Any]]] = {
    "b": {"type": "boolean"},
    "f": {"type": ["number", "null"]},
    "U": {"type": "string"},
    "S": {"type": "string"},
    "M": {"type": ["string", "null"]},
}


def of_schema(schema: Schema | None) -> dict[str, Any]:
    """Describe rows of columns, an array, or an object of named arrays; without a schema, anything.

    >>> of_schema(Schema(columns=(ColumnSpec("a", "string"),)))["items"]["required"]
    ['a']
    """
    if schema is None or not (schema.columns or schema.tensors):
        return {}
    if schema.tensors:
        return _of_tensors(schema.tensors)
    return {"type": "array", "items": _of_row(schema.columns)}


def of_answer(schema: Schema | None) -> dict[str, Any]:
    """Describe what a model gives: any value may be null, and there may be more than is recorded."""
    described = of_schema(schema)
    loosened: dict[str, Any] = _loosened(described)
    return loosened


def _loosened(part: Any) -> Any:
    if isinstance(part, list):
        return [_loosened(each) for each in part]
    if not isinstance(part, dict):
        return part
    kept = {key: _loosened(each) for key, each in part.items() if key not in _TIGHT}
    kind = kept.get("type")
    if isinstance(kind, str) and kind not in {"array", "object"}:
        kept["type"] = [kind, "null"]
    return kept


def of_array(dtype: str | None, shape: Sequence[int] | None) -> dict[str, Any]:
    """Describe a nested list; ``-1`` in the shape is any length.

    >>> of_array("bool", (-1, 2))["items"]["items"]
    {'type': 'boolean'}
    """
    described = _of_dtype(dtype)
    if shape is None:
        return {"type": "array", "items": {}} if dtype is None else {"type": "array", "items": {}, "description": dtype}
    for length in reversed(shape):
        described = {"type": "array", "items": described}
        if length >= 0:
            described |= {"minItems": length, "maxItems": length}
    return described


def of_column(spec: ColumnSpec) -> dict[str, Any]:
    """Describe one value of a column; it may be null where the column is optional, or holds floats."""
    described = _of_type(spec)
    if (not spec.required or spec.type in {"float", "double"}) and "type" in described:
        described["type"] = [described["type"], "null"]
    return described


def of_param(spec: ParamSpec) -> dict[str, Any]:
    """Describe a param with its default.

    >>> of_param(ParamSpec("stop", "string", ["."], (-1,)))
    {'type': 'array', 'items': {'type': 'string'}, 'default': ['.']}
    """
    one = {"type": "object"} if spec.type == "object" else dict(_TYPES.get(spec.type, {}))
    described = one if spec.shape is None else {"type": "array", "items": one}
    return described if spec.default is None else {**described, "default": spec.default}


def _of_row(columns: Sequence[ColumnSpec]) -> dict[str, Any]:
    if columns[0].name is not None:
        return _object(columns)
    if len(columns) == 1:
        return of_column(columns[0])
    n = len(columns)
    return {"type": "array", "prefixItems": [of_column(each) for each in columns], "minItems": n, "maxItems": n}


def _object(parts: Sequence[ColumnSpec]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {str(each.name): of_column(each) for each in parts},
        "required": [str(each.name) for each in parts if each.required],
        "additionalProperties": False,
    }


def _of_type(spec: ColumnSpec) -> dict[str, Any]:
    if spec.type == "array":
        return {"type": "array", "items": of_column(spec.items) if spec.items else {}}
    if spec.type == "map":
        return {"type": "object", "additionalProperties": of_column(spec.values) if spec.values else True}
    if spec.type == "object":
        return _object(spec.properties)
    return dict(_TYPES.get(spec.type, {}))


def _of_tensors(tensors: Sequence[TensorSpec]) -> dict[str, Any]:
    if tensors[0].name is None:
        return of_array(tensors[0].dtype, tensors[0].shape)
    parts = {str(each.name): of_array(each.dtype, each.shape) for each in tensors}
    return {"type": "object", "properties": parts, "required": list(parts), "additionalProperties": False}


def _of_dtype(name: str | None) -> dict[str, Any]:
    if name is None:
        return {}
    import numpy as np

    dtype = np.dtype(name)
    if dtype.kind in "iu":
        info = np.iinfo(dtype)
        return {"type": "integer", "minimum": int(info.min), "maximum": int(info.max)}
    return dict(_NUMBERS.get(dtype.kind, {}))


def inline(described: dict[str, Any]) -> dict[str, Any]:
    """Put what ``$defs`` names where it is named, so that a schema can stand inside a larger document.

    A type that holds itself is described once; within itself it is anything.

    >>> inline({"items": {"$ref": "#/$defs/A"}, "$defs": {"A": {"type": "string"}}})
    {'items': {'type': 'string'}}
    """
    parts = described.get("$defs", {})
    made: dict[str, Any] = _inlined({key: each for key, each in described.items() if key != "$defs"}, parts, ())
    return made


def _inlined(part: Any, parts: dict[str, Any], within: tuple[str, ...]) -> Any:
    if isinstance(part, list):
        return [_inlined(each, parts, within) for each in part]
    if not isinstance(part, dict):
        return part
    name = str(part.get("$ref", "")).removeprefix(_DEFS)
    rest = {key: _inlined(each, parts, within) for key, each in part.items() if key not in {"$ref", "discriminator"}}
    if name in within or name not in parts:
        return rest
    return {**_inlined(parts[name], parts, (*within, name)), **rest}
