"""``%bento_loadtest``: latency percentiles of an API at several rates."""

from __future__ import annotations

from bentobook.magics import expression, services, values
from bentobook.magics.grammar import Grammar, Option, Positional
from bentobook.magics.magic import Call, Magic


def _loadtest(call: Call) -> object:
    from bentobook.loadtest import loadtest

    service, api = services.find_api(call, call.given["api"])
    given = {"rps": call.given["rps"], "seconds": call.given["for"]}
    value = expression.data(call, call.given["data"])
    return loadtest(service, api, value, **{name: each for name, each in given.items() if each is not None})


LOADTEST = Magic(
    Grammar(
        "%bento_loadtest",
        (Positional("api", "api"), Positional("data", "object")),
        (
            Option("--rps", "requests a second, one rate after the other", "50,100,200", read=values.rates),
            Option("--for", "for how long each rate is kept up", "5s", read=values.seconds),
        ),
    ),
    "Send one request at several rates, from a process of its own: latency percentiles for each.",
    "bentobook.loadtest.loadtest(SVC, API, DATA, rps=, seconds=)",
    _loadtest,
)
