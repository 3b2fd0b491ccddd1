"""The examples that a tester offers: the recorded one, rows of frames in the kernel, and requests that were sent."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from bentobook.errors import BentobookError
from bentobook.widgets import fields

if TYPE_CHECKING:
    import pandas as pd

    from bentobook.service.api import Api

MAX_FRAMES = 8


@dataclass(frozen=True, slots=True)
class Example:
    """Something to send.

    Attributes
    ----------
    name : str
        How the list calls it.
    make : callable
        Returns the JSON value; run when the example is chosen.
    """

    name: str
    make: Callable[[], Any]


def examples_of(api: Api, names: Mapping[str, Any]) -> list[Example]:
    """List the examples of an API.

    Parameters
    ----------
    api : Api
        The API.
    names : mapping of str to object
        The user's variables; frames that have the columns of the API are offered row by row.
    """
    recorded = api.input.example()
    known = [] if recorded is None else [Example("input example", lambda: recorded)]
    return [*known, *_rows(api, names)]


def _rows(api: Api, names: Mapping[str, Any]) -> list[Example]:
    """Offer the first and a random row of each frame; pandas is not loaded for it."""
    layout = fields.layout_of(api.input.json_schema())
    if layout is None:
        return []
    wanted = {field.name for field in layout.fields if field.required}
    found = []
    for name, value in names.items():
        if not name.startswith("_") and type(value).__name__ == "DataFrame" and len(value) and wanted <= set(value):
            found.append(Example(f"{name}.iloc[:1]", partial(_first, api, value)))
            found.append(Example(f"{name}.sample(1)", partial(_random, api, value)))
    return found[: 2 * MAX_FRAMES]


def _first(api: Api, frame: pd.DataFrame) -> Any:
    return plain(api, frame.iloc[:1])


def _random(api: Api, frame: pd.DataFrame) -> Any:
    return plain(api, frame.sample(1))


def plain(api: Api, value: Any) -> Any:
    """Turn a value of an API's input into the JSON that a client would send; None where there is none."""
    try:
        return json.loads(api.input.encode(api.input.check(value)).body)
    except (BentobookError, TypeError, ValueError):
        return None
