"""The Bentos of a store: find, list, write and delete versions, as for models."""

from __future__ import annotations

import builtins
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar

from bentobook.bundle.bento import Bento
from bentobook.store.item_store import ItemStore
from bentobook.store.kind import BENTOS, Kind
from bentobook.store.tag import LATEST, Tag

if TYPE_CHECKING:
    from bentobook.store.problems import Problem


class BentoList(builtins.list[Bento]):
    """Bentos, newest first within a name, and what could not be read.

    Attributes
    ----------
    problems : tuple of Problem
        Entries that cannot be used.
    """

    def __init__(self, bentos: Iterable[Bento] = (), problems: Iterable[Problem] = ()) -> None:
        super().__init__(bentos)
        self.problems = tuple(problems)

    def __repr__(self) -> str:
        from bentobook.bundle import card

        return card.of_list(self).to_text(following=False)

    def _repr_html_(self) -> str:
        from bentobook.bundle import card

        return str(card.of_list(self).to_html())

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text("…" if cycle else repr(self))


class BentoStore(ItemStore):
    """The Bentos under one ``$BENTOML_HOME``; the arguments are those of ``ItemStore``."""

    kind: ClassVar[Kind] = BENTOS

    def get(self, tag: str | Tag) -> Bento:
        """Return one Bento; raises as :meth:`resolve` does."""
        return Bento(self.layout, self.resolve(tag))

    def list(self, tag: str | Tag | None = None) -> BentoList:
        """Return the Bentos, newest first within a name.

        Parameters
        ----------
        tag : str or Tag, optional
            A name, or a name with a version; all Bentos when it is left out.

        Raises
        ------
        UnknownName
            When nothing has that name.
        """
        wanted = Tag.parse(tag) if tag is not None else None
        entries, problems = self._scan(wanted.name if wanted else None)
        bentos = BentoList((Bento(self.layout, entry.tag, entry=entry) for entry in entries), problems)
        if wanted is None:
            return bentos
        if not bentos and not problems:
            raise self._unknown(wanted.name)
        if wanted.version == LATEST:
            return BentoList(bentos[:1])
        if wanted.version is None:
            return bentos
        of_version = [problem for problem in problems if problem.tag_or_path == str(wanted)]
        return BentoList((bento for bento in bentos if bento.tag == wanted), of_version)
