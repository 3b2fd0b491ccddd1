"""The record of a Bento: where it lies, what it holds, and which models it is bound to."""

from __future__ import annotations

import os
from dataclasses import replace
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from bentobook.errors import InvalidArgument, StoreUnreadable
from bentobook.store import scan
from bentobook.store.bento_yaml import BentoInfo
from bentobook.store.kind import BENTOS, MODELS
from bentobook.store.layout import MANIFEST, Layout
from bentobook.store.model import Model
from bentobook.store.tag import Tag

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bentobook.store.verify import Verification

SRC = "src"


class Bento:
    """A Bento of the store, or in a folder of its own. Two are equal when they are the same version of one place.

    Attributes
    ----------
    tag : Tag
        With version.
    layout : Layout
        Of the store that has its models, unless it brings them along.
    """

    def __init__(self, layout: Layout, tag: Tag, *, entry: scan.Entry | None = None, path: Path | None = None) -> None:
        self.tag, self.layout = tag, layout
        self.path = path or layout.version(tag)
        self._entry = entry

    @classmethod
    def from_folder(cls, folder: Path, layout: Layout) -> Bento:
        """Return the Bento that lies in a folder outside of the store, such as one in an image.

        Raises
        ------
        StoreUnreadable
            When there is no ``bento.yaml``, or one that makes no sense.
        """
        return cls(layout, scan.bento_in(folder).tag, path=folder.absolute())

    def path_of(self, item: str | os.PathLike[str]) -> str:
        """Return the path of a file or folder of the Bento.

        Raises
        ------
        InvalidArgument
            When the item does not lie inside the Bento.
        """
        parts = PurePosixPath(os.fspath(item).lstrip("/")).parts
        if ".." in parts:
            raise InvalidArgument("item", str(item), "a path inside the Bento")
        return str(self.path.joinpath(*parts))

    @cached_property
    def info(self) -> BentoInfo:
        """The record with BentoML's field names, read when it is first asked for."""
        return scan.read_bento(self.path, self.tag)

    @property
    def summary(self) -> scan.Entry:
        """What a list shows, without reading the record again."""
        if self._entry is None:
            self._entry = scan.entry_from(self.info)
        return self._entry

    @property
    def creation_time(self) -> Any:
        """When it was built, with time zone; BentoML's name."""
        return self.summary.creation_time

    @cached_property
    def models_layout(self) -> Layout:
        """Where its models lie: in the Bento itself where it has any, as in an image, else in the store."""
        inside = Layout(self.path, MODELS)
        found = (scan.is_complete(inside.version(tag)) for tag in self.info.models)
        return inside if any(found) else replace(self.layout, kind=MODELS)

    @property
    def models(self) -> tuple[Model, ...]:
        """The models that it is bound to, whether or not they are there."""
        return tuple(Model(self.models_layout, tag) for tag in self.info.models)

    @cached_property
    def size(self) -> int:
        """Bytes of its own files, without record and manifest."""
        recorded = self.summary.size
        return recorded if recorded is not None else sum(path.lstat().st_size for path in self._files())

    @property
    def model_size(self) -> int:
        """Bytes of the models that it is bound to, as far as they are there."""
        return sum(model.size for model in self.models if scan.is_complete(model.path))

    @cached_property
    def digest(self) -> str:
        """The digest of the content as it was recorded; where nobody recorded one, the files are read."""
        from bentobook.store import manifest

        return self.summary.digest or manifest.content_digest(manifest.describe(self.path))

    def export(self, path: str | os.PathLike[str] | None = None) -> Path:
        """Write the Bento with its models as an archive that BentoML can import too.

        Parameters
        ----------
        path : path-like, optional
            A file (``.bento``, ``.tar``, ``.tar.gz``, ``.tar.xz``, ``.tar.bz2``, ``.zip``) or a folder; the current
            folder when it is left out.

        Returns
        -------
        Path
            The archive.
        """
        from bentobook.bundle import archive_write

        return archive_write.export_bento(self, path)

    def verify(self, *, deep: bool = True) -> Verification:
        """Compare the files with the manifest, and the models with what the build recorded.

        Parameters
        ----------
        deep : bool
            Whether the content is read; otherwise names and sizes are compared.
        """
        from bentobook.bundle import verify

        return verify.verify_bento(self, deep=deep)

    def _files(self) -> Iterator[Path]:
        for parent, _, names in os.walk(self.path):
            skipped = (BENTOS.record, MANIFEST) if Path(parent) == self.path else ()
            yield from (Path(parent, name) for name in names if name not in skipped)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Bento) and (self.tag, self.path) == (other.tag, other.path)

    def __hash__(self) -> int:
        return hash((self.tag, self.path))

    def __repr__(self) -> str:
        return f'Bento(tag="{self.tag}")'

    def _repr_html_(self) -> str:
        from bentobook.bundle import card

        return str(card.of_bento(self).to_html())

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        from bentobook.bundle import card

        printer.text(repr(self) if cycle else card.of_bento(self).to_text())


def find_in(folder: Path) -> bool:
    """Tell whether a folder is a Bento."""
    try:
        return scan.is_complete(folder, BENTOS)
    except StoreUnreadable:
        return False
