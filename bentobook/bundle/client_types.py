"""Type hints for what a JSON Schema describes, as source text; what has no name in Python is ``Any``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_SIMPLE = {"integer": "int", "number": "float", "string": "str", "boolean": "bool", "null": "None"}
ANY = "Any"


class Hints:
    """Writes type hints, and collects the records that they name.

    Attributes
    ----------
    records : dict of str to str
        The lines that define them, by name, in the order in which they are needed.
    """

    def __init__(self) -> None:
        self.records: dict[str, str] = {}

    def of(self, schema: Any, name: str) -> str:
        """Return the hint of a schema.

        Parameters
        ----------
        schema : object
            JSON Schema.
        name : str
            An identifier, for a record that has to be defined.
        """
        if not isinstance(schema, Mapping):
            return ANY
        for key in ("anyOf", "oneOf"):
            if isinstance(schema.get(key), list):
                return _union(self.of(each, name) for each in schema[key])
        kinds = schema.get("type")
        if isinstance(kinds, list):
            return _union(self.of({**schema, "type": kind}, name) for kind in kinds)
        if kinds == "array":
            return f"list[{self.of(schema.get('items'), name)}]"
        if kinds == "object":
            return self._object(schema, name)
        return _SIMPLE.get(str(kinds), ANY)

    def _object(self, schema: Mapping[str, Any], name: str) -> str:
        properties = schema.get("properties")
        if not isinstance(properties, Mapping) or not properties:
            return f"dict[str, {self.of(schema.get('additionalProperties'), name)}]"
        required = set(schema.get("required") or ())
        fields = []
        for place, (key, inner) in enumerate(properties.items()):
            hint = self.of(inner, f"{name}{place}")
            fields.append(f"{str(key)!r}: {hint if key in required else f'NotRequired[{hint}]'}")
        unique = name
        while unique in self.records:
            unique += "_"
        self.records[unique] = f"{unique} = TypedDict({unique!r}, {{{', '.join(fields)}}})"
        return unique


def _union(hints: Any) -> str:
    found = list(dict.fromkeys(hints))
    return ANY if ANY in found or not found else " | ".join(found)
