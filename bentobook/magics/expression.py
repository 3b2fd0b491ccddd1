"""DATA and OBJ: one Python expression in the user's namespace, else JSON."""

from __future__ import annotations

import json
from typing import Any

from bentobook.magics.magic import Call

_OF_JSON = ("null", "true", "false")


def evaluate(call: Call, text: str, what: str = "OBJ") -> Any:
    """Evaluate an expression where the magic stands; what the user's own code raises stays as it is.

    Parameters
    ----------
    call : Call
        The use of the magic.
    text : str
        The expression.
    what : str
        How usage calls it.

    Raises
    ------
    UsageError
        When it is no expression, or names a variable that is not there.
    """
    try:
        code = compile(text, call.grammar.magic, "eval")
    except (SyntaxError, ValueError) as error:
        reason = getattr(error, "msg", str(error))
        raise call.grammar.error(f"{what} is one Python expression, and {text!r} is none ({reason}).") from None
    try:
        return eval(code, dict(call.names))  # noqa: S307 - the user's own words, in the user's own kernel
    except NameError as error:
        if error.name is None or _place(error) != call.grammar.magic:
            raise
        raise call.no_variable(error.name) from None


def data(call: Call, text: str) -> Any:
    """Evaluate DATA: Python where it is Python, else JSON with its ``null``, ``true`` and ``false``.

    Raises
    ------
    UsageError
        When it is neither.
    """
    if any(word in text for word in _OF_JSON) and not any(word in call.names for word in _OF_JSON):
        try:
            return json.loads(text)
        except ValueError:
            pass
    return evaluate(call, text, "DATA")


def _place(error: BaseException) -> str:
    """Return the file name of the code that raised an error."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return trace.tb_frame.f_code.co_filename if trace is not None else ""
