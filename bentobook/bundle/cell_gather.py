"""What a cell needs from its notebook: imports, literals, and definitions of other cells, transitively.

A name is looked up in this order: what the module has at hand, ``--capture``, what can be imported, what is defined
in another cell. What is none of these is a value, and values stay behind: they would be frozen into the file unseen.
"""

from __future__ import annotations

import ast
import difflib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from bentobook.bundle import cell_imports, cell_literals, cell_names
from bentobook.bundle.cell_source import CannotMove, Definition, definition_of, is_definition
from bentobook.errors import LeftBehind, NotALiteral
from bentobook.store.model import Model

_WHY_NOT = {"get_ipython": "only a notebook has it", "display": "only a notebook shows things"}


@dataclass
class Needs:
    """What is to be written above a cell.

    Attributes
    ----------
    imports : dict of str to None
        Import statements, in the order in which they were found.
    values : dict of str to str
        Names and the expressions that make them: literals, and models of the store.
    definitions : dict of str to Definition
        Functions and classes by the name that their statement defines.
    aliases : dict of str to str
        Further names of them.
    left : list of LeftBehind
        What cannot be brought along.
    """

    imports: dict[str, None] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict)
    definitions: dict[str, Definition] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    left: list[LeftBehind] = field(default_factory=list)

    @property
    def captured(self) -> list[str]:
        """The names whose values are written down."""
        return list(self.values)

    def ordered(self) -> list[Definition]:
        """Return the definitions so that each finds what it needs at once above it."""
        done: dict[str, Definition] = {}
        active: set[str] = set()

        def put(name: str) -> None:
            name = self.aliases.get(name, name)
            definition = self.definitions.get(name)
            if definition is None or name in done or name in active:
                return
            active.add(name)
            for needed in sorted(definition.needs_now):
                for each in self._reach(needed):
                    put(each)
            done[name] = definition

        for name in self.definitions:
            put(name)
        return list(done.values())

    def _reach(self, name: str) -> list[str]:
        """Return a definition and all that it may call."""
        found: dict[str, None] = {}
        waiting = [name]
        while waiting:
            each = self.aliases.get(waiting[0], waiting[0])
            waiting = waiting[1:]
            if each in self.definitions and each not in found:
                found[each] = None
                waiting += sorted(self.definitions[each].needs)
        return list(reversed(found))


class Gatherer:
    """Finds what names mean and remembers it.

    Parameters
    ----------
    names : mapping of str to object
        The user's namespace.
    at_hand : collection of str
        Names that the module has anyway.
    capture : collection of str
        Names whose values are written down as literals.
    """

    def __init__(self, names: Mapping[str, object], at_hand: Collection[str], capture: Collection[str]) -> None:
        self._names, self._at_hand, self._capture = names, set(at_hand), set(capture)
        self._seen: set[str] = set()
        ran = names.get("In")
        self._cells = [str(cell) for cell in reversed(ran)] if isinstance(ran, list) else []
        self.needs = Needs()

    def add(self, wanted: Iterable[str], tree: ast.AST, *, used_by: str = "", welcome: Iterable[str] = ()) -> None:
        """Find names, and what their definitions need.

        Parameters
        ----------
        wanted : iterable of str
            Names that must be found.
        tree : ast.AST
            The code that uses them: it tells which submodules are reached.
        used_by : str
            Whose code that is.
        welcome : iterable of str
            Names that are looked for, and may be missing.
        """
        uses = cell_names.dotted_uses(tree)
        asked = {**dict.fromkeys(sorted(welcome), False), **dict.fromkeys(sorted(wanted), True)}
        for name, needed in asked.items():
            for line in cell_imports.submodule_lines(name, self._names.get(name), sorted(uses)):
                self.needs.imports[line] = None
            if name not in self._seen and name not in self._at_hand:
                self._find(name, used_by=used_by, needed=needed)

    def _find(self, name: str, *, used_by: str, needed: bool) -> None:
        """Look one name up; what is only welcome may be asked for again by those who need it."""
        if name not in self._names:
            if needed:
                self._leave(name, "nothing has that name", used_by, known=False)
            return
        value = self._names[name]
        if name in _WHY_NOT:
            self._leave(name, _WHY_NOT[name], used_by, known=False)
            return
        if name in self._capture:
            self.needs.values[name] = cell_literals.literal(name, value)
        elif line := cell_imports.import_line(name, value, self._cells):
            self.needs.imports[line] = None
        elif isinstance(value, Model):
            self.needs.imports["import bentobook"] = None
            self.needs.values[name] = f'bentobook.models.get("{value.tag}")'
        elif is_definition(value):
            self._bring(name, value, used_by, needed=needed)
        elif needed:
            self._leave(name, _kind_of(value), used_by, literal=_is_literal(name, value))
        else:
            return
        self._seen.add(name)

    def _bring(self, name: str, value: object, used_by: str, *, needed: bool) -> None:
        try:
            definition = definition_of(name, value, self._cells)
        except CannotMove as reason:
            if needed:
                self._leave(name, str(reason), used_by)
            return
        if definition.name != name and self._names.get(definition.name) is not value:
            self._leave(name, f"an earlier {definition.name}, which was defined anew since", used_by)
            return
        if definition.name != name:
            self.needs.aliases[name] = definition.name
        if definition.name not in self.needs.definitions:
            self.needs.definitions[definition.name] = definition
            self._seen.add(definition.name)
            self.add(definition.needs, definition.tree, used_by=definition.name, welcome=definition.hints)

    def _leave(self, name: str, why: str, used_by: str, *, known: bool = True, literal: bool = False) -> None:
        self._seen.add(name)
        similar: tuple[str, ...] = ()
        if name not in self._names:
            others = [each for each in (*self._names, *self._at_hand) if not each.startswith("_")]
            similar = tuple(difflib.get_close_matches(name, others, n=1))
        self.needs.left.append(LeftBehind(name, why, used_by, similar, known, literal))


def _is_literal(name: str, value: object) -> bool:
    try:
        cell_literals.literal(name, value)
    except NotALiteral:
        return False
    return True


def _kind_of(value: object) -> str:
    kind = type(value)
    return f"a value of type {kind.__name__}" if kind.__module__ == "builtins" else f"a {kind.__name__}"
