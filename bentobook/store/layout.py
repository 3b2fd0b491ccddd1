"""Where things lie in a store.

``models/`` and ``bentos/`` are BentoML's. Everything that is only ours lies beside them in ``.bentobook/``, on the same
file system, because BentoML takes every folder under ``models/`` for a name or a version. The group and the mode of
the store are kept, so that a store which a group shares stays shared; what one user is writing is closed to the others.
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from bentobook.store.kind import MODEL_YAML, MODELS, Kind
from bentobook.store.tag import LATEST, Tag

__all__ = ["CUSTOM_OBJECTS", "MANIFEST", "MODEL_YAML", "Layout", "make_folder", "share_like"]

MANIFEST = ".bentobook-manifest.json"
CUSTOM_OBJECTS = "custom_objects.pkl"
_MODE_BITS = 0o3777


@dataclass(frozen=True)
class Layout:
    """The paths of one store, as they are for one kind of its items.

    Attributes
    ----------
    home : Path
        ``$BENTOML_HOME``.
    kind : Kind
        Models, or Bentos.
    """

    home: Path
    kind: Kind = MODELS

    @property
    def items(self) -> Path:
        """The folder of all items of this kind, ``<items>/<name>/<version>/``."""
        return self.home / self.kind.folder

    @property
    def models(self) -> Path:
        """The folder of all models, ``models/<name>/<version>/``."""
        return self.home / "models"

    @property
    def bentos(self) -> Path:
        """The folder of all Bentos, ``bentos/<name>/<version>/``."""
        return self.home / "bentos"

    @property
    def private(self) -> Path:
        """The folder that BentoML does not look into."""
        return self.home / ".bentobook"

    @property
    def staging(self) -> Path:
        """Versions that are being written, one folder (0700) each; also single files on their way to their place."""
        return self.private / "staging"

    @property
    def trash(self) -> Path:
        """Versions that were deleted and not yet removed."""
        return self.private / "trash"

    @property
    def cells(self) -> Path:
        """The modules of notebooks' cells, ``cells/<user>/<module>.py``."""
        return self.private / "cells"

    @property
    def locks(self) -> Path:
        """One lock file a name."""
        return self.private / "locks"

    @property
    def quarantine(self) -> Path:
        """Versions that were set aside because their content had changed."""
        return self.private / "quarantine"

    @property
    def index(self) -> Path:
        """The cache of what the store holds; it may be deleted at any time."""
        return self.private / "index.sqlite"

    def name(self, name: str) -> Path:
        """Return the folder of all versions of a name."""
        return self.items / name

    def version(self, tag: Tag) -> Path:
        """Return the folder of one version; the parts of a tag hold no separator, so it lies under ``items``."""
        if tag.version is None:
            raise ValueError(f"{tag} has no version")
        return self.items / tag.name / tag.version

    def latest_file(self, name: str) -> Path:
        """Return the file that names the newest version."""
        return self.items / name / LATEST

    def make_private(self) -> None:
        """Make the folders of the store that are missing, with the group and mode of the store."""
        self.home.mkdir(parents=True, exist_ok=True)
        for folder in (self.items, self.private, self.staging, self.trash, self.locks, self.quarantine):
            make_folder(folder, like=self.home)

    def make_name(self, name: str) -> bool:
        """Make the folder of a name with the mode of the folder above; tell whether it is new."""
        return make_folder(self.name(name), like=self.items)


def make_folder(folder: Path, *, like: Path) -> bool:
    """Make a folder with the group and mode of another, and tell whether it is new."""
    try:
        folder.mkdir()
    except FileExistsError:
        return False
    share_like(folder, like.stat())
    return True


def share_like(path: Path, like: os.stat_result) -> None:
    """Give a folder of ours the group and the mode of another folder.

    A group that the user is not in cannot be given; the mode is given all the same.
    """
    if hasattr(os, "chown") and path.stat().st_gid != like.st_gid:
        with suppress(PermissionError):
            os.chown(path, -1, like.st_gid)
    path.chmod(stat.S_IMODE(like.st_mode) & _MODE_BITS)
