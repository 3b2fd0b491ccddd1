"""The models of a store: find, list, write and delete versions."""

from __future__ import annotations

import builtins
from collections.abc import Iterable
from typing import Any

from bentobook.store import pins, scan
from bentobook.store.item_store import ItemStore
from bentobook.store.model import Model
from bentobook.store.problems import Problem
from bentobook.store.tag import LATEST, Tag


class ModelList(builtins.list[Model]):
    """Models, newest first within a name, and what could not be read.

    Attributes
    ----------
    problems : tuple of Problem
        Entries that cannot be used.
    """

    def __init__(self, models: Iterable[Model] = (), problems: Iterable[Problem] = ()) -> None:
        super().__init__(models)
        self.problems = tuple(problems)

    def __repr__(self) -> str:
        from bentobook.store import card

        return card.list_text(self)

    def _repr_html_(self) -> str:
        from bentobook.store import card

        return card.list_html(self)

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text("…" if cycle else repr(self))


class Store(ItemStore):
    """The models under one ``$BENTOML_HOME``.

    Parameters
    ----------
    home : path-like, optional
        The folder of the store; the setting when it is left out. It is made when something is written.
    """

    def get(self, tag: str | Tag) -> Model:
        """Return one model; raises as :meth:`resolve` does.

        While a Bento is served, its models are the versions that it was built with.
        """
        pinned = pins.find(tag)
        return pinned or Model(self.layout, self.resolve(tag))

    def list(self, tag: str | Tag | None = None) -> ModelList:
        """Return the models, newest first within a name.

        Parameters
        ----------
        tag : str or Tag, optional
            A name, or a name with a version; all models when it is left out.

        Returns
        -------
        ModelList
            What cannot be read stands in its ``problems`` and fails nothing.

        Raises
        ------
        UnknownName
            When nothing has that name.
        """
        if tag is None:
            return self._models(*self._scan(None))
        wanted = Tag.parse(tag)
        models = self._models(*self._look(wanted.name))
        if not models and not models.problems:
            raise self._unknown(wanted.name)
        if wanted.version is None:
            return models
        if wanted.version == LATEST:
            return ModelList(models[:1])
        of_version = [problem for problem in models.problems if problem.tag_or_path == str(wanted)]
        return ModelList((model for model in models if model.tag == wanted), of_version)

    def _models(self, entries: Iterable[scan.Entry], problems: Iterable[Problem]) -> ModelList:
        return ModelList((Model(self.layout, entry.tag, entry=entry) for entry in entries), problems)

    def _scan(self, name: str | None) -> tuple[builtins.list[scan.Entry], builtins.list[Problem]]:
        from bentobook.store import index

        return index.scan(self.layout, name)
