"""``%bento_build``: a Bento of a service of this kernel, of a module, or of a bentofile."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bentobook.magics import values
from bentobook.magics.grammar import Grammar, Option, Positional
from bentobook.magics.magic import Call, Magic

_GRAMMAR = Grammar(
    "%bento_build",
    (Positional("svc", "variable", optional=True),),
    (
        Option("--bentofile", "a bentofile.yaml", "FILE", short="-f", kind="path"),
        Option("--name", "the name of the Bento", "NAME"),
        Option("--version", "its version", "VERSION"),
        Option("--label", "a label; may be repeated", "KEY=VALUE", short="-l", many=True, read=values.pair),
        Option("--keep", "packages for development that stay", "A,B", read=lambda text: text.split(",")),
        Option("--lock", "compile exact pins with hashes"),
        Option("--no-verify", "do not replay the cases; the Bento says so"),
        Option("--require-parity", "refuse to build when model, runner and HTTP give different answers"),
    ),
)


def _build(call: Call) -> object:
    from bentobook import bentos

    given = call.given
    return bentos.build(
        _service(call, given["svc"]),
        bentofile=Path(given["bentofile"]) if given["bentofile"] else None,
        name=given["name"],
        version=given["version"],
        labels=dict(given["label"]) or None,
        keep=given["keep"] or (),
        lock=given["lock"] or None,
        verify=not given["no_verify"],
        require_parity=given["require_parity"],
    )


def _service(call: Call, text: str | None) -> Any:
    """Find the service: a variable, a live service of this kernel, or ``file.py:variable``."""
    from bentobook.service import live
    from bentobook.service.service import Service

    if text is None:
        return None
    value = call.names.get(text)
    if isinstance(value, Service):
        return value
    service = live.services().get(text)
    if service is not None:
        return service
    if ".py" not in text and ":" not in text:
        raise call.no_variable(text)
    return text


BUILD = Magic(_GRAMMAR, "Build a Bento of a service.", "bentobook.build(SVC)", _build)
