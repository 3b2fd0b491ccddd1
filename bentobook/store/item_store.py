"""What models and Bentos have in common in a store: to be found by tag, begun, deleted."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from bentobook import settings
from bentobook.errors import AmbiguousVersion, InvalidArgument, NotFound, StoreUnreadable, UnknownName
from bentobook.store import latest, scan
from bentobook.store.kind import MODELS, Kind
from bentobook.store.layout import Layout
from bentobook.store.tag import Tag

if TYPE_CHECKING:
    from bentobook.store.draft import Draft
    from bentobook.store.problems import Problem


class ItemStore:
    """The items of one kind under one ``$BENTOML_HOME``.

    Parameters
    ----------
    home : path-like, optional
        The folder of the store; the setting when it is left out. It is made when something is written.
    """

    kind: ClassVar[Kind] = MODELS

    def __init__(self, home: str | os.PathLike[str] | None = None) -> None:
        self.home = Path(home).expanduser().absolute() if home is not None else settings.home()
        self.layout = Layout(self.home, self.kind)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self.home)!r})"

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
        if scan.is_complete(folder, self.kind):
            return wanted
        if folder.is_dir():
            raise StoreUnreadable(folder / self.kind.record, "there is no such file", hint=f"{wanted} is incomplete.")
        return self._by_prefix(wanted)

    def _by_prefix(self, wanted: Tag) -> Tag:
        begin, of_name = wanted.version or "", self.layout.name(wanted.name)
        found = [version for version in scan.versions(self.layout, wanted.name) if version.startswith(begin)]
        complete = [version for version in found if scan.is_complete(of_name / version, self.kind)]
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
        return NotFound(
            str(wanted),
            str(self.layout.items),
            kind=self.kind.noun,
            similar=similar,
            hint=f"List what is there with `{self.kind.verb} list`.",
        )

    def _unknown(self, name: str) -> UnknownName:
        similar = _close(name, scan.names(self.layout))
        return UnknownName(name, str(self.layout.items), similar=similar, kind=self.kind.noun, listing=self.kind.verb)

    def _look(self, name: str) -> tuple[list[scan.Entry], list[Problem]]:
        return self._scan(name)

    def _scan(self, name: str | None) -> tuple[list[scan.Entry], list[Problem]]:
        return scan.scan(self.layout, name)

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


def _close(text: str, known: list[str]) -> list[str]:
    import difflib

    return difflib.get_close_matches(text, known)
