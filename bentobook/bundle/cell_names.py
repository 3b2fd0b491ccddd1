"""Which names a piece of Python uses and does not define: what must be brought along when it moves to another module.

The compiler's own symbol tables say so, scope by scope. What they do not see is added from the syntax tree:
annotations in quotes or under ``from __future__ import annotations``.
"""

from __future__ import annotations

import ast
import builtins
import symtable
from collections.abc import Iterator
from contextlib import suppress

# A shell adds names of its own to the builtins, which a fresh process does not have.
_OF_A_SHELL = {"display", "get_ipython", "exit", "quit", "copyright", "credits", "license", "help", "_"}
_OF_A_MODULE = {
    "__name__",
    "__file__",
    "__doc__",
    "__spec__",
    "__loader__",
    "__package__",
    "__builtins__",
    "__annotations__",
    "__debug__",
}
BUILTINS = frozenset(dir(builtins)) - _OF_A_SHELL | _OF_A_MODULE
_FUTURE = "from __future__ import annotations\n"
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef)


def bound_names(source: str) -> set[str]:
    r"""Return the names that a module defines at its top, or anywhere through ``global``.

    >>> sorted(bound_names("import os.path as p\ndef f():\n    global g\n    g = 1"))
    ['f', 'g', 'p']
    """
    top = symtable.symtable(source, "<cell>", "exec")
    bound = {symbol.get_name() for symbol in top.get_symbols() if _is_bound(symbol)}
    for table in _below(top):
        bound.update(s.get_name() for s in table.get_symbols() if s.is_declared_global() and _is_bound(s))
    return bound


def free_names(source: str, *, future: bool = False) -> set[str]:
    """Return the names that a module uses but neither defines nor finds among Python's builtins.

    Parameters
    ----------
    source : str
        Python.
    future : bool
        Whether its annotations stay texts, so that their names are not needed.

    >>> sorted(free_names("y = [x * k for x in range(n)]"))
    ['k', 'n']
    """
    source = f"{_FUTURE if future else ''}{source}"
    top = symtable.symtable(source, "<cell>", "exec")
    used = {symbol.get_name() for symbol in top.get_symbols() if symbol.is_referenced()}
    for table in _below(top):
        used.update(s.get_name() for s in table.get_symbols() if s.is_global() and s.is_referenced())
    return used - bound_names(source) - BUILTINS


def names_in_annotations(tree: ast.AST) -> set[str]:
    """Return the names that annotations use, also those that are texts; some may mean nothing."""
    found: set[str] = set()
    for node in ast.walk(tree):
        for annotation in _annotations(node):
            found |= _names_in_text(annotation)
    return found - BUILTINS


def names_at_definition(node: ast.stmt) -> set[str]:
    r"""Return the names that a definition needs when it is executed: decorators, defaults, bases, class bodies.

    >>> sorted(names_at_definition(ast.parse("@a\ndef f(x=b): return c").body[0]))
    ['a', 'b']
    """
    found: set[str] = set()
    waiting: list[ast.AST] = [node]
    while waiting:
        each = waiting.pop()
        if isinstance(each, ast.Name):
            found.add(each.id)
        for field, value in ast.iter_fields(each):
            later = field == "body" and isinstance(each, (*_SCOPES, ast.Lambda))
            waiting += () if later else [child for child in _as_list(value) if isinstance(child, ast.AST)]
    return found


def dotted_uses(tree: ast.AST) -> set[tuple[str, ...]]:
    """Return the chains of attributes that begin at a name, and all their beginnings.

    >>> sorted(dotted_uses(ast.parse("os.path.join(a)")))
    [('os', 'path'), ('os', 'path', 'join')]
    """
    found: set[tuple[str, ...]] = set()
    for node in ast.walk(tree):
        parts: list[str] = []
        inner: ast.AST = node
        while isinstance(inner, ast.Attribute):
            parts.append(inner.attr)
            inner = inner.value
        if parts and isinstance(inner, ast.Name):
            found.add((inner.id, *reversed(parts)))
    return found


def _is_bound(symbol: symtable.Symbol) -> bool:
    return symbol.is_assigned() or symbol.is_imported() or symbol.is_namespace()


def _below(table: symtable.SymbolTable) -> Iterator[symtable.SymbolTable]:
    for child in table.get_children():
        yield child
        yield from _below(child)


def _annotations(node: ast.AST) -> Iterator[ast.expr]:
    for field in ("annotation", "returns"):
        value = getattr(node, field, None)
        if isinstance(value, ast.expr):
            yield value


def _names_in_text(annotation: ast.expr) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(annotation):
        if isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            with suppress(SyntaxError, ValueError):
                found |= _names_in_text(ast.parse(node.value, mode="eval").body)
    return found


def _as_list(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]
