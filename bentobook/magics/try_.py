"""``%bento_try``: a form for a service, with the answer to its first example."""

from __future__ import annotations

import json
from importlib.util import find_spec
from typing import TYPE_CHECKING

from bentobook.magics import services
from bentobook.magics.grammar import Grammar, Positional
from bentobook.magics.magic import Call, Magic

if TYPE_CHECKING:
    from bentobook.service.service import Service


def _try(call: Call) -> object:
    service = services.find(call, call.given["svc"])
    if find_spec("ipywidgets") is None:
        return _first_answer(service)
    from bentobook.widgets.tester import try_

    return try_(service, call.names)


def _first_answer(service: Service) -> object:
    """Send the first example that there is: all that can be done where there are no forms."""
    from bentobook.service.call import send

    service.load()
    for api in service.apis.values():
        if (example := api.input.example()) is not None:
            return send(service, api, json.dumps(example).encode(), "application/json")
    return service


TRY = Magic(
    Grammar("%bento_try", (Positional("svc", "service"),)),
    "Try a service in a form: choose an example, edit, send, read the answer.",
    "bentobook.widgets.try_(SVC)",
    _try,
)
