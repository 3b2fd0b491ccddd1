"""The body of a cell as plain Python: magics and mistakes are refused with their line, future imports are moved up.

The line with the magic is line 1 of a cell, so the body begins at line 2.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

from bentobook.errors import NotPython

BODY_STARTS_AT = 2
_MAGIC = re.compile(r"\s*(?:[%!]|[^\W\d][\w.,\s]*=\s*[%!]|\?)|.*\?\s*$")
_MAX_SHOWN = 60


@dataclass(frozen=True)
class Body:
    """The body of a cell.

    Attributes
    ----------
    text : str
        As it was typed, but for its future imports, whose lines are empty.
    tree : ast.Module
        The same, parsed.
    futures : tuple of str
        What it imports from ``__future__``.
    """

    text: str
    tree: ast.Module
    futures: tuple[str, ...]


def parse(text: str) -> Body:
    """Read the body of a cell.

    Raises
    ------
    NotPython
        With the line that is a magic, a shell line or no Python.
    """
    lines = text.splitlines()
    try:
        tree = ast.parse(text)
        compile(tree, "<cell>", "exec")
    except SyntaxError as error:
        at = min(max(error.lineno or 1, 1), max(len(lines), 1))
        raise _refusal(at, lines[at - 1] if lines else "", error.msg) from None
    except ValueError as error:  # a null byte
        raise NotPython(BODY_STARTS_AT, "", str(error)) from None
    future = [node for node in tree.body if isinstance(node, ast.ImportFrom) and node.module == "__future__"]
    if not future:
        return Body(text, tree, ())
    kept = _without(lines, future)
    names = dict.fromkeys(alias.name for node in future for alias in node.names)
    return Body(kept, ast.parse(kept), tuple(names))


def _refusal(at: int, line: str, message: str) -> NotPython:
    shown = line.strip()
    shown = shown if len(shown) <= _MAX_SHOWN else shown[: _MAX_SHOWN - 1] + "…"
    where = at + BODY_STARTS_AT - 1
    if _MAGIC.match(line):
        return NotPython(
            where,
            shown,
            "a magic or shell line cannot stand in a module",
            "Run it in a cell of its own, before this one.",
        )
    return NotPython(where, shown, message)


def _without(lines: list[str], nodes: list[ast.ImportFrom]) -> str:
    """Blank statements out; every other line keeps its number."""
    left = list(lines)
    for node in nodes:
        first, last = node.lineno - 1, (node.end_lineno or node.lineno) - 1
        before = lines[first].encode()[: node.col_offset].decode()
        after = lines[last].encode()[node.end_col_offset :].decode()
        for at in range(first, last + 1):
            left[at] = ""
        left[first] = before + after.lstrip(" ;")
    return "\n".join(left) + "\n"
