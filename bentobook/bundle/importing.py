"""Importing the modules of a folder anew, beside those of the same names that a process has already.

Every Bento may have a ``service.py``, and so may the notebook's own folder. While a folder is imported, modules of
these names make room; afterwards the user's own come back. From a Bento nothing is written into its folder.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

from bentobook.bundle import distributions
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


_STANDARD = Path(os.__file__).parent


@contextmanager
def room_for(folder: Path) -> Iterator[None]:
    """Let modules be imported from a folder inside the block; what the user had under their names comes back."""
    names = {entry.name.partition(".")[0] for entry in folder.iterdir()}
    before = {name: module for name, module in sys.modules.items() if name.partition(".")[0] in names}
    before = {name: module for name, module in before.items() if _could_be_replaced(module)}
    for name in before:
        del sys.modules[name]
    sys.path.insert(0, str(folder))
    importlib.invalidate_caches()
    try:
        yield
    finally:
        sys.path.remove(str(folder))
        for name, module in before.items():
            sys.modules[name] = module


def _could_be_replaced(module: ModuleType) -> bool:
    """Tell whether a module is a file of somebody's own; what is installed, and this package, stay."""
    file, name = getattr(module, "__file__", None), module.__name__.partition(".")[0]
    if not file or name in ("__main__", distributions.OWN):
        return False
    path = Path(file)
    return "site-packages" not in path.parts and not path.is_relative_to(_STANDARD)


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
    importing = stored_code.importing(folder.parent, tag, (folder.name,), from_code=False) if tag else _plainly()
    with importing, room_for(folder):
        module = importlib.import_module(module_name)
    if Path(str(module.__file__)).resolve() != file.resolve():
        raise BuildFailed(target, f"{module_name} was imported from {module.__file__}, not from {file}")
    name, service = service_of(module, variable, path)
    return module_name, name, service


@contextmanager
def _plainly() -> Iterator[None]:
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
