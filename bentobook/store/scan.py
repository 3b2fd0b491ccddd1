"""What the store holds, read from the folders themselves.

This is the truth; ``index.py`` remembers it. Names that are no tags (``.ipynb_checkpoints``) are not ours and are
passed over; a version without its record (``model.yaml``, ``bento.yaml``) is one that
BentoML is writing or left half-written.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple, TypeVar

from bentobook.errors import StoreUnreadable
from bentobook.store import bento_yaml, model_yaml
from bentobook.store.kind import BENTOS, MODELS, Kind
from bentobook.store.layout import Layout
from bentobook.store.problems import Problem
from bentobook.store.tag import LATEST, Tag, is_part

AnyInfo = TypeVar("AnyInfo", model_yaml.ModelInfo, bento_yaml.BentoInfo)
_DIGEST = re.compile(r"b3:[0-9a-f]{64}")
_FLAVOR, _PYFUNC = re.compile(r"[\w.-]{1,60}"), "python_function"
_CHUNK = 1 << 16  # a buffer for the largest record would cost more than the reading


class Entry(NamedTuple):
    """One version, as a list needs it; a tuple, because there may be many thousands.

    Attributes
    ----------
    tag : Tag
    creation_time : datetime
        With time zone.
    module : str
        Which module loads a model, or the import path of a Bento's service.
    size : int or None
        Bytes of the content; ``None`` where nobody recorded it.
    digest : str or None
        Digest of the content; ``None`` where nobody recorded it.
    labels : mapping of str to str
    flavors : tuple of str
        MLflow's names of how a model is saved, without pyfunc; empty where nobody recorded them.
    """

    tag: Tag
    creation_time: datetime
    module: str
    size: int | None = None
    digest: str | None = None
    labels: Mapping[str, str] = MappingProxyType({})
    flavors: tuple[str, ...] = ()

    @property
    def age_key(self) -> tuple[datetime, str]:
        """What versions of one name are ordered by; the newest is the largest."""
        return (self.creation_time, self.tag.version or "")


Info = model_yaml.ModelInfo | bento_yaml.BentoInfo


def entry_from(info: Info) -> Entry:
    """Return what a list needs of a record."""
    size, digest = info.private.get("size"), info.private.get("digest")
    is_size = isinstance(size, int) and not isinstance(size, bool) and size >= 0
    is_digest = isinstance(digest, str) and _DIGEST.fullmatch(digest) is not None
    return Entry(
        tag=info.tag,
        creation_time=info.creation_time,
        module=info.module,
        size=size if is_size else None,
        digest=digest if is_digest else None,
        labels=info.labels,
        flavors=_flavors(info.private.get("lineage")),
    )


def _flavors(lineage: object) -> tuple[str, ...]:
    """Return the flavors that a lineage names; one that is no word is none of MLflow's."""
    named = lineage.get("flavors") if isinstance(lineage, Mapping) else None
    if not isinstance(named, Mapping):
        return ()
    return tuple(name for name in named if isinstance(name, str) and _FLAVOR.fullmatch(name) and name != _PYFUNC)


def read_info(folder: Path, tag: Tag) -> model_yaml.ModelInfo:
    """Read the record of the model that lies in ``folder``.

    Raises
    ------
    StoreUnreadable
        When there is none, when it cannot be read, or when it is the record of another version.
    """
    path = folder / MODELS.record
    return _of(tag, model_yaml.parse(_data(path, MODELS), path), path)


def read_bento(folder: Path, tag: Tag) -> bento_yaml.BentoInfo:
    """Read the record of the Bento that lies in ``folder``; raises as :func:`read_info` does."""
    return _of(tag, bento_in(folder), folder / BENTOS.record)


def bento_in(folder: Path) -> bento_yaml.BentoInfo:
    """Read the record of the Bento in a folder, whatever its tag; raises as :func:`read_info` does."""
    path = folder / BENTOS.record
    return bento_yaml.parse(_data(path, BENTOS), path)


def read_record(layout: Layout, tag: Tag) -> Info:
    """Read the record of a version of the kind that the layout is for; raises as :func:`read_info` does."""
    folder = layout.version(tag)
    return read_bento(folder, tag) if layout.kind is BENTOS else read_info(folder, tag)


def _of(tag: Tag, info: AnyInfo, path: Path) -> AnyInfo:
    if info.tag != tag:
        raise StoreUnreadable(path, f"it is the record of {info.tag}")
    return info


def _data(path: Path, kind: Kind) -> bytes:
    try:
        return _read(path, kind.max_bytes)
    except FileNotFoundError:
        raise StoreUnreadable(path, "there is no such file", hint="The version is incomplete.") from None
    except OSError as error:
        raise StoreUnreadable(path, error.strerror or str(error)) from error


def _read(path: Path, max_bytes: int) -> bytes:
    data = b""
    with path.open("rb", buffering=0) as file:
        while len(data) <= max_bytes and (more := file.read(_CHUNK)):
            data += more
    return data


def read_entry(layout: Layout, tag: Tag) -> Entry:
    """Read what a list needs of one version; raises as :func:`read_info` does."""
    return entry_from(read_record(layout, tag))


def names(layout: Layout) -> list[str]:
    """Return the names in the store, sorted.

    Raises
    ------
    StoreUnreadable
        When the folder of the items may not be looked into.
    """
    return sorted(_folders(layout.items))


def versions(layout: Layout, name: str) -> list[str]:
    """Return the versions of a name that have a folder, whether or not it is complete."""
    return sorted(version for version in _folders(layout.name(name)) if version != LATEST)


def _folders(folder: Path) -> Iterator[str]:
    try:
        with os.scandir(folder) as found:
            yield from (entry.name for entry in found if is_part(entry.name) and entry.is_dir())
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError as error:
        raise StoreUnreadable(folder, error.strerror or str(error)) from error


def is_complete(folder: Path, kind: Kind = MODELS) -> bool:
    """Tell whether a version has a record.

    Raises
    ------
    StoreUnreadable
        When the folder may not be looked into.
    """
    try:
        return stat.S_ISREG((folder / kind.record).stat().st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as error:
        raise StoreUnreadable(folder, error.strerror or str(error)) from error


def is_folder(folder: Path) -> bool:
    """Tell whether a version has a folder, complete or not.

    Raises
    ------
    StoreUnreadable
        When it may not be looked for.
    """
    try:
        return folder.is_dir()
    except OSError as error:
        raise StoreUnreadable(folder, error.strerror or str(error)) from error


def holds_something(folder: Path) -> bool:
    """Tell whether a folder is there and not empty; an empty one is what a BentoML that was killed leaves.

    Raises
    ------
    StoreUnreadable
        When the folder may not be looked into.
    """
    try:
        with os.scandir(folder) as found:
            return next(found, None) is not None
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as error:
        raise StoreUnreadable(folder, error.strerror or str(error)) from error


def scan(layout: Layout, name: str | None = None) -> tuple[list[Entry], list[Problem]]:
    """Read all versions, or those of one name; newest first within a name.

    Returns
    -------
    entries : list of Entry
        The versions that can be used.
    problems : list of Problem
        The others.
    """
    entries: list[Entry] = []
    problems: list[Problem] = []
    for one in names(layout) if name is None else [name]:
        good, bad = scan_name(layout, one)
        entries += good
        problems += bad
    return entries, problems


def scan_name(layout: Layout, name: str) -> tuple[list[Entry], list[Problem]]:
    """Read the versions of one name, newest first."""
    entries: list[Entry] = []
    problems: list[Problem] = []
    try:
        found = versions(layout, name)
    except StoreUnreadable as error:
        return [], [Problem(name, f"unreadable: {error.reason}")]
    for version in found:
        tag = Tag(name, version)
        outcome = try_entry(layout, tag)
        if isinstance(outcome, Entry):
            entries.append(outcome)
        elif outcome is not None:
            problems.append(outcome)
    return sorted(entries, key=lambda entry: entry.age_key, reverse=True), problems


def try_entry(layout: Layout, tag: Tag) -> Entry | Problem | None:
    """Read one version; what is wrong with it is a problem, and one that has just been deleted is nothing."""
    try:
        return read_entry(layout, tag)
    except StoreUnreadable as error:
        folder, record = layout.version(tag), layout.kind.record
        if not _is_there(folder):
            return None
        if not _is_there(folder / record):
            why = f"incomplete: it has no {record}, so it is being written or was left half-written"
            return Problem(str(tag), why)
        return Problem(str(tag), f"unreadable: {error.reason}")


def _is_there(path: Path) -> bool:
    """Tell whether there is something; what may not be looked at is there."""
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
    return True
