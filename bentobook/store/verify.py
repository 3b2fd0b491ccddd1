"""Compare stored versions with their manifests.

A shallow look compares names and sizes; a deep one reads and digests every file. Times are not compared, because a
store may have been copied to another disk. A version that BentoML wrote has no manifest: it is unverified, not wrong.
"""

from __future__ import annotations

import os
import stat
import time
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from bentobook.errors import NotFound, StoreUnreadable
from bentobook.store import durable, latest, locks, manifest, scan
from bentobook.store.kind import BENTOS, MODELS, Kind
from bentobook.store.layout import MANIFEST, Layout
from bentobook.store.tag import Tag

State = Literal["ok", "unverified", "changed", "incomplete"]
_HALF_WRITTEN_S = 3600.0  # a folder without a record may be one that BentoML is filling right now


@dataclass(frozen=True)
class Verification:
    """What was found about one version.

    Attributes
    ----------
    tag : Tag
    state : {"ok", "unverified", "changed", "incomplete"}
        ``unverified``: no manifest, BentoML wrote it; ``incomplete``: no ``model.yaml``.
    problems : tuple of str
        One sentence a file.
    deep : bool
        Whether the content was read.
    n_files : int
        Files that the manifest names.
    set_aside : bool
        Whether a repair moved it to the quarantine.
    """

    tag: Tag
    state: State
    problems: tuple[str, ...] = ()
    deep: bool = False
    n_files: int = 0
    set_aside: bool = False

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return self.state in ("ok", "unverified")

    def __str__(self) -> str:
        if self.state == "ok":
            how = "content" if self.deep else "names and sizes"
            return f"{self.tag}: ok, {how} of {self.n_files} files as recorded"
        if self.state == "unverified":
            return f"{self.tag}: unverified, BentoML wrote it without digests"
        aside = "; moved to the quarantine" if self.set_aside else ""
        return f"{self.tag}: {self.state}: {'; '.join(self.problems)}{aside}"

    __repr__ = __str__


@dataclass(frozen=True)
class Report:
    """What was found about several versions.

    Attributes
    ----------
    results : tuple of Verification
    """

    results: tuple[Verification, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong with any of them."""
        return all(result.ok for result in self.results)

    @property
    def wrong(self) -> tuple[Verification, ...]:
        """The versions that something is wrong with."""
        return tuple(result for result in self.results if not result.ok)

    @property
    def set_aside(self) -> tuple[Tag, ...]:
        """The versions that a repair moved to the quarantine."""
        return tuple(result.tag for result in self.results if result.set_aside)

    def __str__(self) -> str:
        unverified = sum(result.state == "unverified" for result in self.results)
        sound = len(self.results) - len(self.wrong) - unverified
        counts = f"{sound} ok, {unverified} unverified, {len(self.wrong)} wrong"
        return "\n".join([*map(str, self.wrong), counts])

    __repr__ = __str__


def verify(layout: Layout, tags: Iterable[Tag], *, deep: bool = False, repair: bool = False) -> Report:
    """Compare versions of a store with their manifests.

    Parameters
    ----------
    layout : Layout
    tags : iterable of Tag
        With versions, such as :func:`all_tags` gives them.
    deep : bool
        Whether the content is read.
    repair : bool
        Move what is wrong to the quarantine, so that nobody loads it, and mend ``latest``.

    Raises
    ------
    NotFound
        When the only version is not there; of several, one that was just deleted is left out.
    """
    results = []
    wanted = list(tags)
    for tag in wanted:
        try:
            result = verify_version(layout, tag, deep=deep)
        except NotFound:
            if len(wanted) == 1:
                raise
            continue
        if repair and not result.ok and _may_move(layout, result):
            _set_aside(layout, tag)
            result = replace(result, set_aside=True)
        results.append(result)
    return Report(tuple(results))


def all_tags(layout: Layout, name: str | None = None) -> list[Tag]:
    """List the versions of a name, or of the store, also those that cannot be read."""
    names = scan.names(layout) if name is None else [name]
    return [Tag(one, version) for one in names for version in scan.versions(layout, one)]


def verify_version(layout: Layout, tag: Tag, *, deep: bool = True) -> Verification:
    """Compare one version with its manifest; with ``deep`` its content is read.

    Raises
    ------
    NotFound
        When it is not there.
    """
    folder = layout.version(tag)
    while (identity := _identity(folder)) is not None:
        found = verify_folder(folder, layout.kind, tag, deep=deep)
        # A version that was deleted while it was read is not a changed one.
        if found.ok or _identity(folder) == identity:
            return found
    raise NotFound(str(tag), str(layout.items), kind=layout.kind.noun)


def _identity(folder: Path) -> tuple[int, int] | None:
    try:
        status = folder.stat()
    except OSError:
        return None
    return (status.st_dev, status.st_ino) if stat.S_ISDIR(status.st_mode) else None


def verify_folder(folder: Path, kind: Kind, tag: Tag, *, deep: bool) -> Verification:
    """Compare the version that lies in a folder with its manifest, wherever the folder is."""
    record = kind.record
    if not (folder / record).is_file():
        return Verification(tag, "incomplete", (f"it has no {record}",), deep)
    try:
        recorded = manifest.read(folder)
        info = scan.read_bento(folder, tag) if kind is BENTOS else scan.read_info(folder, tag)
    except StoreUnreadable as error:
        return Verification(tag, "changed", (f"{Path(error.path).name}: {error.reason}",), deep)
    if recorded is None:
        return Verification(tag, "unverified", (), deep)
    problems = [*_differences(folder, recorded, kind, deep=deep)]
    if info.private.get("digest") != recorded.content_digest:
        problems.append(f"{record} names another content than the manifest")
    state: State = "changed" if problems else "ok"
    return Verification(tag, state, tuple(problems), deep, len(recorded.files))


def _is_beside(path: str, kind: Kind) -> bool:
    """Tell what does not belong to a Bento although it lies in its folder: its models, and bytecode of its modules."""
    return kind is BENTOS and (path.startswith(f"{MODELS.folder}/") or "/__pycache__/" in path)


def _differences(folder: Path, recorded: manifest.Manifest, kind: Kind, *, deep: bool) -> Iterator[str]:
    there = {path: status for path, status in _files(folder) if not _is_beside(path, kind)}
    for entry in recorded.files:
        status = there.pop(entry.path, None)
        if status is None:
            yield f"{entry.path} is missing"
        elif status.st_size != entry.size:
            yield f"{entry.path} has {status.st_size:,} bytes instead of {entry.size:,}"
        elif deep and (found := _content(folder / entry.path, entry)):
            yield found
    there.pop(MANIFEST, None)
    yield from (f"{path} was added" for path in sorted(there))


def _files(folder: Path) -> Iterator[tuple[str, os.stat_result]]:
    for parent, folders, names in os.walk(folder):
        links = [name for name in folders if Path(parent, name).is_symlink()]
        for name in (*names, *links):
            path = Path(parent, name)
            try:
                status = path.lstat()
            except FileNotFoundError:
                continue
            yield path.relative_to(folder).as_posix(), status


def _content(path: Path, entry: manifest.FileEntry) -> str:
    if path.is_symlink():
        return f"{entry.path} is a link"
    try:
        same = manifest.digest_file(path) == entry.digest
    except OSError as error:
        return f"{entry.path} cannot be read: {error.strerror}"
    return "" if same else f"{entry.path} has another content"


def _may_move(layout: Layout, result: Verification) -> bool:
    if result.state != "incomplete":
        return True
    return time.time() - layout.version(result.tag).stat().st_mtime > _HALF_WRITTEN_S


def _set_aside(layout: Layout, tag: Tag) -> None:
    with durable.writing(layout.quarantine, "set a version aside"):
        layout.make_private()
        with locks.name_lock(layout, tag.name):
            aside = layout.quarantine / f"{tag.name}-{tag.version}-{uuid.uuid4().hex[:8]}"
            layout.version(tag).rename(aside)
            if latest.newest(layout, tag.name, lambda name: scan.scan_name(layout, name)) is None:
                latest.remove_empty_name(layout, tag.name)
