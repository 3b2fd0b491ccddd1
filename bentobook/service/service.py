"""The service, written as in BentoML 1.x.

::

    svc = bentobook.Service("iris", runners=[runner])

    @svc.api(input=bentobook.io.NumpyNdarray(), output=bentobook.io.NumpyNdarray())
    async def predict(rows):
        return await runner.predict.async_run(rows)

    svc.call("predict", X[:3])
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar, overload

from bentobook.errors import InvalidArgument, NoSuchRoute
from bentobook.service.api import Api, route_of
from bentobook.service.descriptors import descriptors
from bentobook.service.failures import Failures

if TYPE_CHECKING:
    from bentobook.io.base import IODescriptor
    from bentobook.runner.runner import Runner
    from bentobook.service.app import App
    from bentobook.service.metrics import Metrics
    from bentobook.service.result import CallResult
    from bentobook.store.model import Model

F = TypeVar("F", bound=Callable[..., Any])


class Service:
    """A set of APIs with the runners that they use.

    Parameters
    ----------
    name : str
        Lower-case letters, digits, ``-``, ``_`` and ``.``. A service of the same name that is live already is replaced
        when this one goes live.
    runners : iterable of Runner, optional
        They are started and stopped with the service.
    models : iterable of Model, optional
        Further models that a Bento of this service takes along.

    Attributes
    ----------
    errors : Failures
        The last requests that failed, by request id.
    """

    def __init__(
        self, name: str, *, runners: Iterable[Runner] | None = None, models: Iterable[Any] | None = None
    ) -> None:
        self.name = _checked_name(name)
        self.runners = list(runners or ())
        self.models = list(models or ())
        self.errors = Failures()
        self.revision = 0
        self._apis: dict[str, Api] = {}
        self._lock = threading.Lock()
        self._ready = False
        self._closed = False
        self._started: list[Runner] = []

    @classmethod
    def from_model(cls, source: Model | Runner, name: str | None = None, **options: Any) -> Service:
        """Make the whole service of a model: one API for each method that its runner offers.

        Parameters
        ----------
        source : Model or Runner
            The model, or a runner of it.
        name : str, optional
            The service's name; the model's when left out.
        **options : object
            For :meth:`~bentobook.store.model.Model.to_runner`.
        """
        from bentobook.service.generated import apis_of
        from bentobook.store.model import Model

        runner = source.to_runner(**options) if isinstance(source, Model) else source
        service = cls(name or runner.name, runners=[runner])
        for api in apis_of(runner):
            service._add(api)
        return service

    @property
    def apis(self) -> Mapping[str, Api]:
        """The APIs by name."""
        return MappingProxyType(self._apis)

    @overload
    def api(self, function: F) -> F: ...
    @overload
    def api(
        self,
        function: None = None,
        *,
        input: IODescriptor | None = None,
        output: IODescriptor | None = None,
        name: str | None = None,
        doc: str | None = None,
        route: str | None = None,
    ) -> Callable[[F], F]: ...
    def api(
        self,
        function: Callable[..., Any] | None = None,
        *,
        input: IODescriptor | None = None,  # noqa: A002  # BentoML's name
        output: IODescriptor | None = None,
        name: str | None = None,
        doc: str | None = None,
        route: str | None = None,
    ) -> Any:
        """Make a function an API; it stays callable as it was.

        Parameters
        ----------
        function : callable, optional
            The function, where the decorator is written without parentheses.
        input, output : IODescriptor, optional
            What its body and its answer are. What is left out is taken from the type hints, and from the signature
            of the runner's method with the API's name, or of the only runner.
        name : str, optional
            Its name; the function's when left out.
        doc : str, optional
            What its page says; the function's docstring when left out.
        route : str, optional
            Where it answers; its name when left out.

        Raises
        ------
        InvalidArgument
            When the route is taken, or cannot be.
        """

        def declare(function: F) -> F:
            called = name or function.__name__
            takes, gives = descriptors(function, called, self.runners, input, output)
            self._add(Api(called, route_of(called, route), takes, gives, function, doc))
            return function

        return declare if function is None else declare(function)

    def _add(self, api: Api) -> None:
        for other in self._apis.values():
            if other.route == api.route and other.name != api.name:
                raise InvalidArgument("route", api.route, f"a path that {other.name} does not have already")
        with self._lock:
            self._apis[api.name] = api
            self.revision += 1

    def find(self, name: str) -> Api:
        """Return an API by name or route.

        Raises
        ------
        NoSuchRoute
            When there is none.
        """
        api = self._apis.get(name) or next((each for each in self._apis.values() if each.route == name), None)
        if api is None:
            raise NoSuchRoute(self.name, name, similar=get_close_matches(name, self._apis), known=list(self._apis))
        return api

    def call(self, api: str, value: Any = None, /, **parts: Any) -> CallResult:
        """Ask an API on the path of an HTTP request, without a socket.

        Parameters
        ----------
        api : str
            Its name or route.
        value : object
            What its input descriptor takes, as a Python value.
        **parts : object
            For an input of several parts, each by name. ``params={…}`` are the model's, where the API is its method.

        Returns
        -------
        CallResult
            Value, status, where the time went, and the same request from outside. What fails is in it, too:
            its ``value`` raises the error.

        Raises
        ------
        NoSuchRoute
            When there is no such API.
        """
        from bentobook.service.call import call

        found = self.find(api)
        self.load()
        params = None if found.input.spread else parts.pop("params", None)
        return call(self, found, parts or value, params)

    @property
    def ready(self) -> bool:
        """Whether its models are loaded."""
        return self._ready

    @property
    def closed(self) -> bool:
        """Whether it was closed, and not started again."""
        return self._closed

    def load(self) -> None:
        """Start the runners; those that run already are left alone. A second time does nothing."""
        with self._lock:
            if self._ready:
                return
            for runner in self.runners:
                if runner.state != "ready":
                    runner.init_local(quiet=True)
                    self._started.append(runner)
            self._ready, self._closed = True, False

    def start(self) -> None:
        """Load, and take the place of a live service of the same name: its port, if it has one."""
        from bentobook.service import live

        self.load()
        live.publish(self)

    def close(self) -> None:
        """Stop the runners that :meth:`load` started, except those that another live service uses."""
        from bentobook.service import live

        live.withdraw(self)
        with self._lock:
            self._ready, self._closed = False, True
            started, self._started = self._started, []
        for runner in started:
            if not live.uses(runner, besides=self):
                runner.close()

    @cached_property
    def metrics(self) -> Metrics:
        """Its numbers, in a registry of their own."""
        from bentobook.service.metrics import Metrics

        return Metrics(self)

    @cached_property
    def asgi_app(self) -> App:
        """The ASGI application, for any ASGI server. Host names, origins and tokens are left to that server."""
        from bentobook.service.app import App

        return App(self)

    def openapi(self) -> dict[str, Any]:
        """Return its description as OpenAPI 3.1."""
        from bentobook.service.openapi import describe

        return describe(self)

    def __repr__(self) -> str:
        return f"Service({self.name!r}, apis={list(self._apis)}, {self.state})"

    @property
    def state(self) -> str:
        """Whether it is ready, closed or not started, in words."""
        return "closed" if self._closed else "ready" if self._ready else "not started"

    def _repr_html_(self) -> str:
        from bentobook.service import card

        return str(card.of_service(self).to_html())

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        from bentobook.service import card

        printer.text(repr(self) if cycle else card.of_service(self).to_text())


def _checked_name(name: str) -> str:
    from bentobook.store.tag import Tag

    return Tag.parse(name).name
