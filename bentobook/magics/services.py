"""What SVC and SVC.API on a magic's line mean: a variable that holds a Service, else a live service of this kernel."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from bentobook.magics.magic import Call

if TYPE_CHECKING:
    from bentobook.service.service import Service

_MODULE, _RUNNERS = "bentobook.service.service", "bentobook.runner.runner"


def is_service(value: object) -> bool:
    """Tell whether a variable holds a Service, without importing anything."""
    module = sys.modules.get(_MODULE)
    return module is not None and isinstance(value, module.Service)


def is_runner(value: object) -> bool:
    """Tell whether a variable holds a Runner, without importing anything."""
    module = sys.modules.get(_RUNNERS)
    return module is not None and isinstance(value, module.Runner)


def known(names: Mapping[str, object]) -> dict[str, Service]:
    """Return the services of this kernel: those in variables, then the live ones by name."""
    if _MODULE not in sys.modules:
        return {}
    from bentobook.service import live
    from bentobook.service.service import Service

    every: dict[str, object] = {**live.services(), **names}
    return {name: value for name, value in every.items() if isinstance(value, Service)}


def find(call: Call, text: str) -> Service:
    """Return the service that SVC means.

    Raises
    ------
    UsageError
        When there is none; the sentence says what is close, or how to make one.
    """
    services = known(call.names)
    service = services.get(text) or services.get(text.replace("-", "_"))
    if service is not None:
        return service
    if text in call.names:
        problem = f"{text} holds a {type(call.names[text]).__name__}, not a service."
    else:
        problem = f"there is no service {text}."
    raise call.grammar.error(f"{problem}{_hint(text, services)}")


def find_api(call: Call, text: str) -> tuple[Service, str]:
    """Return the service and the API that SVC.API means; a service with one API may leave it out.

    Raises
    ------
    UsageError
        When there is no such service or API.
    """
    services = known(call.names)
    owner, dot, api = text.rpartition(".")
    if text not in services and dot:
        service = find(call, owner)
        if api not in service.apis:
            raise call.grammar.error(f"{owner} has no API {api}.{_hint(api, service.apis)}")
        return service, api
    service = find(call, text)
    if len(service.apis) != 1:
        raise call.grammar.error(f"{text} has several APIs: {', '.join(f'{text}.{each}' for each in service.apis)}.")
    return service, next(iter(service.apis))


def _hint(text: str, choices: Iterable[str]) -> str:
    every = sorted(choices)
    near = difflib.get_close_matches(text, every, n=1)
    if near:
        return f" Did you mean {near[0]}?"
    return (
        f" There {'is' if len(every) == 1 else 'are'} {', '.join(every)}."
        if every
        else " Make one: %%bento_service NAME."
    )


def names_of_services(names: Iterable[tuple[str, object]]) -> list[str]:
    """Return what completion proposes for SVC."""
    return sorted(known(dict(names)))


def names_of_watched(names: Iterable[tuple[str, object]]) -> list[str]:
    """Return what completion proposes where a runner or a service may stand."""
    every = dict(names)
    return sorted({*known(every), *(name for name, value in every.items() if is_runner(value))})


def names_of_apis(names: Iterable[tuple[str, object]], typed: str) -> list[str]:
    """Return what completion proposes for SVC.API."""
    services = known(dict(names))
    del typed
    return sorted(f"{name}.{api}" for name, service in services.items() for api in service.apis)
