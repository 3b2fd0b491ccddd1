"""``%bento_monitor``: the batches of a runner or a service, live."""

from __future__ import annotations

from typing import Any

from bentobook._optional import require
from bentobook.magics import services
from bentobook.magics.grammar import Grammar, Positional
from bentobook.magics.magic import Call, Magic


def _monitor(call: Call) -> object:
    what = _what(call, call.given["what"])
    require("anywidget", feature="%bento_monitor", extra="notebook")
    from bentobook.widgets.batch_monitor import monitor

    return monitor(what)


def _what(call: Call, text: str) -> Any:
    """Return the runner in a variable, else the service that SVC means."""
    value = call.names.get(text)
    return value if services.is_runner(value) else services.find(call, text)


MONITOR = Magic(
    Grammar("%bento_monitor", (Positional("what", "runner"),)),
    "Watch the batches of a runner or a service while they run.",
    "bentobook.widgets.monitor(RUNNER or SVC)",
    _monitor,
)
