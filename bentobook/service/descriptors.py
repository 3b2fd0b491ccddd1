"""The descriptors of an API that its author left out: from type hints, and from the signature of the model behind."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from bentobook.io.base import IODescriptor
from bentobook.io.inference import infer
from bentobook.runner.calls import RunnerMethod
from bentobook.runner.runner import Runner


def descriptors(
    function: Callable[..., Any],
    name: str,
    runners: Iterable[Runner],
    given: IODescriptor | None = None,
    gives: IODescriptor | None = None,
) -> tuple[IODescriptor, IODescriptor]:
    """Return what an API takes and gives.

    Parameters
    ----------
    function : callable
        The API.
    name : str
        Its name: where a runner has a method of this name, its signature counts.
    runners : iterable of Runner
        Those of the service.
    given, gives : IODescriptor, optional
        What its author wrote.
    """
    if given is not None and gives is not None:
        return given, gives
    method = method_for(name, list(runners))
    schema = method.schema if method is not None else None
    # What a function returns is the model's answer only where it is named as the model's method is.
    same = method is not None and method.name == name
    takes, returns = infer(
        function,
        inputs=schema.inputs if schema is not None else None,
        outputs=schema.outputs if schema is not None and same else None,
        label=name,
        sample=method.example if method is not None else None,
    )
    return given or takes, gives or returns


def method_for(name: str, runners: list[Runner]) -> RunnerMethod | None:
    """Find the runner's method that stands behind an API: the one of its name, else ``predict`` of the only runner."""
    named = [runner.methods[name] for runner in runners if name in runner.methods]
    if len(named) == 1:
        return named[0]
    if len(runners) != 1:
        return None
    methods = runners[0].methods
    return methods.get("predict") or (next(iter(methods.values())) if len(methods) == 1 else None)
