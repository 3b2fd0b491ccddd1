"""What SVC and SVC.API on a magic's line mean: a variable, else a live service of this kernel, else a Bento's tag.

The variable may hold a Service or a Bento. Versions may hold dots, so SVC.API is only taken apart when all of it is no
service and no Bento.
"""

from __future__ import annotations

import difflib
import sys
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, NoReturn

from bentobook.magics import of_bento
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
    """Return the service that SVC means; that of a Bento is not started yet.

    Raises
    ------
    UsageError
        When there is none; the sentence says what is close, or how to make one.
    """
    return _of_kernel(call, text) or _of_bento(call, text) or _nothing(call, text)


def find_live(call: Call, text: str) -> Service:
    """Return the service that SVC means, where no Bento is to be loaded for it: one that is loaded already counts.

    Raises
    ------
    UsageError
        When there is none.
    """
    service = _of_kernel(call, text)
    bento = of_bento.find(call, text) if service is None else None
    service = service or (of_bento.loaded(bento) if bento else None)
    if service is None and bento is not None:
        raise call.grammar.error(f"{bento.tag} is not live in this kernel.")
    return service or _nothing(call, text)


def find_api(call: Call, text: str) -> tuple[Service, str]:
    """Return the service and the API that SVC.API means; a service with one API may leave it out.

    Raises
    ------
    UsageError
        When there is no such service or API.
    """
    service = _of_kernel(call, text)
    owner, _, api = text.rpartition(".")
    if service is None and owner and (service := _of_kernel(call, owner)):
        return _with_api(call, owner, service, api)
    if service is None:
        service = _of_bento(call, text)
    if service is None and owner and api.isidentifier():
        return _with_api(call, owner, find(call, owner), api)
    service = service or _nothing(call, text)
    if len(service.apis) != 1:
        raise call.grammar.error(f"{text} has several APIs: {', '.join(f'{text}.{each}' for each in service.apis)}.")
    return service, next(iter(service.apis))


def _of_kernel(call: Call, text: str) -> Service | None:
    services = known(call.names)
    return services.get(text) or services.get(text.replace("-", "_"))


def _of_bento(call: Call, text: str) -> Service | None:
    """Load the Bento that is meant; a variable that holds something else hides a Bento of its name."""
    bento = of_bento.find(call, text)
    if bento is None or (text in call.names and call.names[text] is not bento):
        return None
    return of_bento.service(call, text, bento)


def _with_api(call: Call, owner: str, service: Service, api: str) -> tuple[Service, str]:
    if api not in service.apis:
        raise call.grammar.error(f"{owner} has no API {api}.{_hint(api, service.apis)}")
    return service, api


def _nothing(call: Call, text: str) -> NoReturn:
    if text in call.names:
        problem = f"{text} holds a {type(call.names[text]).__name__}, not a service."
    elif ":" in text:
        problem = f"there is no Bento {text}: %bento_models --bento lists those of the store."
        raise call.grammar.error(problem)
    else:
        problem = f"there is no service {text}."
    raise call.grammar.error(f"{problem}{_hint(text, known(call.names))}")


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
