"""``%bento_ps``: what lives in this kernel."""

from __future__ import annotations

from bentobook.magics.grammar import Grammar
from bentobook.magics.magic import Call, Magic


def _ps(call: Call) -> object:
    from bentobook import live

    del call
    return live.report()


PS = Magic(
    Grammar("%bento_ps"),
    "List the runners and services of this kernel, and its memory.",
    "bentobook.live.report()",
    _ps,
)
