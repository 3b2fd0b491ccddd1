"""``%bento_serve`` and ``%bento_stop``: a service over HTTP, from this kernel."""

from __future__ import annotations

from dataclasses import dataclass

from bentobook.magics import services, values
from bentobook.magics.grammar import Grammar, Option, Positional
from bentobook.magics.magic import Call, Magic


@dataclass(frozen=True)
class Stopped:
    """What ``%bento_stop`` stopped."""

    names: tuple[str, ...]

    def __repr__(self) -> str:
        return f"Stopped {', '.join(self.names)}." if self.names else "Nothing was live."


def _serve(call: Call) -> object:
    import bentobook

    service = services.find(call, call.given["svc"])
    given = {name: call.given[name] for name in ("port", "host") if call.given[name] is not None}
    return bentobook.serve(service, **given, token=call.given["token"] or None)


def _stop(call: Call) -> object:
    from bentobook.bundle import cell_service
    from bentobook.service import live

    name = call.given["svc"]
    found = list(live.services().values()) if name == "all" else [services.find_live(call, name)]
    for service in found:
        service.close()
        cell_service.forget(service)
    return Stopped(tuple(service.name for service in found))


SERVE = Magic(
    Grammar(
        "%bento_serve",
        (Positional("svc", "service"),),
        (
            Option("--port", "where it listens: 3000, or 0 for any that is free", "N", short="-p", read=values.port),
            Option("--host", "the address; others than this machine need a token", "H"),
            Option("--token", "make a token up that callers must bring"),
        ),
    ),
    "Serve a service over HTTP, for as long as this kernel lives.",
    "bentobook.serve(SVC, port=)",
    _serve,
)
STOP = Magic(
    Grammar("%bento_stop", (Positional("svc", "service"),)),
    "Stop a service: its server and its runners; all stops every one.",
    "svc.close()",
    _stop,
)
