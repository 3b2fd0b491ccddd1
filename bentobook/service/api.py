"""One API: a function with a name, a route and two IO descriptors."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from bentobook.errors import BadRequestBody, InvalidArgument
from bentobook.io.base import IODescriptor
from bentobook.runner.calls import RunnerMethod
from bentobook.schema.spec import ParamSpec

RESERVED = frozenset(
    {
        *("/", "/livez", "/readyz", "/healthz", "/metrics", "/docs", "/docs.json", "/static"),
        *("/invocations", "/ping", "/health", "/version"),
    }
)
_ROUTE = re.compile(r"(?:/[A-Za-z0-9._~-]+)+")


@dataclass(frozen=True)
class Api:
    """A function that answers requests.

    Attributes
    ----------
    name : str
        The function's name.
    route : str
        Where it answers, with a leading slash.
    input, output : IODescriptor
        What its body and its answer are.
    func : callable
        The user's function, ``def`` or ``async def``.
    said : str, optional
        What its page says; the function's docstring where it is None.
    method : RunnerMethod, optional
        The runner's method, of an API that does nothing but ask it.
    """

    name: str
    route: str
    input: IODescriptor
    output: IODescriptor
    func: Callable[..., Any]
    said: str | None = None
    method: RunnerMethod | None = None

    @cached_property
    def is_async(self) -> bool:
        """Whether the function is a coroutine function."""
        return inspect.iscoroutinefunction(self.func)

    @property
    def doc(self) -> str:
        """What its page says."""
        return self.said if self.said is not None else inspect.getdoc(self.func) or ""

    @cached_property
    def params(self) -> tuple[ParamSpec, ...]:
        """What callers may set beside the value: the params of the model, where the API does nothing but ask it."""
        schema = self.method.schema if self.method is not None else None
        return schema.params if schema is not None else ()

    def ask(self, value: Any, params: Mapping[str, Any] | None = None) -> Any:
        """Call the function: an answer, or a coroutine that gives one.

        Raises
        ------
        BadRequestBody
            When there are params, and the function is one of the user's.
        """
        if params:
            if self.method is None:
                raise BadRequestBody("what this API takes", "it has params, and the API is a function that takes none")
            return self.func(value, params=params)
        return self.func(**value) if self.input.spread else self.func(value)


def route_of(name: str, route: str | None) -> str:
    """Return the path of an API: its name, or what the user chose.

    Raises
    ------
    InvalidArgument
        When it is no path, or one that every service answers itself.
    """
    path = "/" + (name if route is None else route).strip("/")
    if not _ROUTE.fullmatch(path):
        raise InvalidArgument("route", route, "a path of letters, digits, '-', '_', '.' and '~'")
    if path in RESERVED or path.startswith("/static/"):
        raise InvalidArgument("route", path, "a path that the service does not use itself", hint="Choose another name.")
    return path
