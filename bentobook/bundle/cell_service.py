"""A service from a cell, live at once: written, imported, started, and put in the place of the one before.

The module of a service stays imported for as long as the service is live: a build takes the very text that was tested.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from bentobook.bundle import cell_file
from bentobook.bundle.cell import Cell, compose
from bentobook.bundle.cell_head import SERVICE, variable_of
from bentobook.errors import InvalidArgument
from bentobook.service.served import Served
from bentobook.service.service import Service
from bentobook.store.tag import Tag

_lock = threading.Lock()
_modules: dict[str, ModuleType] = {}
_FROM_MODEL = 'import bentobook\n\nsvc = bentobook.Service.from_model(bentobook.models.get("{tag}"), name="{name}")\n'
_NO_MODELS: Mapping[str, str] = {}


@dataclass(frozen=True)
class Made:
    """A service and where it comes from.

    Attributes
    ----------
    service : Service
    cell : Cell
        Its module as text.
    path : Path
        The file that was imported.
    """

    service: Service
    cell: Cell
    path: Path


def from_cell(
    name: str,
    body: str | None,
    names: Mapping[str, object],
    *,
    models: Mapping[str, str] = _NO_MODELS,
    capture: Collection[str] = (),
    file: Path | None = None,
) -> Made:
    """Make a service of the body of a cell and start it; it takes over from a live service of its name.

    Parameters
    ----------
    name : str
        The service.
    body : str or None
        The cell without its first line; None makes the whole service from its one model's signature.
    names : mapping of str to object
        The user's namespace.
    models : mapping of str to str
        Variables and full tags of its models.
    capture : collection of str
        Names whose values are written into the module.
    file : Path, optional
        Where the module is kept, too.

    Raises
    ------
    CellRefused
        When the cell cannot become a module.
    InvalidArgument
        When there is no service in it, or no API.
    """
    Tag.parse(name)
    cell = compose(name, _whole(name, models) if body is None else body, names, models=models, capture=capture)
    path = cell_file.write(cell)
    module = cell_file.load(cell, path)
    try:
        service = _service_in(module, cell)
        service.start()
        if file is not None:
            cell_file.keep(cell, file)
    except BaseException:
        cell_file.forget(module)
        raise
    _remember(service.name, module)
    return Made(service, cell, path)


def forget(service: Served) -> None:
    """Let go of the module of a service that was stopped."""
    with _lock:
        module = _modules.get(service.name)
        if module is not None and _holds(module, service):
            cell_file.forget(_modules.pop(service.name))


def _holds(module: ModuleType, service: object) -> bool:
    return any(value is service for value in vars(module).values())


def _whole(name: str, models: Mapping[str, str]) -> str:
    if len(models) != 1:
        hint = f"Write a cell: %%bento_service {name}, and the functions below it."
        raise InvalidArgument("--model", list(models) or None, "one model, when there is no cell", hint=hint)
    (tag,) = models.values()
    return _FROM_MODEL.format(name=name, tag=tag)


def _service_in(module: ModuleType, cell: Cell) -> Service:
    """Find the service that a module made."""
    names = [SERVICE, variable_of(cell.name)] if not cell.makes_service else [SERVICE]
    made = {id(value): value for value in vars(module).values() if isinstance(value, Service)}
    named = [value for value in map(vars(module).get, names) if isinstance(value, Service)]
    found = named[0] if named else next(iter(made.values()), None)
    if found is None or (len(made) > 1 and not named):
        got = "several services" if made else "no service"
        hint = "Put @api above the functions that answer requests."
        raise InvalidArgument("the cell", got, f"one service, as @api makes it or in the variable {SERVICE}", hint=hint)
    if not found.apis:
        hint = "Put @api above the functions that answer requests."
        raise InvalidArgument("the cell", "a service without any", "an API", hint=hint)
    return found


def _remember(name: str, module: ModuleType) -> None:
    with _lock:
        before = _modules.pop(name, None)
        _modules[name] = module
    if before is not None:
        cell_file.forget(before)
