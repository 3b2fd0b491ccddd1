"""A stored model as a service's code sees it: its methods go through the runner, so that callers share batches.

::

    model = ModelHandle(runner)
    model.predict(df)                      # in def
    await model.predict.async_run(df)      # in async def
"""

from __future__ import annotations

import difflib
from collections.abc import Coroutine, Mapping
from typing import TYPE_CHECKING, Any

from bentobook.runner.calls import RunnerMethod
from bentobook.runner.runner import Runner

if TYPE_CHECKING:
    from bentobook.store.model import Model


class HandleMethod:
    """One method of a model; calling it returns the model's answer for these rows."""

    __slots__ = ("_method",)

    def __init__(self, method: RunnerMethod) -> None:
        self._method = method

    def __call__(self, *args: Any, **named: Any) -> Any:
        """Ask, and wait for the answer; see :meth:`RunnerMethod.run`."""
        __tracebackhide__ = True
        return self._method.run(*args, **named)

    run = __call__

    def async_run(self, *args: Any, **named: Any) -> Coroutine[Any, Any, Any]:
        """Ask from a coroutine; see :meth:`RunnerMethod.async_run`."""
        return self._method.async_run(*args, **named)

    def __repr__(self) -> str:
        return f"<{self._method.name} of a ModelHandle>"


class ModelHandle:
    """A model whose methods go through its runner.

    Parameters
    ----------
    runner : Runner
        The runner of one stored model.
    """

    def __init__(self, runner: Runner) -> None:
        self._runner = runner
        methods = {name: HandleMethod(method) for name, method in runner.methods.items()}
        # A method with the name of something that a handle has is reached through the runner.
        vars(self).update({name: method for name, method in methods.items() if name not in dir(type(self))})

    @property
    def record(self) -> Model:
        """The record of the stored model: tag, info, lineage."""
        record: Model = self._runner.models[0]
        return record

    @property
    def custom_objects(self) -> Mapping[str, Any]:
        """What was saved beside the model with ``custom_objects={…}``."""
        return self.record.custom_objects

    def __getattr__(self, name: str) -> HandleMethod:
        known = list(vars(self)["_runner"].methods)
        near = difflib.get_close_matches(name, known, n=1)
        hint = f" Did you mean {near[0]}?" if near else f" It has {', '.join(known)}."
        raise AttributeError(f"the model {self.record.tag} has no method {name!r}.{hint}")

    def __repr__(self) -> str:
        return f'ModelHandle("{self.record.tag}", methods={list(self._runner.methods)})'
