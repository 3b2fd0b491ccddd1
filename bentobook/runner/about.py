"""What is known of a method before its model is loaded: for cards, and for services that are made from a runner."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bentobook.schema.spec import Signature


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What is known of a method.

    Attributes
    ----------
    schema : Signature or None
        What goes in, what comes out and which params there are; None where nothing is recorded.
    example : object
        Recorded rows of input, as JSON holds them, or None.
    flavor : str
        What is asked: ``"pyfunc"``, or the framework whose own object is; empty for a user's own class.
    accepts : tuple of str
        The kinds of values that it takes, in words.
    turn_on : str
        The line that lets requests share a batch where they do not.
    """

    schema: Signature | None = None
    example: Any = None
    flavor: str = ""
    accepts: tuple[str, ...] = ("anything",)
    turn_on: str = "@bentobook.Runnable.method(batchable=True)"
