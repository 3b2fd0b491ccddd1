"""``%bento_save``: a live object of the kernel, into the store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bentobook.magics import expression, notices, preload, values
from bentobook.magics.grammar import Grammar, Option, Positional
from bentobook.magics.magic import Call, Magic

if TYPE_CHECKING:
    from bentobook.store.model import Model

_GRAMMAR = Grammar(
    "%bento_save",
    (Positional("name"), Positional("obj", "object")),
    (
        Option("--batchable", "its methods take many callers' rows at once"),
        Option("--methods", "methods to record, such as predict,predict_proba", "A,B", short="-m", read=values.names),
        Option("--label", "a label; may be repeated", "KEY=VALUE", short="-l", many=True, read=values.pair),
    ),
)


def _save(call: Call) -> object:
    from bentobook import models
    from bentobook.mlflow import saving

    obj = expression.evaluate(call, call.given["obj"])
    way = saving.way_of(obj)
    if way.startswith("mlflow."):
        preload.for_save(way)
    with notices.collected() as lines:
        model: Model = models.save_model(
            call.given["name"],
            obj,
            methods=call.given["methods"],
            batchable=call.given["batchable"],
            labels=dict(call.given["label"]),
        )
    if not call.quiet:
        notices.show(lines)
    return model


SAVE = Magic(_GRAMMAR, "Save a live object.", "bentobook.models.save_model(NAME, OBJ, methods=, batchable=)", _save)
