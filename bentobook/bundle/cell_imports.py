"""What a fresh process can import again: the line that binds a name of a notebook to the same object.

The user's own line is preferred, found in the cells that ran; it is believed only when it gives the very object.
"""

from __future__ import annotations

import ast
import importlib
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from types import ModuleType

OF_CELLS = "__bentobook_cell__"


def import_line(name: str, value: object, cells: Iterable[str] = ()) -> str | None:
    """Return an import statement that binds ``name`` to ``value``; None when nothing can be imported.

    Parameters
    ----------
    name : str
        The name in the notebook.
    value : object
        What it stands for.
    cells : iterable of str
        The source of the cells that ran, newest first.

    >>> import collections, math
    >>> import_line("OD", collections.OrderedDict), import_line("m", math)
    ('from collections import OrderedDict as OD', 'import math as m')
    """
    if isinstance(value, ModuleType):
        return _module_line(name, value)
    return _line_of_user(name, value, cells) or _line_of_object(name, value)


def submodule_lines(name: str, value: object, uses: Iterable[tuple[str, ...]]) -> Iterator[str]:
    """Yield imports of the submodules that are reached through a module: ``import os`` alone may not load ``os.path``.

    Parameters
    ----------
    name : str
        The name that the module has in the notebook.
    value : object
        The module.
    uses : iterable of tuple of str
        Chains of attributes, each with the name first.
    """
    for chain in uses:
        if chain[0] != name or not isinstance(value, ModuleType):
            continue
        module, found = value, ""
        for attribute in chain[1:]:
            full = f"{module.__name__}.{attribute}"
            below = vars(module).get(attribute)
            if not isinstance(below, ModuleType) or sys.modules.get(full) is not below:
                break
            module, found = below, full
        if found:
            yield f"import {found}"


def _module_line(name: str, module: ModuleType) -> str | None:
    full = module.__name__
    if not _is_importable(full) or sys.modules.get(full) is not module:
        return None
    return f"import {full}" if full == name else f"import {full} as {name}"


def _is_importable(full: str) -> bool:
    module = sys.modules.get(full)
    return full != "__main__" and getattr(module, "__spec__", None) is not None and not hasattr(module, OF_CELLS)


def _line_of_user(name: str, value: object, cells: Iterable[str]) -> str | None:
    for cell in cells:
        if name not in cell and "*" not in cell:
            continue
        for node in _from_imports(cell):
            for alias in node.names:
                found = name if alias.name == "*" else alias.name
                binds = alias.name == "*" or name == (alias.asname or alias.name)
                if binds and _same(node.module or "", found, value):
                    return _from(node.module or "", found, name)
    return None


def _from_imports(cell: str) -> list[ast.ImportFrom]:
    try:
        tree = ast.parse(cell)
    except (SyntaxError, ValueError):
        return []
    return [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and not node.level]


def _line_of_object(name: str, value: object) -> str | None:
    home, found = getattr(value, "__module__", None), getattr(value, "__qualname__", getattr(value, "__name__", None))
    if not (isinstance(home, str) and isinstance(found, str)) or not found.isidentifier():
        return None
    parts = home.split(".")
    for n in range(1, len(parts) + 1):  # the shortest home that has it is the public one
        module = ".".join(parts[:n])
        if _same(module, found, value):
            return _from(module, found, name)
    return None


def _same(module: str, found: str, value: object) -> bool:
    """Tell whether a module that is loaded already has this very object under a name."""
    loaded = sys.modules.get(module)
    if loaded is None or not _is_importable(module):
        return False
    missing = object()
    return vars(loaded).get(found, missing) is value or getattr(loaded, found, missing) is value


def _from(module: str, found: str, name: str) -> str:
    return f"from {module} import {found}" if found == name else f"from {module} import {found} as {name}"


def star_names(tree: ast.Module) -> set[str]:
    """Return the names that ``from module import *`` binds in a module; the module is imported to know them."""
    found: set[str] = set()
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.module and node.names[0].name == "*":
            with suppress(ImportError):
                module = importlib.import_module(node.module)
                public = [each for each in vars(module) if not each.startswith("_")]
                found.update(getattr(module, "__all__", public))
    return found
