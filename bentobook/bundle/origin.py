"""Where a service comes from: the file that a Bento takes along so that others can import it again."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from bentobook.bundle import importing
from bentobook.bundle.cell import Cell
from bentobook.bundle.cell_head import variable_of
from bentobook.bundle.cell_imports import OF_CELLS
from bentobook.errors import BuildFailed
from bentobook.service.service import Service


@dataclass(frozen=True)
class Origin:
    """A service and its file.

    Attributes
    ----------
    service : Service
    file : str
        Where it goes below ``src/``.
    variable : str
        The service in its module.
    content : Path or bytes
        The file, or its text where a cell made it.
    root : Path
        The folder that the module is imported from.
    """

    service: Service
    file: str
    variable: str
    content: Path | bytes
    root: Path

    @property
    def target(self) -> str:
        """``module:variable``, as it is imported from ``src/``."""
        return f"{importing.module_of(self.file).removesuffix('.__init__')}:{self.variable}"


def of_text(target: str, project: Path) -> Origin:
    """Import ``file.py:variable`` or ``module:variable`` from a project.

    Raises
    ------
    BuildFailed, InvalidArgument
    """
    module, variable, service = importing.load(project, target)
    file = importing.file_of(project, module)
    return Origin(service, file.relative_to(project).as_posix(), variable, file, project)


def of_service(service: Service) -> Origin:
    """Find the module that a live service was made in.

    Raises
    ------
    BuildFailed
        When it was made in the notebook itself, where nobody else can import it from.
    """
    for module, variable in _places(service):
        cell = getattr(module, OF_CELLS, None)
        file = getattr(module, "__file__", None)
        if isinstance(cell, Cell):
            return Origin(service, f"{variable_of(cell.name)}.py", variable, cell.text.encode(), Path.cwd())
        if file is not None and Path(file).suffix == ".py":
            return _of_file(service, module, variable, Path(file))
    hint = "Write it with %%bento_service NAME in a cell of its own, or into a file, and build that."
    raise BuildFailed(service.name, "it was made in the notebook itself, so nobody else could import it", hint=hint)


def _of_file(service: Service, module: ModuleType, variable: str, file: Path) -> Origin:
    parts = module.__name__.split(".") if module.__name__ != "__main__" else [file.stem]
    is_package = file.name == "__init__.py"
    depth = len(parts) if is_package else len(parts) - 1
    root = file.parents[depth]
    return Origin(service, file.relative_to(root).as_posix(), variable, file, root)


def _places(service: Service) -> Iterator[tuple[ModuleType, str]]:
    """Give the modules that hold a service, the one that made it first; a notebook only holds it."""
    found = []
    for module in list(sys.modules.values()):
        if isinstance(module, ModuleType):
            for name, value in list(vars(module).items()):
                if value is service and name.isidentifier():
                    found.append((module, name))
    yield from sorted(found, key=lambda place: (place[0].__name__ == "__main__", place[1].startswith("_")))
