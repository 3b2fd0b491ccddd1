"""The runner: one model, many callers.

::

    with Runner(Tagger) as runner:
        runner.tag.run(["a text"])              # from any thread
        await runner.tag.async_run(["a text"])  # from any coroutine
"""

from __future__ import annotations

from collections.abc import Coroutine, Iterable, Mapping
from types import MappingProxyType, TracebackType
from typing import Any, Self

from bentobook import settings
from bentobook.errors import InvalidArgument
from bentobook.runner import card
from bentobook.runner.calls import RunnerMethod
from bentobook.runner.config import MethodConfig
from bentobook.runner.core import Core
from bentobook.runner.method import Method
from bentobook.runner.runnable import methods_of
from bentobook.runner.stats import RunnerStats


class Runner:
    """One model and the queue before it.

    Parameters
    ----------
    runnable : type or object
        A :class:`~bentobook.runner.runnable.Runnable` class, or an object of one.
    runnable_init_params : mapping, optional
        Keyword arguments for the class, which :meth:`init_local` calls.
    name : str, optional
        The runner's name; the class's name in lower case.
    models : iterable, optional
        The models that it uses.
    max_batch_size, max_latency_ms, max_wait_ms
        For all methods, as in :class:`~bentobook.runner.config.MethodConfig`.
    method_configs : mapping of str to mapping or MethodConfig, optional
        For single methods.
    embedded : bool
        BentoML's argument; here every runner lives in the process that uses it.

    Attributes
    ----------
    methods : mapping of str to RunnerMethod
        All methods; each is also an attribute of the runner.
    """

    def __init__(
        self,
        runnable: type | object,
        *,
        runnable_init_params: Mapping[str, Any] | None = None,
        name: str | None = None,
        models: Iterable[Any] | None = None,
        max_batch_size: int | None = None,
        max_latency_ms: float | None = None,
        max_wait_ms: float | None = None,
        method_configs: Mapping[str, Mapping[str, Any] | MethodConfig] | None = None,
        embedded: bool = False,
    ) -> None:
        owner = runnable if isinstance(runnable, type) else type(runnable)
        self.name = name or owner.__name__.lower()
        self.models = list(models or ())
        self.embedded = embedded
        self._runnable = runnable
        self._init_params = dict(runnable_init_params or {})
        usual = (
            MethodConfig()
            .updated(settings.batch_limits())
            .updated({"max_batch_size": max_batch_size, "max_latency_ms": max_latency_ms, "max_wait_ms": max_wait_ms})
        )
        specs, configs = methods_of(runnable), dict(method_configs or {})
        for unknown in configs.keys() - specs.keys():
            raise InvalidArgument("method_configs", unknown, f"one of {', '.join(specs)}")
        methods = {
            method: Method(method, self.name, spec, usual.updated(configs.get(method)))
            for method, spec in specs.items()
        }
        self._core = Core(self.name, methods, self.models)
        self.methods = MappingProxyType({name: RunnerMethod(self._core, method) for name, method in methods.items()})
        # A method with the name of something that a runner has is found in ``methods`` only.
        vars(self).update({name: method for name, method in self.methods.items() if name not in dir(type(self))})

    def __getattr__(self, name: str) -> RunnerMethod:
        methods = vars(self).get("methods", {})
        stored = any(method.flavor for method in methods.values())
        hint = f" More of the model's methods: to_runner(methods=[{name!r}, ...])." if stored else ""
        raise AttributeError(
            f"Runner {vars(self).get('name')!r} has no method {name!r}; it has {', '.join(methods)}.{hint}"
        )

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self.methods]

    def init_local(self, quiet: bool = False) -> None:
        """Load the model into this process; a second time does nothing.

        Parameters
        ----------
        quiet : bool
            BentoML's argument. There it silences a warning that this way is for debugging only; here it batches and
            there is nothing to warn of.
        """
        del quiet
        core = self._core
        if core.dispatcher is not None and core.dispatcher.refusal is None:
            return
        core.hold_on()
        if core.instance is None:
            made = isinstance(self._runnable, type)
            core.instance = self._runnable(**self._init_params) if made else self._runnable  # type: ignore[operator]
            for name, method in core.methods.items():
                method.bind(getattr(core.instance, name))
        core.start()

    @property
    def device(self) -> str | None:
        """Where the model computes, as its own tensors tell; None before it is loaded, or where nobody can tell."""
        return getattr(self._core.instance, "device", None)

    @property
    def _default(self) -> RunnerMethod:
        for name in ("predict", "__call__"):
            if name in self.methods:
                return self.methods[name]
        if len(self.methods) == 1:
            return next(iter(self.methods.values()))
        one = next(iter(self.methods))
        hint = f"Call one by its name: runner.{one}.run(...)."
        raise InvalidArgument("run", ", ".join(self.methods), "a runner with one method, or with predict", hint=hint)

    def run(self, *args: Any, **named: Any) -> Any:
        """Ask ``predict``, or the only method; see :meth:`RunnerMethod.run`."""
        __tracebackhide__ = True
        return self._default.run(*args, **named)

    def async_run(self, *args: Any, **named: Any) -> Coroutine[Any, Any, Any]:
        """Ask ``predict``, or the only method, from a coroutine."""
        return self._default.async_run(*args, **named)

    def stats(self) -> RunnerStats:
        """Tell what the runner did since it started, and what it does now."""
        core = self._core
        waiting, size, running_for, stuck = core.dispatcher.now() if core.dispatcher else (0, 0, 0.0, False)
        methods = {name: method.recorder.read() for name, method in core.methods.items()}
        alone = {name: method.advice for name, method in self.methods.items() if not method.batchable}
        return RunnerStats(self.name, methods, waiting, size, running_for, stuck, alone)

    @property
    def state(self) -> str:
        """``"not initialised"``, ``"ready"`` or ``"closed"``."""
        return self._core.state

    @property
    def owner(self) -> str:
        """What it runs, in words: the tags of its models, or its class."""
        made = self._runnable if isinstance(self._runnable, type) else type(self._runnable)
        return self._core.tags or f"class {made.__name__}"

    def close(self, drain: float = 0.0) -> None:
        """Stop: what waits is refused with RunnerClosed, what runs still gets its answer; then the model is let go.

        Parameters
        ----------
        drain : float
            For how many seconds what waits may still be run.
        """
        self._core.close(drain)

    def __enter__(self) -> Self:
        self.init_local(quiet=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Runner({self.name!r}, methods={list(self.methods)}, {self.state})"

    def _repr_html_(self) -> str:
        return str(card.of(self).to_html())

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(repr(self) if cycle else card.of(self).to_text())
