"""A whole service from a model's record: one API for each method, with the schema of its signature.

Nothing is done to a value but to check it, so it travels in the form in which it is merged with others: no DataFrame
is built for a single request.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterator, Mapping
from typing import Any

from bentobook.io.inference import infer
from bentobook.runner.calls import RunnerMethod
from bentobook.runner.runner import Runner
from bentobook.service.api import Api, route_of


def apis_of(runner: Runner) -> Iterator[Api]:
    """Make the APIs of a runner."""
    for name, method in runner.methods.items():
        route = name.strip("_")
        schema = method.schema
        takes, gives = infer(
            inputs=schema.inputs if schema is not None else None,
            outputs=schema.outputs if schema is not None else None,
            label=f"{name} of {runner.owner}",
            form="direct",
            sample=method.example,
        )
        yield Api(route, route_of(route, None), takes, gives, _asking(method), f"Ask {name} of {runner.owner}.", method)


def _asking(method: RunnerMethod) -> Callable[[Any], Coroutine[Any, Any, Any]]:
    async def ask(value: Any, params: Mapping[str, Any] | None = None) -> Any:
        return await method.async_run(value, params=params)

    return ask
