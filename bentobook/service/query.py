"""Params of a model in the query of a request: ``POST /predict?temperature=0.5&stop=a&stop=b``.

The body of an API is bare, so what a model takes beside its rows stands in the address. A value is what the type of
the param says: text as it stands, everything else as JSON writes it; a list is a name that is repeated, or one JSON
list. What is unknown or does not fit is refused where all params are checked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qs, urlencode

import orjson

from bentobook.errors import BadRequestBody
from bentobook.schema.spec import ParamSpec

MAX_FIELDS = 100
_TEXTS = frozenset({"string", "datetime"})


def read(query: bytes, specs: Sequence[ParamSpec]) -> dict[str, Any]:
    """Read the params of a request.

    Parameters
    ----------
    query : bytes
        What stands behind the question mark.
    specs : sequence of ParamSpec
        The params that the model has.

    Raises
    ------
    BadRequestBody
        When it is no query.

    >>> read(b"scale=3&stop=a&stop=b", [ParamSpec("scale", "double"), ParamSpec("stop", "string", shape=(-1,))])
    {'scale': 3, 'stop': ['a', 'b']}
    """
    try:
        given = parse_qs(query.decode(), keep_blank_values=True, errors="strict", max_num_fields=MAX_FIELDS)
    except ValueError:
        raise BadRequestBody("a query of UTF-8 with at most 100 fields", "it is none") from None
    known = {spec.name: spec for spec in specs}
    return {name: _value(known.get(name), texts) for name, texts in given.items()}


def _value(spec: ParamSpec | None, texts: list[str]) -> Any:
    if spec is None:
        return texts[0]
    if spec.shape is not None and len(texts) == 1 and texts[0].startswith("["):
        return _json(texts[0])
    values = texts if spec.type in _TEXTS else [_json(text) for text in texts]
    return values if spec.shape is not None or len(values) > 1 else values[0]


def _json(text: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return text


def write(params: Mapping[str, Any]) -> str:
    """Write params as they are read, with the question mark; ``""`` where there are none.

    >>> write({"scale": 3, "stop": ["a", "b"]})
    '?scale=3&stop=a&stop=b'
    """
    fields = {name: [_text(each) for each in _listed(value)] for name, value in params.items()}
    return f"?{urlencode(fields, doseq=True)}" if fields else ""


def _listed(value: Any) -> Sequence[Any]:
    return value if isinstance(value, (list, tuple)) else [value]


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    return orjson.dumps(value, str, orjson.OPT_SERIALIZE_NUMPY).decode()
