"""What the parts around a service know of it; :class:`bentobook.service.service.Service` is such."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from bentobook.runner.runner import Runner
from bentobook.service.api import Api
from bentobook.service.failures import Failures
from bentobook.service.metrics import Metrics


class Served(Protocol):
    """A service as its applications, servers and cards see it.

    Attributes
    ----------
    name : str
        Its name.
    runners : list of Runner
        What it starts and stops.
    errors : Failures
        The last requests that failed.
    revision : int
        Grows when an API is added or replaced.
    """

    name: str
    runners: list[Runner]
    errors: Failures
    revision: int

    @property
    def apis(self) -> Mapping[str, Api]:
        """The APIs by name."""

    @property
    def ready(self) -> bool:
        """Whether its models are loaded."""

    @property
    def closed(self) -> bool:
        """Whether it was closed."""

    @property
    def state(self) -> str:
        """Whether it is ready, in words."""

    @property
    def metrics(self) -> Metrics:
        """Its numbers."""

    def load(self) -> None:
        """Start the runners."""

    def close(self) -> None:
        """Stop the runners."""

    def openapi(self) -> dict[str, Any]:
        """Describe it."""
