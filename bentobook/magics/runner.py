"""``%bento_runner``: a started runner of a stored model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bentobook.magics import notices, preload, tags, values
from bentobook.magics.grammar import Grammar, Option, Positional
from bentobook.magics.magic import Call, Magic

if TYPE_CHECKING:
    from bentobook.runner.runner import Runner

_GRAMMAR = Grammar(
    "%bento_runner",
    (Positional("tag", "tag"),),
    (
        Option("--max-batch-size", "the most rows of a batch", "N", read=values.count),
        Option("--max-wait", "how long a first request is kept back for more to come", "2ms", read=values.seconds),
        Option("--max-latency", "how long a request may wait before it is refused", "60s", read=values.seconds),
        Option("--methods", "methods to run, such as predict,predict_proba", "A,B", short="-m", read=values.names),
        Option("--batchable", "merge the requests of all methods, whatever was recorded"),
        Option("--flavor", "pyfunc, native, or a flavor's name", "NAME", choices=("pyfunc", "native")),
        Option("--device", "where it runs, such as cpu or cuda:0", "D", choices=("auto", "cpu", "cuda", "mps")),
        Option("--name", "the runner's name", "NAME"),
    ),
)


def _run(call: Call) -> object:
    model = tags.find(call.given["tag"], call.names)
    if model.info.module == "bentoml.mlflow":
        preload.for_load()
    with notices.collected() as lines:
        runner: Runner = model.to_runner(**_arguments(call))
        runner.init_local(quiet=True)
    if not call.quiet:
        notices.show(lines)
    return runner


def _arguments(call: Call) -> dict[str, Any]:
    """Give what stands on the line; everything else is left to the function."""
    given = call.given
    arguments = {name: given[name] for name in ("name", "max_batch_size", "methods", "flavor", "device")}
    arguments |= {f"{name}_ms": _milliseconds(given[name]) for name in ("max_wait", "max_latency")}
    arguments["batchable"] = given["batchable"] or None
    return {name: value for name, value in arguments.items() if value is not None}


def _milliseconds(seconds: float | None) -> float | None:
    return None if seconds is None else seconds * 1e3


RUNNER = Magic(
    _GRAMMAR,
    "Start a runner of a model: many callers, one batch.",
    "bentobook.models.get(TAG).to_runner(max_batch_size=, max_wait_ms=, methods=, device=)",
    _run,
)
