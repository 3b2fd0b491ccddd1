"""Importing the service of a folder; from a Bento nothing is written into its folder."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

from bentobook.bundle.room import Own, lock, room_for
from bentobook.errors import BuildFailed, InvalidArgument
from bentobook.mlflow import stored_code
from bentobook.service.service import Service


def service_of(module: ModuleType, variable: str, where: str) -> tuple[str, Service]:
    """Find the service in a module.

    Parameters
    ----------
    module : ModuleType
    variable : str
        Its name; ``""`` where there is only one.
    where : str
        What the module is called in an error.

    Raises
    ------
    InvalidArgument
        When there is none, or more than one to choose from.
    """
    made = {name: value for name, value in vars(module).items() if isinstance(value, Service)}
    if variable in made:
        return variable, made[variable]
    wanted = f"a Service in the variable {variable}" if variable else "one Service"
    if variable or len({id(value) for value in made.values()}) != 1:
        hint = f"Name one of {', '.join(made)}: {where}:{next(iter(made))}." if made else ""
        raise InvalidArgument("service", where, wanted, hint=hint)
    return next(iter(made.items()))


def load(folder: Path, target: str, *, tag: str = "") -> tuple[str, str, Service]:
    """Import ``module:variable`` from a folder.

    Parameters
    ----------
    folder : Path
        Where the module lies.
    target : str
        ``module``, ``module:variable``, ``file.py`` or ``file.py:variable``.
    tag : str
        Of the Bento that the folder belongs to; nothing is written into it.

    Returns
    -------
    tuple of str, str, Service
        The module, the variable and the service. What the user's code raises is raised.

    Raises
    ------
    BuildFailed
        When there is no such module in the folder.
    InvalidArgument
        When there is no service in it, or more than one.
    """
    path, _, variable = target.partition(":")
    module_name = module_of(path)
    file = file_of(folder, module_name)
    with _of_bento(folder, tag) if tag else room_for(folder):
        module = importlib.import_module(module_name)
    if Path(str(module.__file__)).resolve() != file.resolve():
        raise BuildFailed(target, f"{module_name} was imported from {module.__file__}, not from {file}")
    name, service = service_of(module, variable, path)
    return module_name, name, service


@contextmanager
def _of_bento(folder: Path, tag: str) -> Iterator[None]:
    code = stored_code.importing(folder.parent, tag, (folder.name,), from_code=False)
    with lock, code, Own(folder).importing():
        yield


def module_of(path: str) -> str:
    """Return the module that a file is, ``a/b.py`` as ``a.b``; a module stays as it is."""
    return path.removesuffix(".py").removeprefix("./").replace("/", ".") if path.endswith(".py") else path


def file_of(folder: Path, module: str) -> Path:
    """Return the file of a module below a folder.

    Raises
    ------
    BuildFailed
        When there is none.
    """
    stem = folder.joinpath(*module.split("."))
    for path in (stem.with_name(f"{stem.name}.py"), stem / "__init__.py"):
        if path.is_file():
            return path
    raise BuildFailed(module, f"there is no {stem.name}.py in {stem.parent}", hint="Name it as file.py:variable.")
