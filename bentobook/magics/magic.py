"""What a magic is: a name, a grammar, a function; and how IPython calls it."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bentobook.magics.cell import Place
from bentobook.magics.grammar import Grammar
from bentobook.magics.seen import Seen

if TYPE_CHECKING:
    from IPython.core.error import UsageError


@dataclass(frozen=True)
class Call:
    """One use of a magic.

    Attributes
    ----------
    shell : InteractiveShell
        The user's shell.
    grammar : Grammar
        The grammar of the magic, for its error sentences.
    given : mapping of str to object
        A value per option and argument.
    names : mapping of str to object
        What the user's names stand for where the magic was called; functions' own variables included.
    seen : Seen
        The URIs that this kernel has seen.
    place : Place
        Where in its cell the magic stands.
    body : str or None
        The lines below a ``%%`` magic; None for a ``%`` magic.
    """

    shell: Any
    grammar: Grammar
    given: Mapping[str, Any]
    names: Mapping[str, Any]
    seen: Seen = field(default_factory=Seen)
    place: Place = field(default_factory=Place)
    body: str | None = None

    @property
    def quiet(self) -> bool:
        """Whether nothing is to be shown."""
        return bool(self.given["quiet"])

    def no_variable(self, name: str) -> UsageError:
        """Make the one line for a name that the user's namespace does not have."""
        near = difflib.get_close_matches(name, [each for each in self.names if not each.startswith("_")], n=1)
        return self.grammar.error(f"there is no variable {name}.{f' Did you mean {near[0]}?' if near else ''}")


@dataclass(frozen=True)
class Magic:
    """A line magic, and perhaps a cell magic.

    Attributes
    ----------
    grammar : Grammar
        What it takes.
    summary : str
        What it does, in one line of the overview.
    function : str
        The plain function that does the same.
    run : callable
        The magic itself.
    cell : bool
        Whether it can also stand over a cell, as ``%%name``.
    """

    grammar: Grammar
    summary: str
    function: str
    run: Callable[[Call], object]
    cell: bool = False

    @property
    def name(self) -> str:
        """The name without ``%``."""
        return self.grammar.magic.lstrip("%")

    @property
    def docstring(self) -> str:
        """The text that ``%name?`` shows."""
        return f"{self.summary}\n\n{self.grammar.help}\n\nThe same as a function: {self.function}\n"


def bind(magic: Magic, shell: Any, seen: Seen) -> Callable[..., object]:
    """Return the function that IPython calls with a line, perhaps a body, and the namespace of the caller."""

    def call(line: str, body: str | None = None, local_ns: Mapping[str, Any] | None = None) -> object:
        names = {**shell.user_ns, **(local_ns or {})}
        place = Place.of_caller(sys._getframe(1))  # noqa: SLF001 - the only way to the caller's frame
        given = magic.grammar.parse(line, names)
        result = magic.run(Call(shell, magic.grammar, given, names, seen, place, body))
        return None if given["quiet"] and (place.is_statement or body is not None) else result

    call.__name__ = call.__qualname__ = magic.name
    call.__doc__ = magic.docstring
    # Both are IPython's own marks: we expand word by word, in the namespace of the caller.
    call._ipython_magic_no_var_expand = True  # type: ignore[attr-defined]  # noqa: SLF001
    call.needs_local_scope = True  # type: ignore[attr-defined]
    return call
