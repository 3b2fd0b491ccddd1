"""A file holds one idea: the ceilings that keep it so."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "bentobook"
FILES = sorted(PACKAGE.rglob("*.py"))
MAX_FILE, MAX_FUNCTION = 300, 50


def _name(path: Path) -> str:
    return str(path.relative_to(PACKAGE))


@pytest.mark.parametrize("path", FILES, ids=_name)
def test_no_file_is_longer_than_the_ceiling(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= MAX_FILE


@pytest.mark.parametrize("path", FILES, ids=_name)
def test_no_function_is_longer_than_the_ceiling(path: Path) -> None:
    functions = [
        node
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]

    too_long = {f.name: _lines(f) for f in functions if _lines(f) > MAX_FUNCTION}

    assert not too_long


def _lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Count the lines of the body; a long docstring is no long function."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return (function.end_lineno or 0) - body[0].lineno + 1 if body else 0


@pytest.mark.parametrize("path", FILES, ids=_name)
def test_every_module_and_public_name_has_a_docstring(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    definitions = [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    definitions += [node for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]

    bare = [d.name for d in definitions if not d.name.startswith("_") and not ast.get_docstring(d)]

    assert ast.get_docstring(tree)
    assert not bare
