"""The store: find, list, write and delete versions."""

from __future__ import annotations

import builtins
import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bentobook import settings
from bentobook.errors import AmbiguousVersion, InvalidArgument, NotFound, StoreUnreadable, UnknownName
from bentobook.store import latest, scan
from bentobook.store.layout import MODEL_YAML, Layout
from bentobook.store.model import Model
from bentobook.store.problems import Problem
from bentobook.store.tag import LATEST, Tag

if TYPE_CHECKING:
    from bentobook.store.draft import Draft


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


class Store:
    """The models under one ``$BENTOML_HOME``.

    Parameters
    ----------
    home : path-like, optional
        The folder of the store; the setting when it is left out. It is made when something is written.
    """

    def __init__(self, home: str | os.PathLike[str] | None = None) -> None:
        self.home = Path(home).expanduser().absolute() if home is not None else settings.home()
        self.layout = Layout(self.home)

    def __repr__(self) -> str:
        return f"Store({str(self.home)!r})"

    def resolve(self, tag: str | Tag) -> Tag:
        """Return the tag of the version that is meant.

        Parameters
        ----------
        tag : str or Tag
            ``name`` or ``name:latest`` (the newest), ``name:version``, or the beginning of one version.

        Raises
        ------
        NotFound
            When there is none; similar tags are proposed.
        AmbiguousVersion
            When several versions begin like that.
        """
        wanted = Tag.parse(tag)
        if wanted.asks_for_latest:
            newest = latest.newest(self.layout, wanted.name, self._look)
            if newest is None:
                raise self._not_found(wanted)
            return wanted.with_version(newest)
        folder = self.layout.version(wanted)
        if scan.is_complete(folder):
            return wanted
        if folder.is_dir():
            raise StoreUnreadable(folder / MODEL_YAML, "there is no such file", hint=f"{wanted} is incomplete.")
        return self._by_prefix(wanted)

    def _by_prefix(self, wanted: Tag) -> Tag:
        begin = wanted.version or ""
        found = [version for version in scan.versions(self.layout, wanted.name) if version.startswith(begin)]
        complete = [version for version in found if scan.is_complete(self.layout.name(wanted.name) / version)]
        if not complete:
            raise self._not_found(wanted)
        if len(complete) > 1:
            raise AmbiguousVersion(str(wanted), wanted.name, complete)
        return wanted.with_version(complete[0])

    def _not_found(self, wanted: Tag) -> NotFound:
        names = scan.names(self.layout)
        if wanted.name not in names:
            similar = _close(wanted.name, names)
        else:
            versions = scan.versions(self.layout, wanted.name)
            similar = [f"{wanted.name}:{version}" for version in _close(wanted.version or "", versions)]
        return NotFound(str(wanted), str(self.layout.models), similar=similar)

    def get(self, tag: str | Tag) -> Model:
        """Return one model; raises as :meth:`resolve` does."""
        return Model(self.layout, self.resolve(tag))

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
            raise UnknownName(
                wanted.name, str(self.layout.models), similar=_close(wanted.name, scan.names(self.layout))
            )
        if wanted.version is None:
            return models
        if wanted.version == LATEST:
            return ModelList(models[:1])
        of_version = [problem for problem in models.problems if problem.tag_or_path == str(wanted)]
        return ModelList((model for model in models if model.tag == wanted), of_version)

    def _models(self, entries: Iterable[scan.Entry], problems: Iterable[Problem]) -> ModelList:
        return ModelList((Model(self.layout, entry.tag, entry=entry) for entry in entries), problems)

    def _look(self, name: str) -> tuple[builtins.list[scan.Entry], builtins.list[Problem]]:
        return self._scan(name)

    def _scan(self, name: str | None) -> tuple[builtins.list[scan.Entry], builtins.list[Problem]]:
        from bentobook.store import index

        return index.scan(self.layout, name)

    def delete(self, tag: str | Tag) -> Tag:
        """Delete one version.

        Parameters
        ----------
        tag : str or Tag
            ``name:version`` in full, or ``name:latest``; an incomplete version can be deleted too.

        Returns
        -------
        Tag
            What was deleted.

        Raises
        ------
        InvalidArgument
            When the version is left out.
        NotFound, ModelInUse, Refused, StoreNotWritable
        """
        from bentobook.store import removal

        wanted = Tag.parse(tag)
        if wanted.version is None:
            raise InvalidArgument(
                "tag", str(tag), "a name with its version", hint=f"Delete the newest with {str(wanted) + ':latest'!r}."
            )
        exact = self.resolve(wanted) if wanted.asks_for_latest else wanted
        if not scan.is_folder(self.layout.version(exact)):
            raise self._not_found(exact)
        removal.remove(self.layout, exact, self._look)
        return exact

    def draft(self, tag: str | Tag, *, needed: int | None = None) -> Draft:
        """Begin a version.

        Parameters
        ----------
        tag : str or Tag
            The version is made when the tag has none.
        needed : int, optional
            Bytes that will be written, where that is known.

        Returns
        -------
        Draft
            Use it in a ``with`` block.

        Raises
        ------
        AlreadyExists
            When the version is there.
        DiskFull, StoreNotWritable
        """
        from bentobook.store.draft import Draft
        from bentobook.store.publish import already_exists

        wanted = Tag.parse(tag)
        exact = wanted.make_new_version() if wanted.version is None else wanted
        exact.check_for_saving()
        if scan.holds_something(self.layout.version(exact)):
            raise already_exists(self.layout, exact)
        return Draft(self.layout, exact, look=self._look, needed=needed)


def _close(text: str, known: builtins.list[str]) -> builtins.list[str]:
    import difflib

    return difflib.get_close_matches(text, known)
