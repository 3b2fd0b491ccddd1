"""``%bento_parity``: the same rows through every door of a service."""

from __future__ import annotations

from bentobook.magics import cases, expression, services, values
from bentobook.magics.grammar import Grammar, Option, Positional
from bentobook.magics.magic import Call, Magic


def _parity(call: Call) -> object:
    from bentobook.bundle import parity

    given = call.given
    service, api = services.find_api(call, given["api"])
    data = expression.data(call, given["data"])
    against = expression.evaluate(call, given["against"]) if given["against"] else None
    return parity.of(service, api, data, against=against, tolerance=cases.tolerance_of(call))


PARITY = Magic(
    Grammar(
        "%bento_parity",
        (Positional("api", "api"), Positional("data", "object")),
        (
            Option("--against", "the object in memory", "OBJ", kind="variable"),
            Option("--rtol", "how far numbers may be off, relative to the expected", "X", read=values.number),
            Option("--atol", "how far numbers may be off, absolutely", "X", read=values.number),
        ),
    ),
    "Send the same rows through every door: object, pyfunc, stored model, runner, HTTP.",
    "bentobook.bundle.parity.of(SVC, API, DATA, against=)",
    _parity,
)
