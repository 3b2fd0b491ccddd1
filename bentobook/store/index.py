"""What ``scan.py`` reads, remembered: the same answer without reading every ``model.yaml`` again.

One row holds the versions of a name with what ``stat`` said of each ``model.yaml`` before it was read. A version is
only taken from the row when inode, both times and size are still the same; everything else is read as if there were
no row. A file that changed less than two seconds before it was read is not remembered, because a further change might
leave all four as they are (git calls such entries racy). A checksum makes sure that a damaged row counts for nothing.
"""

from __future__ import annotations

import json
import os
import re
import time
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from bentobook.store import cache_file
from bentobook.store import scan as reader
from bentobook.store.layout import MODEL_YAML, Layout
from bentobook.store.problems import Problem
from bentobook.store.scan import Entry
from bentobook.store.tag import LATEST, Tag, is_part

if TYPE_CHECKING:
    import sqlite3

RACY_NS = 2_000_000_000
_N_DIGITS = 8
_ODD = re.compile(r"[^ -~]")
_decode = json.JSONDecoder().raw_decode

# Version, newest first, to a line of fields with tabs between them: what stat said, creation time, module, size,
# digest, labels as JSON, flavors. A line is split when it is used; lists of fields would keep the garbage collector
# busy.
Row = dict[str, str]


def scan(layout: Layout, name: str | None = None) -> tuple[list[Entry], list[Problem]]:
    """Answer as :func:`bentobook.store.scan.scan` does, and remember what was read."""
    names = reader.names(layout) if name is None else [name]
    known = cache_file.read(layout, lambda connection: _load(connection, name)) or {}
    found = {one: _look(layout, one, known.get(one, {})) for one in names}
    news = {one: listing.row for one, listing in found.items() if listing.is_news}
    gone = [] if name is not None else [one for one in known if one not in found]
    if news or gone:
        cache_file.write(layout, lambda connection: _save(connection, news, gone))
    entries = [entry for listing in found.values() for entry in listing.entries]
    return entries, [problem for listing in found.values() for problem in listing.problems]


@dataclass
class _Listing:
    """The versions of one name, and the row that should be remembered of it."""

    entries: list[Entry] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    row: Row = field(default_factory=dict)
    is_news: bool = False


def _look(layout: Layout, name: str, known: Row) -> _Listing:
    folder = f"{layout.name(name)}/"
    try:
        there = _versions(folder, known)
    except OSError:
        return _Listing(*reader.scan_name(layout, name))
    listing = _Listing()
    for version, line in known.items():
        mark = _mark(f"{folder}{version}/{MODEL_YAML}") if version in there else ""
        if mark and line.startswith(mark):
            there.remove(version)
            listing.entries.append(_entry(name, version, line[len(mark) :]))
    if there or len(listing.entries) < len(known):
        _renew(layout, name, known, listing, there)
    return listing


def _versions(folder: str, known: Row) -> set[str]:
    """Find the versions of a name; what is known was found to be a tag before."""
    with os.scandir(folder) as found:
        return {
            entry.name
            for entry in found
            if (entry.name in known or (is_part(entry.name) and entry.name != LATEST)) and entry.is_dir()
        }


def _mark(path: str) -> str:
    """Return what changes whenever a file does."""
    try:
        status = os.stat(path)  # noqa: PTH116 (a Path costs as much as the call, and there are thousands)
    except OSError:
        return ""
    return f"{status.st_ino} {status.st_mtime_ns} {status.st_ctime_ns} {status.st_size}\t"


def _renew(layout: Layout, name: str, known: Row, listing: _Listing, versions: set[str]) -> None:
    """Read the versions that are new or changed, and write down what is to be remembered from now on."""
    row = {version: known[version] for entry in listing.entries if (version := entry.tag.version)}
    for version in sorted(versions):
        mark, now = _mark(f"{layout.name(name)}/{version}/{MODEL_YAML}"), time.time_ns()
        outcome = reader.try_entry(layout, Tag(name, version))
        if isinstance(outcome, Problem):
            listing.problems.append(outcome)
        elif outcome is not None:
            listing.entries.append(outcome)
            if mark and not _is_racy(mark, now) and (line := _line(mark, outcome)):
                row[version] = line
    listing.entries.sort(key=lambda entry: entry.age_key, reverse=True)
    order = [version for entry in listing.entries if (version := entry.tag.version) in row and version]
    listing.row = {version: row[version] for version in order}
    listing.is_news = listing.row != known


def _is_racy(mark: str, now_ns: int) -> bool:
    _, changed, moved, _ = map(int, mark.split())
    return max(changed, moved) + RACY_NS >= now_ns


def _entry(name: str, version: str, shown: str) -> Entry:
    created, module, size, digest, labels, flavors = shown.split("\t")
    return Entry(
        _tag(name, version),
        datetime.fromisoformat(created),
        module,
        int(size) if size else None,
        digest or None,
        _decode(labels)[0] if labels else {},
        tuple(flavors.split(" ")) if flavors else (),
    )


def _tag(name: str, version: str) -> Tag:
    """Make a tag of a folder whose name was checked when it was first read."""
    tag = object.__new__(Tag)
    object.__setattr__(tag, "name", name)
    object.__setattr__(tag, "version", version)
    return tag


def _line(mark: str, entry: Entry) -> str:
    """Write an entry down; nothing for one that would not come back as it was."""
    size = "" if entry.size is None else str(entry.size)
    labels = json.dumps(dict(entry.labels)) if entry.labels else ""
    fields = [entry.creation_time.isoformat(), entry.module, size, entry.digest or "", labels, " ".join(entry.flavors)]
    return "" if any(_ODD.search(field) for field in fields) else mark + "\t".join(fields)


def _load(connection: sqlite3.Connection, name: str | None) -> dict[str, Row]:
    where, values = ("", ()) if name is None else (" WHERE name = ?", (name,))
    rows = connection.execute(f"SELECT name, versions FROM names_2{where}", values)  # noqa: S608 (two constants)
    return {one: row for one, blob in rows if (row := _open(one, blob)) is not None}


def _open(name: object, blob: object) -> Row | None:
    """Return what stands in a row, or nothing when a byte of it is not as it was written."""
    if not isinstance(name, str) or not isinstance(blob, bytes):
        return None
    body = blob[_N_DIGITS:]
    if blob[:_N_DIGITS] != _checksum(name, body):
        return None
    lines = (line.partition("\t") for line in body.decode("ascii").split("\n") if line)
    return {version: fields for version, _, fields in lines}


def _save(connection: sqlite3.Connection, news: Mapping[str, Row], gone: Iterable[str]) -> None:
    connection.executemany("DELETE FROM names_2 WHERE name = ?", [(name,) for name in gone])
    blobs = [(name, _seal(name, row)) for name, row in news.items()]
    connection.executemany("INSERT OR REPLACE INTO names_2 VALUES (?, ?)", blobs)


def _seal(name: str, row: Row) -> bytes:
    body = "\n".join(f"{version}\t{line}" for version, line in row.items()).encode("ascii")
    return _checksum(name, body) + body


def _checksum(name: str, body: bytes) -> bytes:
    return f"{zlib.crc32(body, zlib.crc32(name.encode())):08x}".encode("ascii")
