"""Functions and classes of other cells, as the text that defines them.

A function knows the cell that it came from: IPython keeps the text of every cell in :mod:`linecache` under the name
of its code. A class does not, but its methods do; one without methods is looked for in the cells that ran.
"""

from __future__ import annotations

import ast
import inspect
import linecache
import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from types import FunctionType

from bentobook.bundle import cell_names

_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


class CannotMove(Exception):
    """Why something cannot be brought along; only for use within this package."""


@dataclass(frozen=True)
class Definition:
    """A statement that defines one name.

    Attributes
    ----------
    name : str
        The name that it defines.
    text : str
        Its source, decorators included.
    future : bool
        Whether its annotations were compiled as texts.
    """

    name: str
    text: str
    future: bool = False

    @cached_property
    def tree(self) -> ast.Module:
        """The statement, parsed."""
        return ast.parse(self.text)

    @cached_property
    def needs(self) -> set[str]:
        """The names that it uses, at once or later; its own is not among them."""
        return cell_names.free_names(self.text, future=self.future) - {self.name}

    @cached_property
    def hints(self) -> set[str]:
        """The names in its annotations: welcome, but not all are needed."""
        return cell_names.names_in_annotations(self.tree) - {self.name}

    @cached_property
    def needs_now(self) -> set[str]:
        """The names that must be there when the statement is executed."""
        return cell_names.names_at_definition(self.tree.body[0]) & (self.needs | self.hints)


def is_definition(value: object) -> bool:
    """Tell whether a value of a notebook was made by a ``def``, a ``class`` or a ``lambda``."""
    return isinstance(value, type) or isinstance(_unwrapped(value), FunctionType) or _is_type_alias(value)


def definition_of(name: str, value: object, cells: Iterable[str] = ()) -> Definition:
    """Return the statement that defined a function or a class in another cell.

    Parameters
    ----------
    name : str
        The name in the notebook; of a lambda and of a type alias the name is all that is known.
    value : object
        The function or class.
    cells : iterable of str
        The source of the cells that ran, newest first.

    Raises
    ------
    CannotMove
        With the reason: it was made inside another function, or its source is gone.
    """
    inner = _unwrapped(value)
    if isinstance(inner, FunctionType):
        return _of_function(name, value, inner)
    return _of_class(name, value, cells)


def _of_function(name: str, value: object, function: FunctionType) -> Definition:
    outer, _, rest = function.__qualname__.partition(".<locals>")
    if rest:
        kept = ", ".join(function.__code__.co_freevars)
        raise CannotMove(f"a function made inside {outer}()" + (f", which keeps its {kept}: a closure" if kept else ""))
    code = function.__code__
    wanted = name if function.__name__ == "<lambda>" else function.__name__
    for statement, lines in _statements("".join(linecache.getlines(code.co_filename))):
        if _defines(statement, wanted) and _first_line(statement) <= code.co_firstlineno <= _last_line(statement):
            if _wrappers(value) > len(getattr(statement, "decorator_list", ())):
                raise CannotMove("a function that was wrapped after its definition")
            future = _is_future(code.co_flags)
            return Definition(wanted, _text(statement, lines), future)
    raise CannotMove("a function whose source is gone: run its cell again")


def _of_class(name: str, value: object, cells: Iterable[str]) -> Definition:
    wanted = getattr(value, "__name__", name) if isinstance(value, type) else name
    if "<locals>" in getattr(value, "__qualname__", ""):
        raise CannotMove(f"a class made inside {value.__qualname__.partition('.<locals>')[0]}()")  # type: ignore[attr-defined]
    functions = (
        [each for each in vars(value).values() if isinstance(each, FunctionType)] if isinstance(value, type) else []
    )
    homes = [function.__code__.co_filename for function in functions if function.__qualname__.startswith(f"{wanted}.")]
    future = any(_is_future(function.__code__.co_flags) for function in functions)
    for source in [*("".join(linecache.getlines(home)) for home in dict.fromkeys(homes)), *cells, *_kept_cells()]:
        if wanted not in source:
            continue
        for statement, lines in reversed(list(_statements(source))):
            if _defines(statement, wanted):
                return Definition(wanted, _text(statement, lines), future)
    raise CannotMove("a class whose source is gone: run its cell again")


def _kept_cells() -> Iterator[str]:
    """Yield the texts that IPython keeps, newest first."""
    for name in reversed(list(linecache.cache)):
        if "ipykernel_" in name or name.startswith("<ipython-input"):
            yield "".join(linecache.getlines(name))


def _statements(source: str) -> Iterator[tuple[ast.stmt, list[str]]]:
    """Yield the statements of a module, also those below an ``if``, a ``try`` or a ``with``."""
    try:
        waiting: list[ast.AST] = [ast.parse(source)]
    except (SyntaxError, ValueError):
        return
    lines = source.splitlines(keepends=True)
    while waiting:
        for child in ast.iter_child_nodes(waiting.pop(0)):
            if isinstance(child, ast.stmt):
                yield child, lines
            if isinstance(child, (ast.If, ast.Try, ast.With, ast.For, ast.ExceptHandler)):
                waiting.append(child)


def _defines(statement: ast.stmt, name: str) -> bool:
    if isinstance(statement, _DEFINITIONS):
        return statement.name == name
    if isinstance(statement, ast.Assign):
        return (
            len(statement.targets) == 1
            and isinstance(statement.targets[0], ast.Name)
            and statement.targets[0].id == name
        )
    return False


def _first_line(statement: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    return min([statement.lineno, *(each.lineno for each in decorators)])


def _last_line(statement: ast.stmt) -> int:
    return statement.end_lineno or statement.lineno


def _text(statement: ast.stmt, lines: list[str]) -> str:
    return textwrap.dedent("".join(lines[_first_line(statement) - 1 : _last_line(statement)])).rstrip() + "\n"


def _unwrapped(value: object) -> object:
    """Look below decorators that keep what they wrap."""
    try:
        return inspect.unwrap(value) if callable(value) and not isinstance(value, type) else value
    except ValueError:
        return value


def _wrappers(value: object) -> int:
    """Count the wrappers around a function that say what they wrap."""
    inner = getattr(value, "__wrapped__", None)
    return 0 if inner is None else 1 + _wrappers(inner)


def _is_type_alias(value: object) -> bool:
    return type(value).__module__ in ("typing", "types") and hasattr(value, "__args__")


def _is_future(flags: int) -> bool:
    import __future__

    return bool(flags & __future__.annotations.compiler_flag)
