"""The routes that every service has beside its APIs: probes, metrics, its description."""

from __future__ import annotations

from collections.abc import Callable
from difflib import get_close_matches
from importlib.metadata import version
from typing import TYPE_CHECKING

import orjson

from bentobook.errors import MethodNotAllowed, NoSuchRoute
from bentobook.service import metrics, pages
from bentobook.service.problem import JSON, Answer

if TYPE_CHECKING:
    from bentobook.service.served import Served

PLAIN = b"text/plain; charset=utf-8"
READS = ("GET", "HEAD")


class Routes:
    """What is answered beside the APIs.

    Parameters
    ----------
    service : Service
        What is described.
    draining : callable
        Tells whether the server is about to stop.
    """

    def __init__(self, service: Served, draining: Callable[[], bool]) -> None:
        self._service = service
        self._draining = draining
        self._reads: dict[str, Callable[[], Answer]] = {
            "/livez": _alive,
            "/healthz": _alive,
            "/readyz": self._readyz,
            "/ping": self._readyz,
            "/health": self._readyz,
            "/metrics": self._metrics,
            "/docs.json": self._description,
            "/version": _version,
        }

    def answer(self, method: str, path: str) -> Answer:
        """Answer a request that no API answers.

        Raises
        ------
        NoSuchRoute
            When there is nothing at this path.
        MethodNotAllowed
            When there is, for another method.
        """
        read = self._reads.get(path)
        if read is None and path not in pages.PATHS:
            raise self._nothing_at(path)
        if method not in READS:
            raise MethodNotAllowed(method, path, READS)
        return read() if read is not None else pages.page(path)

    def _nothing_at(self, path: str) -> NoSuchRoute:
        service = self._service
        known = [api.route for api in service.apis.values()]
        return NoSuchRoute(service.name, path[:200], similar=get_close_matches(path, known), known=known)

    def _readyz(self) -> Answer:
        if self._draining():
            return Answer(503, b"The service is stopping.\n", PLAIN)
        if not self._service.ready:
            return Answer(503, b"Runners are not ready.\n", PLAIN, [(b"retry-after", b"1")])
        return _alive()

    def _metrics(self) -> Answer:
        return Answer(200, self._service.metrics.text(), metrics.CONTENT_TYPE)

    def _description(self) -> Answer:
        return Answer(200, orjson.dumps(self._service.openapi(), default=str), JSON)


def _version() -> Answer:
    """Name MLflow's version, which is what its clients ask for."""
    return Answer(200, version("mlflow-skinny").encode(), PLAIN)


def _alive() -> Answer:
    return Answer(200, b"\n", PLAIN)
