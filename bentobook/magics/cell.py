"""Where in its cell a magic was called.

IPython turns ``%name line`` into ``get_ipython().run_line_magic('name', 'line')`` before it compiles the cell, and
keeps that source in :mod:`linecache` under the file name of the code.
"""

from __future__ import annotations

import ast
import linecache
from dataclasses import dataclass
from types import FrameType

_CALLERS = ("run_line_magic", "run_cell_magic", "magic")
# Statements that write no output of their own.
_SILENT = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


@dataclass(frozen=True)
class Place:
    """Where a magic was called.

    Attributes
    ----------
    is_statement : bool
        Whether its result is assigned to nothing: the call is the whole statement.
    nothing_before : bool
        Whether no statement before it in the cell can have written an output.
    """

    is_statement: bool = False
    nothing_before: bool = False

    @classmethod
    def of_caller(cls, frame: FrameType | None) -> Place:
        """Find the place from the frame that called the magic; outside a cell nothing is known."""
        while frame is not None and frame.f_code.co_name in _CALLERS:
            frame = frame.f_back
        if frame is None or frame.f_code.co_name not in ("<module>", "<cell line: 1>"):
            return cls()
        source = "".join(linecache.getlines(frame.f_code.co_filename))
        try:
            statements = ast.parse(source).body
        except (SyntaxError, ValueError):
            return cls()
        return cls._in(statements, frame.f_lineno)

    @classmethod
    def _in(cls, statements: list[ast.stmt], line: int) -> Place:
        before = [statement for statement in statements if (statement.end_lineno or statement.lineno) < line]
        here = [s for s in statements if s.lineno <= line <= (s.end_lineno or s.lineno)]
        is_statement = len(here) == 1 and isinstance(here[0], ast.Expr)
        return cls(is_statement, bool(here) and all(map(_is_silent, before)))


def _is_silent(statement: ast.stmt) -> bool:
    return isinstance(statement, _SILENT) or (
        isinstance(statement, ast.Expr)
        and (isinstance(statement.value, ast.Constant) or _loads_extension(statement.value))
    )


def _loads_extension(node: ast.expr) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "run_line_magic"
        and isinstance(node.args[0], ast.Constant)
        and node.args[0].value in ("load_ext", "reload_ext", "env")
    )
