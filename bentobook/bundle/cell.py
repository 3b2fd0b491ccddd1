"""A cell is a file: from the body of a cell to the text of a module that stands on its own.

Above the body stand the imports of the notebook that it uses, the functions and classes of other cells, and what a
service has at hand: its models, their runners, the Service and ``api``. The text needs nothing but installed packages
and the store, so it means the same in this kernel, in a Bento and on another machine.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from bentobook.bundle import cell_imports, cell_names, cell_syntax
from bentobook.bundle.cell_gather import Gatherer
from bentobook.bundle.cell_head import Head, above, variable_of
from bentobook.errors import InvalidArgument, NamesLeftBehind

_DIGITS = 12
_MARK = "# Written by bentobook from the cell of "
_NO_MODELS: Mapping[str, str] = {}


@dataclass(frozen=True)
class Cell:
    """The module that a cell becomes.

    Attributes
    ----------
    name : str
        The service.
    text : str
        The whole module.
    first_line : int
        The line of the text at which the body begins, which is line 2 of the cell.
    brought : tuple of str
        The functions and classes of other cells.
    captured : tuple of str
        The names whose values are written down.
    models : mapping of str to str
        Variables and full tags of the models.
    makes_service : bool
        Whether the Service is made above the body, as ``svc``; else the body makes it.
    """

    name: str
    text: str
    first_line: int
    brought: tuple[str, ...] = ()
    captured: tuple[str, ...] = ()
    models: Mapping[str, str] = field(default_factory=dict)
    makes_service: bool = True

    @property
    def digest(self) -> str:
        """Twelve digits that stand for the text below its first line."""
        return digest_of(self.text)

    @property
    def module_name(self) -> str:
        """The name under which the module is imported."""
        return f"{variable_of(self.name)}_{self.digest}"


def digest_of(text: str) -> str:
    """Return the digest of a module's text; its first line, which names it, does not count."""
    return _digest(text.partition("\n")[2])


def _digest(below: str) -> str:
    return hashlib.sha256(below.encode()).hexdigest()[:_DIGITS]


def is_untouched(text: str) -> bool:
    """Tell whether a text was written from a cell, and nobody has changed it since."""
    first = text.partition("\n")[0]
    return first.startswith(_MARK) and first.endswith(f" {digest_of(text)}")


def compose(
    name: str,
    body: str,
    names: Mapping[str, object],
    *,
    models: Mapping[str, str] = _NO_MODELS,
    capture: Collection[str] = (),
) -> Cell:
    """Make a module of the body of a cell.

    Parameters
    ----------
    name : str
        The service.
    body : str
        The cell without its first line.
    names : mapping of str to object
        The user's namespace; its ``In`` are the cells that ran.
    models : mapping of str to str
        Variables and full tags of models that the cell has at hand.
    capture : collection of str
        Names whose values are written down as literals.

    Raises
    ------
    NotPython
        When a line is a magic, a shell line or no Python.
    NamesLeftBehind
        When the cell uses values of the notebook.
    NotALiteral
        When a captured value is not plain.
    InvalidArgument
        When the name of the service or of a model cannot be a variable, or a captured name is not used.
    """
    parsed = cell_syntax.parse(body)
    own = frozenset(cell_names.bound_names(parsed.text) | cell_imports.star_names(parsed.tree))
    head = Head(name, dict(models), own)
    free = cell_names.free_names(parsed.text, future="annotations" in parsed.futures) - own
    gatherer = Gatherer(names, own | head.offered, capture)
    gatherer.add(free, parsed.tree, welcome=cell_names.names_in_annotations(parsed.tree))
    needs = gatherer.needs
    if needs.left:
        raise NamesLeftBehind(name, needs.left)
    for unused in sorted(set(capture) - needs.values.keys()):
        raise InvalidArgument("--capture", unused, "a name that the cell uses and does not define")
    used = free.union(*(definition.needs for definition in needs.definitions.values()))
    late = ["annotations"] if any(definition.future for definition in needs.definitions.values()) else []
    text = above(head, needs, sorted({*parsed.futures, *late}), used)
    prefix = f"\n{text}\n\n" if text else "\n"
    full = f"{prefix}{parsed.text.rstrip()}\n"
    mark = f"{_MARK}{name}: {_digest(full)}"
    return Cell(
        name,
        f"{mark}\n{full}",
        prefix.count("\n") + 2,
        tuple(needs.definitions),
        tuple(needs.values),
        dict(models),
        head.makes_service(used),
    )
