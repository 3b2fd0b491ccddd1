"""The fields of a form, derived from a JSON Schema: what a person fills in instead of writing JSON.

A schema has fields when its values are flat: an object, or a list of objects (the records of a frame), whose members
are numbers, texts, booleans or choices. A member that is none of these is a field that takes JSON.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from bentobook.errors import InvalidArgument

Kind = Literal["number", "integer", "boolean", "string", "choice", "json"]
_KINDS: dict[str, Kind] = {"number": "number", "integer": "integer", "boolean": "boolean", "string": "string"}
MAX_FIELDS = 60


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form.

    Attributes
    ----------
    name : str
        The column or property.
    kind : str
        What it takes: ``number``, ``integer``, ``boolean``, ``string``, ``choice`` or ``json``.
    required : bool
        Whether it must be filled in.
    nullable : bool
        Whether an empty field may be sent as null.
    choices : tuple
        The values of a choice.
    hint : str
        What is shown in the empty field.
    """

    name: str
    kind: Kind
    required: bool = True
    nullable: bool = False
    choices: tuple[Any, ...] = ()
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Layout:
    """The fields of a value, and what is around them.

    Attributes
    ----------
    fields : tuple of Field
        In the order of the schema.
    listed : bool
        Whether the value is a list of such objects, of which the form shows the first.
    """

    fields: tuple[Field, ...]
    listed: bool


def layout_of(schema: Mapping[str, Any]) -> Layout | None:
    """Derive the fields of a schema.

    Parameters
    ----------
    schema : mapping
        JSON Schema, with local references.

    Returns
    -------
    Layout or None
        None where a form would not help: nested arrays, free texts, more than 60 fields.
    """
    whole = _resolved(schema, schema)
    listed = whole.get("type") == "array"
    inner = _resolved(whole.get("items") or {}, schema) if listed else whole
    properties = inner.get("properties")
    if not isinstance(properties, Mapping) or not 0 < len(properties) <= MAX_FIELDS:
        return None
    required = set(inner.get("required", ()))
    fields = tuple(
        _field(str(name), _resolved(each, schema), required=name in required) for name, each in properties.items()
    )
    return Layout(fields, listed)


def _resolved(part: Any, root: Mapping[str, Any]) -> Mapping[str, Any]:
    """Follow local references; what is no schema says nothing."""
    for _ in range(8):
        reference = part.get("$ref") if isinstance(part, Mapping) else None
        if not isinstance(reference, str) or not reference.startswith("#/"):
            break
        part = root
        for step in reference[2:].split("/"):
            part = part.get(step, {}) if isinstance(part, Mapping) else {}
    return part if isinstance(part, Mapping) else {}


def _field(name: str, schema: Mapping[str, Any], *, required: bool) -> Field:
    options = [each for each in schema.get("anyOf", (schema,)) if isinstance(each, Mapping)]
    types = [kind for each in options for kind in _types(each)]
    nullable = "null" in types
    known = [kind for kind in types if kind != "null"]
    choices = tuple(value for each in options for value in each.get("enum", ()) if value is not None)
    hint = str(schema.get("format") or schema.get("description") or "")
    if choices:
        return Field(name, "choice", required, nullable, choices, hint)
    kind = _KINDS.get(known[0], "json") if len(set(known)) == 1 else "json"
    return Field(name, kind, required, nullable, (), hint or kind)


def _types(schema: Mapping[str, Any]) -> Sequence[str]:
    kind = schema.get("type", ())
    return (kind,) if isinstance(kind, str) else tuple(kind)


def text_of(value: Any, field: Field) -> str:
    """Write a value into a field that is typed in; nothing for null."""
    if value is None:
        return ""
    if field.kind == "string" and isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)


def value_of(written: str, field: Field) -> Any:
    """Read what was typed into a field.

    Parameters
    ----------
    written : str
        The content of the field.
    field : Field
        What it takes.

    Returns
    -------
    object
        The JSON value; None for an empty field that may be empty.

    Raises
    ------
    InvalidArgument
        When a number, boolean or JSON cannot be read, or a required one is empty.
    """
    if field.kind == "string":
        return None if not written and not field.required else written
    if not written.strip() and not field.required:
        return None
    try:
        value = json.loads(written)
    except ValueError:
        raise InvalidArgument(field.name, written, _wanted(field)) from None
    if value is None and field.nullable:
        return None
    if field.kind in ("number", "integer") and (isinstance(value, bool) or not isinstance(value, int | float)):
        raise InvalidArgument(field.name, written, _wanted(field))
    if field.kind == "integer" and isinstance(value, float):
        raise InvalidArgument(field.name, written, _wanted(field))
    return value


def _wanted(field: Field) -> str:
    wanted = {"integer": "a whole number", "number": "a number"}.get(field.kind, "JSON")
    return f"{wanted}, or null" if field.nullable else wanted


def row_of(example: Any, layout: Layout) -> Mapping[str, Any]:
    """Take from an example the object that the form shows: itself, or the first of a list; columns are one row."""
    if layout.listed and isinstance(example, Sequence) and not isinstance(example, str) and example:
        example = example[0]
    return example if isinstance(example, Mapping) else {}


def body_of(row: Mapping[str, Any], layout: Layout) -> Any:
    """Make the body of a request of what the form holds: optional fields that are empty are left out."""
    kept = {field.name: row[field.name] for field in layout.fields if field.required or row.get(field.name) is not None}
    return [kept] if layout.listed else kept
