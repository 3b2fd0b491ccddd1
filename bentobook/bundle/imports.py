"""What a Python file imports, read from its text: nothing is executed."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Import:
    """One import of a file.

    Attributes
    ----------
    module : str
        In full, ``"pandas.io.json"``; of a relative import the absolute name.
    names : tuple of str
        What is taken from it, which may be modules of their own.
    line : int
    optional : bool
        Whether the file goes on where it is missing: the import stands in ``try``.
    """

    module: str
    names: tuple[str, ...]
    line: int
    optional: bool = False

    @property
    def top(self) -> str:
        """The first part of the name."""
        return self.module.partition(".")[0]

    @property
    def is_standard(self) -> bool:
        """Whether Python itself brings it."""
        return self.top in sys.stdlib_module_names or self.top == "__future__"


def imports_of(source: str | bytes, *, package: str = "") -> list[Import]:
    """List the imports of a file, also those inside functions; what only type checkers read is left out.

    Parameters
    ----------
    source : str or bytes
        Its text.
    package : str
        The package that the file is in, for relative imports.

    Raises
    ------
    SyntaxError
        When it is not Python.
    """
    return list(_walk(ast.parse(source), package, optional=False))


def _walk(node: ast.AST, package: str, *, optional: bool) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            yield from (Import(each.name, (), child.lineno, optional) for each in child.names)
        elif isinstance(child, ast.ImportFrom):
            module = _absolute(child, package)
            if module:
                yield Import(module, tuple(each.name for each in child.names), child.lineno, optional)
        elif isinstance(child, ast.If) and _is_type_checking(child.test):
            yield from (each for part in child.orelse for each in _walk_one(part, package, optional=optional))
        else:
            yield from _walk(child, package, optional=optional or isinstance(child, ast.Try))


def _walk_one(node: ast.stmt, package: str, *, optional: bool) -> Iterator[Import]:
    return _walk(ast.Module(body=[node], type_ignores=[]), package, optional=optional)


def _absolute(node: ast.ImportFrom, package: str) -> str:
    if not node.level:
        return node.module or ""
    parts = package.split(".") if package else []
    above = parts[: len(parts) - node.level + 1]
    return ".".join([*above, node.module] if node.module else above)


def _is_type_checking(test: ast.expr) -> bool:
    name = test.attr if isinstance(test, ast.Attribute) else getattr(test, "id", "")
    return name == "TYPE_CHECKING"
