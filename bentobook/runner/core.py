"""What a runner and its methods share, how it starts, and how it stops: closed, forgotten, or left behind by a fork."""

from __future__ import annotations

import os
import weakref
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from bentobook import live
from bentobook.errors import CallerLeft, RunnerNotReady
from bentobook.runner.coroutines import Loops
from bentobook.runner.dispatcher import Dispatcher
from bentobook.runner.method import Method
from bentobook.runner.stats import doing
from bentobook.runner.wakeups import Wakeups

_dispatchers: weakref.WeakSet[Dispatcher] = weakref.WeakSet()


class Core:
    """What a runner and its methods hold; when the last of them is gone, the runner stops.

    Parameters
    ----------
    name : str
        The runner.
    methods : dict of str to Method
        Its methods.
    models : sequence of Model
        The models that it uses.

    Attributes
    ----------
    instance : object
        The model, once it is loaded.
    loops : Loops or None
        The queue, and the loops that ask it; None until the runner is started.
    """

    def __init__(self, name: str, methods: dict[str, Method], models: Sequence[Any] = ()) -> None:
        self.name = name
        self.methods = methods
        self.models = models
        self.instance: object = None
        self.loops: Loops | None = None

    @property
    def dispatcher(self) -> Dispatcher | None:
        """The queue; None until the runner is started."""
        return self.loops.dispatcher if self.loops is not None else None

    def start(self) -> None:
        """Make a new queue, with nothing of an earlier one."""
        for method in self.methods.values():
            method.forget_layouts()
        dispatcher = Dispatcher(self.name)
        _dispatchers.add(dispatcher)
        self.loops = Loops(dispatcher)
        weakref.finalize(self.loops, _stop, dispatcher, self.methods).atexit = False
        live.add(self)

    def close(self, drain: float) -> None:
        """Stop, and let go of the model as soon as no batch needs it: who keeps a closed runner keeps no model."""
        dispatcher = self.dispatcher
        if dispatcher is None:
            return
        dispatcher.close(drain)
        with dispatcher.lock:
            dispatcher.at_rest = partial(self._let_go, dispatcher)
            at_rest = not dispatcher.running
        if at_rest:
            self._let_go(dispatcher)

    def _let_go(self, dispatcher: Dispatcher) -> None:
        """Forget the model, unless the runner was started again since."""
        with dispatcher.lock:
            if dispatcher.at_rest is None:
                return
            dispatcher.at_rest = None
            held = [self.instance, *(method.unbind() for method in self.methods.values())]
            self.instance = None
        del held  # outside the lock: what the model does when it ends is not ours

    def hold_on(self) -> None:
        """Keep the model that a closed runner still has: it is about to start again."""
        dispatcher = self.dispatcher
        if dispatcher is not None:
            with dispatcher.lock:
                dispatcher.at_rest = None

    @property
    def state(self) -> str:
        """Whether it was started, and stopped."""
        dispatcher = self.dispatcher
        return "not initialised" if dispatcher is None else "ready" if dispatcher.refusal is None else "closed"

    @property
    def tags(self) -> str:
        """The tags of its models."""
        return ", ".join(str(getattr(model, "tag", model)) for model in self.models)

    def entries(self) -> list[live.Entry]:
        """Describe the runner for the list of what lives, while it is ready."""
        if self.dispatcher is None or self.state != "ready":
            return []
        asked = sum(method.recorder.requests for method in self.methods.values())
        models = tuple(str(getattr(model, "tag", model)) for model in self.models)
        where = getattr(self.instance, "device", None) or ""
        state = doing(*self.dispatcher.now())
        return [live.Entry(kind="runner", name=self.name, state=state, models=models, where=where, requests=asked)]

    def ready(self) -> Loops:
        """Return the queue and its loops.

        Raises
        ------
        RunnerNotReady
            When the runner was never started.
        """
        if self.loops is None:
            raise RunnerNotReady(self.name)
        return self.loops


def withdraw(thread: int) -> None:
    """Take out what a thread of this process waits for, whatever runner it asked; what runs already goes on.

    Parameters
    ----------
    thread : int
        Its identifier. What it asked for raises CallerLeft there.
    """
    for dispatcher in list(_dispatchers):
        with dispatcher.lock:
            asked = (each for each in dispatcher.room.everyone() if each.side is None and each.thread == thread)
            left = [request for request in asked if request is not dispatcher.holder]
            dispatcher.room.remove(left)
            for request in left:
                request.fail(CallerLeft(request.group.method.label))
                request.group.method.recorder.cancelled += 1
            Wakeups(left).send()


def _stop(dispatcher: Dispatcher, methods: Mapping[str, Method]) -> None:
    dispatcher.abandon()
    for method in methods.values():
        method.forget_layouts()


def _refuse_in_child() -> None:
    for dispatcher in list(_dispatchers):
        error = RunnerNotReady(dispatcher.name, "was started before this process was forked; its threads stayed behind")
        dispatcher.forget(lambda error=error: error)  # type: ignore[misc]


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_refuse_in_child)
