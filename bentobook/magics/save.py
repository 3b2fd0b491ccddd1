"""``%bento_save``: a live object of the kernel, into the store."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bentobook.magics import notices, preload, values
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

    obj = _value(call, call.given["obj"])
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


def _value(call: Call, text: str) -> Any:
    """Evaluate an expression where the magic stands; what the user's own code raises stays as it is."""
    try:
        code = compile(text, call.grammar.magic, "eval")
    except (SyntaxError, ValueError) as error:
        reason = getattr(error, "msg", str(error))
        raise call.grammar.error(f"OBJ is one Python expression, and {text!r} is none ({reason}).") from None
    try:
        return eval(code, dict(call.names))  # noqa: S307 - the user's own words, in the user's own kernel
    except NameError as error:
        if error.name is None or _place(error) != call.grammar.magic:
            raise
        raise call.no_variable(error.name) from None


def _place(error: BaseException) -> str:
    """Return the file name of the code that raised an error."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return trace.tb_frame.f_code.co_filename if trace is not None else ""


SAVE = Magic(_GRAMMAR, "Save a live object.", "bentobook.models.save_model(NAME, OBJ, methods=, batchable=)", _save)
