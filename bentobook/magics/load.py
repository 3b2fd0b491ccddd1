"""``%bento_load``: the live model."""

from __future__ import annotations

from bentobook.magics import notices, preload, tags
from bentobook.magics.grammar import Grammar, Option, Positional
from bentobook.magics.magic import Call, Magic

_GRAMMAR = Grammar(
    "%bento_load",
    (Positional("tag", "tag"),),
    (
        Option("--flavor", "pyfunc (the default), native, or a flavor's name", "NAME", choices=("pyfunc", "native")),
        Option("--device", "where it runs, such as cpu or cuda:0", "D", choices=("cpu", "cuda", "mps")),
    ),
)


def _load(call: Call) -> object:
    model = tags.find(call.given["tag"], call.names)
    if model.info.module == "bentoml.mlflow":
        preload.for_load()
    with notices.collected() as lines:
        loaded = model.load_model(flavor=call.given["flavor"], device=call.given["device"])
    if not call.quiet:
        notices.show([*_resolved(call, str(model.tag)), *lines])
    return loaded


def _resolved(call: Call, tag: str) -> list[str]:
    """Say which version it is where the line left that open: the live object does not tell."""
    asked = call.given["tag"]
    return [] if asked == tag else [f"{asked} is {tag}"]


LOAD = Magic(
    _GRAMMAR, "Load a model: the live object.", "bentobook.models.get(TAG).load_model(flavor=, device=)", _load
)
