"""What stays alive as long as a runner or one of its methods is used; after the last of them the queue is closed.

A process that was forked has none of the threads of its parent: there the queues refuse whatever is asked.
"""

from __future__ import annotations

import os
import weakref
from collections.abc import Mapping

from bentobook.errors import RunnerNotReady
from bentobook.runner.coroutines import Loops
from bentobook.runner.dispatcher import Dispatcher
from bentobook.runner.method import Method

_dispatchers: weakref.WeakSet[Dispatcher] = weakref.WeakSet()


class Core:
    """What a runner and its methods share.

    Parameters
    ----------
    name : str
        The runner.
    methods : dict of str to Method
        Its methods.

    Attributes
    ----------
    instance : object
        The model, once it is loaded.
    dispatcher, loops : Dispatcher, Loops, optional
        The queue before it and the loops that ask; None until it is started.
    """

    def __init__(self, name: str, methods: dict[str, Method]) -> None:
        self.name = name
        self.methods = methods
        self.instance: object = None
        self.dispatcher: Dispatcher | None = None
        self.loops: Loops | None = None

    def start(self) -> None:
        """Open a new queue."""
        for method in self.methods.values():
            method.forget_layouts()
        dispatcher = Dispatcher(self.name)
        self.loops = Loops(dispatcher)
        self.dispatcher = dispatcher
        _dispatchers.add(dispatcher)
        weakref.finalize(self, _stop, dispatcher, self.methods).atexit = False

    def ready(self) -> Dispatcher:
        """Return the queue.

        Raises
        ------
        RunnerNotReady
            When there is none yet.
        """
        if self.dispatcher is None:
            raise RunnerNotReady(self.name)
        return self.dispatcher


def _stop(dispatcher: Dispatcher, methods: Mapping[str, Method]) -> None:
    dispatcher.close()
    for method in methods.values():
        method.forget_layouts()


def _refuse_in_child() -> None:
    for dispatcher in list(_dispatchers):
        error = RunnerNotReady(
            dispatcher.name, "was made before this process was forked, and its threads stayed behind"
        )
        dispatcher.forget(lambda error=error: error)  # type: ignore[misc]


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_refuse_in_child)
