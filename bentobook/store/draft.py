"""A version that is being written.

It lies in a folder of its own under ``.bentobook/staging/``, closed to other users, until it is published or dropped.
It is dropped when anything at all goes wrong, an interrupt included; a process that is killed leaves a folder
that ``gc`` removes. ``staging/<id>/`` holds the mark of its writer and ``content/``, which becomes the version.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path, PurePosixPath
from types import ModuleType, TracebackType
from typing import Any, Self

from bentobook._version import __version__
from bentobook.errors import InvalidArgument, StoreUnreadable
from bentobook.store import custom_objects, durable, gc, latest, manifest, publish, safe_yaml, scan, sharing
from bentobook.store.kind import MODELS
from bentobook.store.layout import CUSTOM_OBJECTS, MANIFEST, Layout
from bentobook.store.locks import Mark
from bentobook.store.manifest import FileEntry, Manifest
from bentobook.store.model import Model
from bentobook.store.model_yaml import ModelInfo
from bentobook.store.tag import Tag

CONTENT = "content"
Progress = Callable[[int, int], object]


class Draft:
    """One version on its way into the store; a context manager that leaves nothing behind unless it was published.

    Attributes
    ----------
    tag : Tag
        With version.
    path : Path
        The folder whose content becomes the version.
    """

    def __init__(self, layout: Layout, tag: Tag, *, look: latest.Look, needed: int | None = None) -> None:
        self.tag = tag
        self._action = f"write a {layout.kind.word}"
        self._layout, self._look, self._needed = layout, look, needed
        self._folder = layout.staging / uuid.uuid4().hex
        self.path = self._folder / CONTENT
        self._entries: dict[str, FileEntry] = {}
        self._sharer = sharing.Sharer(replace(layout, kind=MODELS))
        self._mark: Mark | None = None
        self._pid = os.getpid()
        try:
            with durable.writing(layout.private, self._action, needed):
                layout.make_private()
                publish.check_one_file_system(layout, tag.name)
                durable.check_room(layout.staging, needed)
                self._folder.mkdir(mode=0o700)
                self._mark = Mark(self._folder)
                self.path.mkdir()
            gc.maybe(layout)
        except BaseException:
            self.discard()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.discard()

    def discard(self) -> None:
        """Remove what was written; a child process that inherited the draft leaves it to its parent."""
        if os.getpid() != self._pid:
            return
        self._sharer.close()
        if self._mark is not None:
            self._mark.release()
            self._mark = None
        durable.remove_tree(self._folder)

    def add_tree(self, source: Path, folder: str = "", progress: Progress | None = None) -> None:
        """Copy a folder of the user's into the version; the user's files are neither linked nor changed.

        Parameters
        ----------
        source : Path
            The folder to copy.
        folder : str
            Where it goes, relative to the version.
        progress : callable, optional
            Called with the bytes done and the bytes in all.

        Raises
        ------
        ImportFailed
            When the source cannot be read, or holds something else than files and folders.
        DiskFull, StoreNotWritable
            When the store cannot take it.
        """
        from bentobook.store import copying

        target = self.inside(folder)
        with durable.writing(target, self._action, self._needed):
            target.parent.mkdir(parents=True, exist_ok=True)
            added = copying.add_tree(source, target, sharer=self._sharer, progress=progress)
        self._record(folder, added)

    def adopt(self, folder: str = "") -> None:
        """Take files that were written under ``path/folder`` into the version: digest them, share equal content.

        Raises
        ------
        ImportFailed
            When there is something else than files and folders.
        """
        from bentobook.store import copying

        target = self.inside(folder)
        with durable.writing(target, self._action, self._needed):
            added = copying.adopt_tree(target, sharer=self._sharer)
        self._record(folder, added)

    def write(self, relpath: str, data: bytes) -> None:
        """Write one file of the version."""
        path = self.inside(relpath)
        with durable.writing(path, self._action, self._needed):
            path.parent.mkdir(parents=True, exist_ok=True)
            durable.write_file(path, data)
            self._record("", [manifest.entry_of(path, relpath, manifest.digest_of(data))])

    def write_custom_objects(
        self, objects: Mapping[str, Any] | None, external_modules: Sequence[ModuleType] | None = None
    ) -> None:
        """Pickle the user's objects into the version; no objects, no file."""
        if objects:
            self.write(CUSTOM_OBJECTS, custom_objects.dump(objects, external_modules))

    def inside(self, relpath: str) -> Path:
        """Return where a file of the version lies while it is written.

        Raises
        ------
        InvalidArgument
            When the path leads out of the version.
        """
        parts = PurePosixPath(relpath).parts
        if ".." in parts or PurePosixPath(relpath).is_absolute() or "\0" in relpath:
            raise InvalidArgument("path", relpath, f"a path inside the {self._layout.kind.word}")
        return self.path.joinpath(*parts)

    def _record(self, folder: str, entries: Iterable[FileEntry]) -> None:
        for entry in entries:
            path = str(PurePosixPath(folder, entry.path))
            self._entries[path] = replace(entry, path=path)

    @property
    def content_digest(self) -> str:
        """The digest of what was written so far, as the model will have it."""
        return self._manifest().content_digest

    @property
    def files(self) -> tuple[FileEntry, ...]:
        """The files that were written so far, sorted by path."""
        return self._manifest().files

    @property
    def size(self) -> int:
        """Bytes that were written so far; equal content that is shared counts."""
        return self._manifest().size

    @property
    def n_files(self) -> int:
        """Number of files that were written so far."""
        return self._manifest().n_files

    def _manifest(self, origin: Mapping[str, Any] | None = None) -> Manifest:
        return Manifest(tuple(self._entries[path] for path in sorted(self._entries)), origin or {})

    def publish(self, info: ModelInfo, *, origin: Mapping[str, object] | None = None, keep_time: bool = False) -> Model:
        """Write the record and the manifest, flush everything, and let the version appear by one rename.

        Parameters
        ----------
        info : ModelInfo
            The record; digest, size and number of files are filled in here.
        origin : mapping, optional
            Where the content came from, for the manifest.
        keep_time : bool
            Whether the time of creation stays, as for an archive; otherwise it is moved behind the newest version
            of the name, so that a clock that was set back does not make a new version an old one.

        Returns
        -------
        Model
            The stored model. The draft is over, also after an error.

        Raises
        ------
        AlreadyExists
            When the tag was published by another writer meanwhile.
        DiskFull, StoreNotWritable
            When the store cannot take it; it is unchanged then.
        """
        entry = self.publish_record(info, origin=origin, keep_time=keep_time)
        return Model(self._layout, self.tag, entry=entry)

    def publish_record(
        self, info: scan.AnyInfo, *, origin: Mapping[str, object] | None = None, keep_time: bool = False
    ) -> scan.Entry:
        """Publish an item of any kind, as :meth:`publish` does a model."""
        try:
            with durable.writing(self._layout.items, self._action, self._needed):
                before = self._newest()
                complete = self._complete(info, None if keep_time else before)
                self._seal(complete, origin or {})
                if self._layout.kind is MODELS:
                    # The cache only proposes, so it may know of a version too early; an interrupt changes nothing.
                    sharing.register(self._layout, self.tag, self._entries.values())
                entry = scan.entry_from(complete)
                is_newest = before is None or entry.age_key > before.age_key
                publish.Publication(self._layout, self.path, self.tag, is_newest, self._look, self.discard).run()
                return entry
        finally:
            self.discard()

    def _newest(self) -> scan.Entry | None:
        version = latest.newest(self._layout, self.tag.name, self._look)
        if version is None:
            return None
        tag = self.tag.with_version(version)
        try:
            return scan.read_entry(self._layout, tag)
        except StoreUnreadable:
            good, _ = self._look(self.tag.name)
            return good[0] if good else None

    def _complete(self, info: scan.AnyInfo, before: scan.Entry | None) -> scan.AnyInfo:
        found = self._manifest()
        ours = {"format": 1, "digest": found.content_digest, "size": found.size, "files": found.n_files}
        moment = info.creation_time.astimezone(UTC)
        if before is not None:
            moment = max(moment, before.creation_time.astimezone(UTC) + timedelta(microseconds=1))
        return replace(info, tag=self.tag, creation_time=moment, private={**ours, **info.private, **ours})

    def _seal(self, info: scan.Info, origin: Mapping[str, object]) -> None:
        record = safe_yaml.dump(info.to_dict())
        name, most = self._layout.kind.record, self._layout.kind.max_bytes
        if len(record) > most:
            wanted = f"labels, metadata and lineage of at most {most:,} bytes in all"
            raise InvalidArgument("metadata", f"{len(record):,} bytes", wanted)
        for old in (name, MANIFEST):
            self.path.joinpath(old).unlink(missing_ok=True)
            self._entries.pop(old, None)
        self.write(name, record)
        written_by = {"written_by": f"bentobook {__version__}", "written_at": datetime.now(UTC).isoformat()}
        durable.write_file(self.path / MANIFEST, manifest.dump(self._manifest({**origin, **written_by})))
        publish.open_to_group(self._layout, self.path)
        durable.flush_tree(self.path)
