"""The module of a cell on disk and in this process.

Each text is a file of its own, and what is executed is the text itself: no bytecode is read or written, so nothing old
can answer. The file is what :mod:`inspect`, tracebacks and debuggers show.
"""

from __future__ import annotations

import importlib.util
import linecache
import os
import re
import sys
from collections.abc import Mapping
from contextlib import suppress
from importlib.abc import InspectLoader
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import CodeType, ModuleType

from bentobook import settings
from bentobook.bundle.cell import Cell, is_untouched
from bentobook.bundle.cell_imports import OF_CELLS
from bentobook.bundle.cell_syntax import BODY_STARTS_AT
from bentobook.errors import InvalidArgument
from bentobook.store import durable
from bentobook.store.layout import Layout, make_folder


class _CellLoader(InspectLoader):
    """Executes a text that is in memory already."""

    def __init__(self, cell: Cell, path: Path) -> None:
        self.cell, self.path = cell, path

    def get_source(self, fullname: str) -> str:
        del fullname
        return self.cell.text

    def get_code(self, fullname: str) -> CodeType:
        return self.source_to_code(self.get_source(fullname), str(self.path))

    def create_module(self, spec: ModuleSpec) -> None:
        del spec

    def exec_module(self, module: ModuleType) -> None:
        setattr(module, OF_CELLS, self.cell)
        super().exec_module(module)


def path_of(cell: Cell) -> Path:
    """Return where the module of a cell lies: ``$BENTOML_HOME/.bentobook/cells/<user>/<name>_<digest>.py``."""
    user = re.sub(r"\W", "_", settings.user_name()) or "user"
    return Layout(settings.home()).cells / user / f"{cell.module_name}.py"


def write(cell: Cell) -> Path:
    """Write the module of a cell into the store, for this user's eyes only.

    Raises
    ------
    StoreNotWritable
        When the store cannot be written.
    """
    path = path_of(cell)
    layout = Layout(settings.home())
    with durable.writing(path, "keep the code of the cell"):
        if _text_of(path) == cell.text:
            # A clean-up goes by the age: this file is in use again.
            with suppress(OSError):
                os.utime(path)
            return path
        layout.make_private()
        make_folder(path.parents[1], like=layout.home)
        path.parent.mkdir(mode=0o700, exist_ok=True)
        durable.replace_file(path, cell.text.encode(), via=path.parent, mode=0o600, flushed=False)
    return path


def load(cell: Cell, path: Path) -> ModuleType:
    """Import the module of a cell, anew each time.

    Parameters
    ----------
    cell : Cell
    path : Path
        The file that holds its text.

    Returns
    -------
    ModuleType
        Also in ``sys.modules``, as ``cell.module_name``; what the user's code raises is raised, and leaves no module.
    """
    name = cell.module_name
    linecache.checkcache(str(path))
    spec = importlib.util.spec_from_file_location(name, path, loader=_CellLoader(cell, path))
    assert spec is not None  # noqa: S101 - a loader was given
    module = importlib.util.module_from_spec(spec)
    before = sys.modules.get(name)
    sys.modules[name] = module
    try:
        _CellLoader(cell, path).exec_module(module)
    except BaseException:
        forget(module)
        if before is not None:
            sys.modules[name] = before
        raise
    return module


def forget(module: ModuleType) -> None:
    """Take a module of a cell out of this process; who still runs its functions is not disturbed."""
    if sys.modules.get(module.__name__) is module:
        del sys.modules[module.__name__]
    linecache.cache.pop(str(module.__file__), None)


def keep(cell: Cell, path: Path) -> None:
    """Write the module of a cell where the user wants to have it; a file that somebody edited is left alone.

    Raises
    ------
    InvalidArgument
        When another file is there, or one that was changed since it was written.
    """
    try:
        text = _text_of(path)
        untouched = text is None or is_untouched(text)
        if untouched:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(cell.text, "utf-8")
    except OSError as error:
        wanted = f"a file that can be written ({error.strerror or error})"
        raise InvalidArgument("--file", str(path), wanted) from error
    if not untouched:
        raise InvalidArgument("--file", str(path), "a new file, or one written from a cell and not changed since")


def line_of_cell(names: Mapping[str, object], line: int) -> tuple[str, int] | None:
    """Translate a line of a module's file to the service and the line of its cell; the magic is line 1.

    Parameters
    ----------
    names : mapping of str to object
        The globals of the code.
    line : int
        The line of its file.

    Returns
    -------
    tuple of str and int, or None
        None for other modules, and for what stands above the body.
    """
    cell = cell_of(names)
    if cell is None or line < cell.first_line:
        return None
    return cell.name, line - cell.first_line + BODY_STARTS_AT


def cell_of(names: Mapping[str, object]) -> Cell | None:
    """Return the cell whose module has these globals; None for other modules."""
    cell = names.get(OF_CELLS)
    return cell if isinstance(cell, Cell) else None


def _text_of(path: Path) -> str | None:
    try:
        return path.read_bytes().decode("utf-8", "replace")
    except FileNotFoundError:
        return None
