"""The store: where it is, whether it can be written, how full it is, what is wrong in it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from bentobook import text
from bentobook.doctor.checks import Check
from bentobook.errors import BentobookError
from bentobook.store import disk
from bentobook.store.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bentobook.store.layout import Layout

GROUP = "store"
MAX_PROBLEMS = 20
_LITTLE = 2 * 1024**3
# File systems of other machines, on which locks may be no locks and links may be refused.
_REMOTE = ("nfs", "nfs4", "cifs", "smb3", "smbfs", "lustre", "gpfs", "fuse", "9p", "ceph", "glusterfs")
_MOUNTS = Path("/proc/self/mounts")


def look() -> Iterator[Check]:
    """Check the store of ``$BENTOML_HOME``."""
    store = Store()
    there = _nearest(store.home)
    yield _place(store.home)
    yield _writable(store.home, there)
    yield _file_system(there)
    yield _room(there)
    try:
        yield from _contents(store)
    except (OSError, BentobookError) as error:
        yield Check(GROUP, "models", "cannot be listed", "bad", str(error))


def _nearest(folder: Path) -> Path:
    """Return the folder, or the closest one above it that exists."""
    return next(each for each in (folder, *folder.parents) if _is_there(each))


def _is_there(path: Path) -> bool:
    """Tell whether there is something that may be looked at."""
    try:
        return path.exists()
    except OSError:
        return False


def _place(home: Path) -> Check:
    set_by = "set by BENTOML_HOME" if os.environ.get("BENTOML_HOME") else "the default; BENTOML_HOME sets another"
    shown = text.under_home(home)
    try:
        home.lstat()
    except PermissionError:
        return Check(GROUP, "folder", f"{shown} is closed to you", "bad", set_by)
    except OSError:
        pass
    if not _is_there(home):
        return Check(GROUP, "folder", f"{shown} (not there yet)", advice=f"{set_by}; the first import makes it")
    if not home.is_dir():
        return Check(GROUP, "folder", f"{shown} is no folder", "bad", set_by)
    return Check(GROUP, "folder", shown, advice=set_by)


def _writable(home: Path, there: Path) -> Check:
    folders = [each for each in (home, home / "models", home / ".bentobook") if _is_there(each)] or [there]
    closed = [each for each in folders if not os.access(each, os.W_OK | os.X_OK)]
    if not closed:
        return Check(GROUP, "writable", "yes")
    advice = "Listing and loading work; to import, set BENTOML_HOME to a folder of yours"
    return Check(GROUP, "writable", f"no: {text.under_home(closed[0])}", "warn", advice)


def _file_system(there: Path) -> Check:
    kind = file_system(there)
    if kind.partition(".")[0] not in _REMOTE:
        return Check(GROUP, "file system", kind)
    return Check(GROUP, "file system", kind, advice="shared by machines: every rename is safe, locks may only be hints")


def file_system(folder: Path) -> str:
    """Return the type of the file system that a folder lies on, or ``"not known"``."""
    try:
        mounts = [line.split()[1:3] for line in _MOUNTS.read_text("utf-8", "replace").splitlines()]
    except OSError:
        return "not known"
    resolved = folder.resolve()
    # Blanks of a path stand as \040 there; of several mounts at one place the last one counts.
    above = [(len(place), kind) for place, kind in mounts if resolved.is_relative_to(place.replace("\\040", " "))]
    longest = max((length for length, _ in above), default=0)
    return next((kind for length, kind in reversed(above) if length == longest), "not known")


def _room(there: Path) -> Check:
    free = shutil.disk_usage(there).free
    if free >= _LITTLE:
        return Check(GROUP, "free space", text.size(free))
    advice = "`bentobook models prune --keep 3` deletes old versions"
    return Check(GROUP, "free space", text.size(free), "warn", advice)


def _contents(store: Store) -> Iterator[Check]:
    models = store.list()
    names = len({model.tag.name for model in models})
    count = (
        f"{len(models)} {'version' if len(models) == 1 else 'versions'} of {names} {'name' if names == 1 else 'names'}"
    )
    yield Check(GROUP, "models", count if models else "none yet")
    use = disk.usage(store.layout)
    saved = f"{text.size(use.logical)} of models; equal files are stored once" if use.shared else ""
    yield Check(GROUP, "disk use", text.size(use.physical), advice=saved)
    for problem in models.problems[:MAX_PROBLEMS]:
        yield Check(GROUP, problem.tag_or_path, problem.reason, "warn", "`bentobook models verify` tells more")
    if len(models.problems) > MAX_PROBLEMS:
        more = f"{len(models.problems) - MAX_PROBLEMS} more"
        yield Check(GROUP, "problems", more, "warn", "`bentobook models list` names them")
    yield from _leftovers(store.layout, use)


def _leftovers(layout: Layout, use: disk.DiskUse) -> Iterator[Check]:
    half = _count(layout.staging) + _count(layout.trash)
    if half:
        advice = "imports under way, or interrupted ones; `bentobook models gc` removes those"
        yield Check(GROUP, "unfinished", _entries(half, use.unfinished), advice=advice)
    if aside := _count(layout.quarantine):
        advice = f"changed models that `verify --repair` moved to {text.under_home(layout.quarantine)}"
        yield Check(GROUP, "set aside", _entries(aside, use.set_aside), "warn", advice)


def _count(folder: Path) -> int:
    try:
        return sum(1 for _ in folder.iterdir())
    except OSError:
        return 0


def _entries(n: int, n_bytes: int) -> str:
    return f"{'1 entry' if n == 1 else f'{n} entries'}, {text.size(n_bytes)}"
