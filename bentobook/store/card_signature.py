"""The signature on a card: one table of what goes in, its params, and what comes out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bentobook.card import Grid, Line, Piece, Row, Section
from bentobook.schema.spec import ColumnSpec, Schema, Signature, TensorSpec
from bentobook.store.card_values import of_first_row, short

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_SHOWN = 12
MAX_FOLDED = 500
_HEADER = ("input", "type", "", "example")
_RIGHT = (3,)


def takes(signature: Signature) -> Row | None:
    """Say in one line what a call takes and gives."""
    if signature.inputs is None:
        return None
    gives = ("and gives", Piece(signature.outputs.describe())) if signature.outputs else ()
    return Row("takes", (Piece(_taken(signature.inputs)), *gives))


def grid(signature: Signature, example: object) -> Grid | None:
    """Write the table; of a wide model only the first inputs."""
    inputs = _inputs(signature, example)
    more = (_more(len(inputs) - MAX_SHOWN, "inputs"),) if len(inputs) > MAX_SHOWN else ()
    body = (*inputs[:MAX_SHOWN], *more, *_params(signature), *_outputs(signature))
    return Grid(_HEADER, body, _RIGHT) if body else None


def all_inputs(signature: Signature, example: object) -> Section | None:
    """Write the inputs of a wide model that the table leaves out."""
    inputs = _inputs(signature, example)[MAX_SHOWN:]
    if not inputs:
        return None
    more = (_more(len(inputs) - MAX_FOLDED, "inputs"),) if len(inputs) > MAX_FOLDED else ()
    return Section("all inputs", (Grid(_HEADER, (*inputs[:MAX_FOLDED], *more), _RIGHT),))


def _taken(schema: Schema) -> str:
    if schema.columns:
        named = len(schema.names) == len(schema.columns)
        if named:
            return "a DataFrame with 1 column" if len(schema.columns) == 1 else f"a DataFrame with {schema.describe()}"
        return f"a list of {schema.describe()}"
    if len(schema.tensors) == 1 and schema.tensors[0].name is None:
        return f"an array, {schema.describe()}"
    return f"a dict of {len(schema.tensors)} arrays" if len(schema.tensors) != 1 else "a dict of 1 array"


def _inputs(signature: Signature, example: object) -> list[Line]:
    if signature.inputs is None:
        return []
    values = of_first_row(example, signature.inputs)
    specs: Iterable[ColumnSpec | TensorSpec] = (*signature.inputs.columns, *signature.inputs.tensors)
    return [_input(spec, values.get(spec.name)) for spec in specs]


def _input(spec: ColumnSpec | TensorSpec, value: Any) -> Line:
    name = Piece("(unnamed)", "muted") if spec.name is None else Piece(spec.name, kind="code")
    needed = "required" if isinstance(spec, TensorSpec) or spec.required else "optional"
    return (name, spec.describe(), Piece(needed, "muted"), "" if value is None else short(value))


def _params(signature: Signature) -> list[Line]:
    return [
        (Piece(param.name, kind="code"), param.describe(), Piece("param, default", "muted"), short(param.default))
        for param in signature.params
    ]


def _outputs(signature: Signature) -> list[Line]:
    if signature.outputs is None:
        return []
    specs: tuple[ColumnSpec | TensorSpec, ...] = (*signature.outputs.columns, *signature.outputs.tensors)
    lines: list[Line] = [(Piece(f"→ {spec.name or 'output'}", "muted"), spec.describe(), "", "") for spec in specs]
    more = [_more(len(lines) - MAX_SHOWN, "outputs")] if len(lines) > MAX_SHOWN else []
    return [*lines[:MAX_SHOWN], *more]


def _more(count: int, what: str) -> Line:
    return (Piece(f"… {count} more {what}", "muted"), "", "", "")
