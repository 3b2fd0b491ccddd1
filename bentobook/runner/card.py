"""The card of a runner, as HTML and as plain text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Protocol

from bentobook import text
from bentobook.card import Card, Grid, Line, Piece, Row, dotted
from bentobook.runner.config import MethodConfig
from bentobook.runner.stats_card import advice

if TYPE_CHECKING:
    from bentobook.schema.spec import Schema, Signature


class ShownMethod(Protocol):
    """What the card needs of a method; see :class:`bentobook.runner.calls.RunnerMethod`."""

    @property
    def batchable(self) -> bool:
        """Whether requests are merged."""

    @property
    def batch_dim(self) -> tuple[int, int]:
        """Along which dimensions rows are counted."""

    @property
    def config(self) -> MethodConfig:
        """Its limits."""

    @property
    def flavor(self) -> str:
        """What is asked."""

    @property
    def accepts(self) -> tuple[str, ...]:
        """The kinds of values that it takes, in words."""

    @property
    def advice(self) -> str:
        """How to let requests share a batch."""

    @property
    def schema(self) -> Signature | None:
        """What it takes and gives."""


class ShownRunner(Protocol):
    """What the card needs of a runner; see :class:`bentobook.runner.runner.Runner`."""

    name: str

    @property
    def owner(self) -> str:
        """What it runs."""

    @property
    def state(self) -> str:
        """Whether it was started, and stopped."""

    @property
    def device(self) -> str | None:
        """Where the model computes."""

    @property
    def methods(self) -> Mapping[str, ShownMethod]:
        """Its methods."""


def of(runner: ShownRunner) -> Card:
    """Make the card of a runner: what it runs, where, which methods it has, and what it allows."""
    alone = {name: method.advice for name, method in runner.methods.items() if not method.batchable}
    return Card(
        title=runner.name,
        subtitle=f"runner of {runner.owner}",
        aside=runner.state,
        content=(
            *_place(runner),
            *_values(runner.methods),
            *_params(runner.methods),
            *_limits(runner.methods),
            *advice(alone),
            _methods(runner.methods),
        ),
        following=_following(runner),
    )


def _place(runner: ShownRunner) -> Iterable[Row]:
    flavors = list(dict.fromkeys(method.flavor for method in runner.methods.values() if method.flavor))
    if flavors:
        yield Row("flavor", (", ".join(flavors),))
    if runner.device:
        yield Row("device", (runner.device,))


def _methods(methods: Mapping[str, ShownMethod]) -> Grid:
    known = any(method.schema is not None for method in methods.values())
    header = ("method", "", "takes", "gives") if known else ("method", "")
    return Grid(header, tuple(_method(name, method, known=known) for name, method in methods.items()))


def _method(name: str, method: ShownMethod, *, known: bool) -> Line:
    schema = method.schema
    start: Line = (Piece(name, kind="code"), Piece(_batching(method), kind="chip"))
    if not known:
        return start
    return (*start, _described(schema.inputs if schema else None), _described(schema.outputs if schema else None))


def _batching(method: ShownMethod) -> str:
    if not method.batchable:
        return "not batched"
    dims = method.batch_dim
    return "batched" if dims == (0, 0) else f"batched, rows along {dims[0]} and {dims[1]}"


def _described(schema: Schema | None) -> str:
    return schema.describe() if schema is not None else ""


def _values(methods: Mapping[str, ShownMethod]) -> Iterable[Row]:
    """List what can be given, once for methods that take the same."""
    found: dict[tuple[str, ...], list[str]] = {}
    for name, method in methods.items():
        found.setdefault(method.accepts, []).append(name)
    for kinds, names in found.items():
        yield Row("takes" if len(found) == 1 else f"{', '.join(names)} takes", dotted((kind,) for kind in kinds))


def _params(methods: Mapping[str, ShownMethod]) -> Iterable[Row]:
    """List the settings of a prediction with their defaults, once for methods that have the same."""
    found: dict[str, Row] = {}
    for method in methods.values():
        specs = method.schema.params if method.schema else ()
        line = dotted((f"{spec.name} ({spec.describe()}, {text.one_line(repr(spec.default), 40)})",) for spec in specs)
        if specs:
            found.setdefault(repr(specs), Row("params", line))
    return found.values()


def _limits(methods: Mapping[str, ShownMethod]) -> Iterable[Row]:
    found: dict[Line, list[str]] = {}
    for name, method in methods.items():
        found.setdefault(_limit(method.config, batchable=method.batchable), []).append(name)
    for line, names in found.items():
        yield Row("limits" if len(found) == 1 else f"limits of {', '.join(names)}", line)


def _limit(config: MethodConfig, *, batchable: bool) -> Line:
    size = f"batches of at most {config.max_batch_size:,} rows" if config.max_batch_size else "batches of any size"
    wait = f"kept back for {config.max_wait_ms:g} ms" if config.max_wait_ms else "sent at once"
    late = f"refused after {_seconds(config.max_latency_ms)}" if config.max_latency_ms else "never refused as late"
    queue = f"{config.max_queue:,} requests or {text.size(config.max_queue_bytes)} may wait"
    return dotted((each,) for each in ((size, wait) if batchable else ()) + (late, queue))


def _seconds(milliseconds: float) -> str:
    return f"{milliseconds / 1e3:g} s" if milliseconds >= 1e3 else f"{milliseconds:g} ms"  # noqa: PLR2004  # one second


def _following(runner: ShownRunner) -> tuple[str, ...]:
    if runner.state != "ready":
        return ("runner.init_local()",)
    first = "predict" if "predict" in runner.methods else next(iter(runner.methods))
    asked = "runner" if first.startswith("__") else f"runner.{first}"
    return (f"{asked}.run(X)", f"await {asked}.async_run(X)", "runner.stats()")
