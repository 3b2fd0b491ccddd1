"""Exporting a Bento with its models inside, as BentoML does.

``.bento`` is tar compressed with xz: the Bento's folder, and under ``models/<name>/<version>/`` what it is bound to.
In the store models are never copied into a Bento; they are read from where they lie when it is exported.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from bentobook.errors import NotFound
from bentobook.store import archive_write, scan
from bentobook.store.kind import MODELS
from bentobook.store.source_tree import SourceFile, SourceTree
from bentobook.store.tag import LATEST

if TYPE_CHECKING:
    from bentobook.bundle.record import BentoRecord

ENDING = ".bento"


def export_bento(bento: BentoRecord, path: str | os.PathLike[str] | None = None) -> Path:
    """Write a Bento and its models as an archive; see :meth:`Bento.export`.

    Raises
    ------
    NotFound
        When a model that it is bound to is not there.
    InvalidArgument, DiskFull, StoreUnreadable
    """
    with tempfile.TemporaryDirectory() as aside:
        own = archive_write.tree_of(bento.path)
        files = [file for file in own.files if not _is_beside(file.path)]
        folders = [folder for folder in own.folders if not _is_beside(f"{folder}/")]
        for part in _model_trees(bento, Path(aside)):
            folders += [folder for folder in part.folders if folder not in folders]
            files += part.files
        tree = SourceTree(folders, sorted(files))
        return archive_write.write(bento.tag, tree, bento.info.creation_time, path, ending=ENDING)


def _is_beside(path: str) -> bool:
    """Tell what lies in the folder and is not the Bento's own: models, and bytecode that BentoML's process wrote."""
    return path.startswith(f"{MODELS.folder}/") or "/__pycache__/" in path


def _model_trees(bento: BentoRecord, aside: Path) -> Iterator[SourceTree]:
    for model in bento.models:
        if not scan.is_complete(model.path):
            raise NotFound(str(model.tag), str(model.layout.items), hint=f"{bento.tag} needs it: import it again.")
        tree, prefix = archive_write.tree_of(model.path), f"{MODELS.folder}/{model.tag.name}/{model.tag.version}"
        above = [MODELS.folder, f"{MODELS.folder}/{model.tag.name}", prefix]
        files = [file._replace(path=f"{prefix}/{file.path}") for file in tree.files]
        yield SourceTree([*above, *(f"{prefix}/{folder}" for folder in tree.folders)], files)
    for tag in {model.tag.name: model.tag for model in bento.models}.values():
        pointer = aside / tag.name
        pointer.write_text(tag.version or "", "ascii")
        status = pointer.stat()
        name = f"{MODELS.folder}/{tag.name}/{LATEST}"
        yield SourceTree([], [SourceFile(name, str(pointer), status.st_size, status.st_mtime_ns)])
