"""``%%bento_service`` and ``%bento_call``: a service from a cell, live at once; and one call of it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from bentobook.magics import expression, notices, services, tags, trimmed, values
from bentobook.magics.grammar import Grammar, Option, Positional
from bentobook.magics.magic import Call, Magic

if TYPE_CHECKING:
    from bentobook.bundle.cell_service import Made
    from bentobook.store.model import Model

_GRAMMAR = Grammar(
    "%bento_service",
    (Positional("name"),),
    (
        Option(
            "--model",
            "a model for the cell: model and runner, or VAR and runners['VAR']",
            "[VAR=]TAG",
            short="-m",
            many=True,
            read=values.variable_and_tag,
            kind="tag",
        ),
        Option("--file", "keep the module as a file", "PATH", short="-f", kind="path"),
        Option(
            "--capture", "variables to write down as literals", "A,B", short="-c", read=values.names, kind="variable"
        ),
    ),
)


def _service(call: Call) -> object:
    from bentobook.bundle import cell_service

    name = call.given["name"]
    variable = _variable(call, name)
    models = _models(call)
    file = call.given["file"]
    with trimmed.to_user_frames(call.shell), notices.collected() as lines:
        made = cell_service.from_cell(
            name,
            call.body,
            call.names,
            models={variable: str(model.tag) for variable, model in models.items()},
            capture=call.given["capture"] or (),
            file=Path(file).expanduser() if file else None,
        )
    call.shell.push({variable: made.service})
    if not call.quiet:
        notices.show([*_said(call, models), *_brought(made), *lines])
    return made.service


def _variable(call: Call, name: str) -> str:
    """Return the variable that will hold the service; one that holds something else is never overwritten."""
    from bentobook.bundle.cell_head import variable_of

    variable = variable_of(name)
    held = call.shell.user_ns.get(variable)
    if held is not None and not services.is_service(held):
        kind = type(held).__name__
        raise call.grammar.error(f"the variable {variable} holds a {kind}: choose another name, or del {variable}.")
    return variable


def _models(call: Call) -> dict[str, Model]:
    """Look the models up: here the version is settled."""
    given = call.given["model"]
    found: dict[str, Model] = {}
    for variable, tag in given:
        if not variable and len(given) > 1:
            raise call.grammar.error(f"several models are named: --model clf={tag}.")
        if (variable or "model") in found:
            raise call.grammar.error(f"--model: {variable} is given twice.")
        found[variable or "model"] = tags.find(tag, call.names)
    return found


def _said(call: Call, models: dict[str, Model]) -> list[str]:
    """Say which version it is where the line left that open."""
    asked = (tag for _, tag in call.given["model"])
    return [f"{tag} is {model.tag}" for tag, model in zip(asked, models.values(), strict=True) if tag != str(model.tag)]


def _brought(made: Made) -> list[str]:
    """Say what stands in the module beside the cell itself."""
    lines = []
    if made.cell.brought:
        lines.append(f"brought along from other cells: {', '.join(made.cell.brought)}")
    if made.cell.captured:
        lines.append(f"written down with the value of now: {', '.join(made.cell.captured)}")
    return lines


def _call(call: Call) -> object:
    service, api = services.find_api(call, call.given["api"])
    result = service.call(api, expression.data(call, call.given["data"]))
    bug = result.error
    if bug is not None and trimmed.is_bug(bug) and not call.quiet:
        sys.stderr.write("\n".join(trimmed.lines(call.shell, bug)) + "\n")
    return result


SERVICE = Magic(
    _GRAMMAR,
    "Make a service from the cell, or from a model's signature; it is live at once.",
    "bentobook.bundle.cell_service.from_cell(NAME, BODY, NAMES, models=)",
    _service,
    cell=True,
)
CALL = Magic(
    Grammar("%bento_call", (Positional("api", "api"), Positional("data", "data"))),
    "Call an API of a service: the path of HTTP, without a socket.",
    "svc.call(API, DATA)",
    _call,
)
