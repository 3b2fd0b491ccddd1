"""Importing an archive of a Bento: what it is bound to becomes models of the store.

The members are streamed into a draft, as for a model. A model that the store has is compared and not stored again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from bentobook.bundle.bento import Bento
from bentobook.bundle.store import BentoStore
from bentobook.errors import BentobookError, StoreNotWritable
from bentobook.store import archive_read, durable, manifest, scan
from bentobook.store.archive_names import Limits, Unsafe
from bentobook.store.archive_read import Content
from bentobook.store.bento_yaml import BentoInfo
from bentobook.store.kind import MODELS
from bentobook.store.layout import MANIFEST, Layout
from bentobook.store.model import Model
from bentobook.store.model_yaml import ModelInfo
from bentobook.store.store import Store
from bentobook.store.tag import Tag

if TYPE_CHECKING:
    from bentobook.store.draft import Draft

_ACTION = "import a Bento"


def import_bento(
    store: BentoStore,
    path: Path,
    *,
    progress: Callable[[int, int], object] | None = None,
    limits: Limits | None = None,
) -> Bento:
    """Store the Bento of an archive, and those of its models that are not there yet.

    Parameters
    ----------
    store : BentoStore
    path : Path
        What ``bentobook export`` or ``bentoml export`` wrote.
    progress : callable, optional
        Called with the bytes of the archive that are done, and all of them.
    limits : Limits, optional
        How much is accepted.

    Returns
    -------
    Bento
        Its time of creation is that of the archive.

    Raises
    ------
    ArchiveRefused
        When the archive is not safe or not whole, or a model in it differs from the store's of the same tag.
    AlreadyExists
        When its version is there.
    DiskFull, StoreNotWritable
    """
    with store.draft(archive_read.UNKNOWN) as draft, archive_read.refusing(path), ExitStack() as open_drafts:
        content = archive_read.read(store.layout, draft, path, progress=progress, limits=limits)
        info = content.info
        if not isinstance(info, BentoInfo):
            is_model = (draft.path / MODELS.record).exists()
            raise Unsafe("it is a model, not a Bento" if is_model else f"it has no {store.kind.record} at its top")
        found = [_model(folder, Store(store.home), open_drafts) for folder in _model_folders(draft)]
        if not durable.remove_tree(draft.path / MODELS.folder):
            raise StoreNotWritable(draft.path, _ACTION, "the models in it cannot be taken out")
        draft.adopt()
        content.check(draft)
        draft.tag = info.tag
        ready = [each for each in found if each is not None]
        with _taken_back(store) as published:
            for model, of_model in ready:
                published.append(_publish_model(model, of_model, path))
            entry = draft.publish_record(info, origin=content.origin(path), keep_time=True)
        return Bento(store.layout, info.tag, entry=entry)


def _model_folders(draft: Draft) -> list[Path]:
    layout = Layout(draft.path, MODELS)
    return [layout.name(name) / version for name in scan.names(layout) for version in scan.versions(layout, name)]


def _model(folder: Path, store: Store, open_drafts: ExitStack) -> tuple[Draft, Content] | None:
    """Make a model of a folder of the archive; nothing where the store has the same."""
    tag = Tag(folder.parent.name, folder.name)
    record, listed = (folder / MODELS.record).read_bytes(), _bytes(folder / MANIFEST)
    content = Content(MODELS, record, listed, archive_read.understood(record, MODELS))
    if content.info is None or content.info.tag != tag:
        raise Unsafe(f"it is the record of another model than {tag}", f"{tag.path()}/{MODELS.record}")
    if scan.is_complete(store.layout.version(tag)):
        if Model(store.layout, tag).digest != manifest.content_digest(manifest.describe(folder)):
            raise Unsafe(f"the store has another model {tag}", f"{MODELS.folder}/{tag.path()}")
        return None
    draft = open_drafts.enter_context(store.draft(tag))
    with durable.writing(draft.path, _ACTION):
        for entry in folder.iterdir():
            if entry.name not in (MODELS.record, MANIFEST):
                entry.rename(draft.path / entry.name)
    draft.adopt()
    content.check(draft)
    return draft, content


def _bytes(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


@contextmanager
def _taken_back(store: BentoStore) -> Iterator[list[Tag]]:
    """Delete the models that were just published when the Bento cannot be."""
    published: list[Tag] = []
    try:
        yield published
    except BaseException:
        for tag in published:
            with suppress(BentobookError):
                Store(store.home).delete(tag)
        raise


def _publish_model(draft: Draft, content: Content, path: Path) -> Tag:
    if not isinstance(content.info, ModelInfo):
        raise TypeError(content.kind.record)
    return draft.publish(content.info, origin=content.origin(path), keep_time=True).tag
