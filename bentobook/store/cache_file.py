"""The one SQLite file under ``.bentobook/``: a cache, never the truth.

Whatever goes wrong with it (locked, read-only, damaged, of another shape) is no error of the caller's: the answer is
"nothing is known", and a damaged file is removed. A question waits at most a tenth of a second for another process;
what a finished import adds may wait longer, because content that the cache does not know is not shared.
There is no ``fsync``: after a power loss the file may be damaged, which each user of a table must be able to notice.
"""

from __future__ import annotations

import logging
import os
import stat
import uuid
from collections.abc import Callable
from contextlib import closing, suppress
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import quote

from bentobook.store.layout import Layout

if TYPE_CHECKING:
    import sqlite3

T = TypeVar("T")

_WAIT_S = 0.1
# A later shape of a table gets another number, so that two versions of this package can share a store.
_TABLES = """
CREATE TABLE IF NOT EXISTS names_2 (name TEXT PRIMARY KEY, versions BLOB) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS versions_1 (id INTEGER PRIMARY KEY, name TEXT, version TEXT, UNIQUE (name, version));
CREATE TABLE IF NOT EXISTS contents_1 (key INTEGER, id INTEGER, PRIMARY KEY (key, id)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS marks_1 (mark TEXT PRIMARY KEY) WITHOUT ROWID;
"""

log = logging.getLogger("bentobook")


def read(layout: Layout, work: Callable[[sqlite3.Connection], T]) -> T | None:
    """Ask the cache; ``None`` when it is not there or cannot answer."""
    if not is_there(layout):
        return None
    return _attempt(layout, work, "ro")


def write(layout: Layout, work: Callable[[sqlite3.Connection], T], *, wait_s: float = _WAIT_S) -> T | None:
    """Change the cache in one transaction, or leave it as it was and give ``None``.

    Parameters
    ----------
    layout : Layout
    work : callable
        Gets the connection, inside the transaction.
    wait_s : float
        Seconds to wait for another process that is writing.
    """

    def in_transaction(connection: sqlite3.Connection) -> T:
        connection.execute("BEGIN IMMEDIATE")
        try:
            result = work(connection)
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")
        return result

    if not is_there(layout) and not _make(layout):
        return None
    return _attempt(layout, in_transaction, "rw", wait_s)


def is_there(layout: Layout) -> bool:
    """Tell whether there is a cache to ask; one that cannot be looked at is none."""
    try:
        layout.index.stat()
    except OSError:
        return False
    return True


def _attempt(layout: Layout, work: Callable[[sqlite3.Connection], T], mode: str, wait_s: float = _WAIT_S) -> T | None:
    import sqlite3

    try:
        with closing(connect(layout, mode, wait_s)) as connection:
            return work(connection)
    except (sqlite3.Error, UnicodeDecodeError) as error:
        log.debug("the index %s is not used: %s", layout.index, error)
        if is_damaged(error):
            discard(layout)
        return None


def connect(layout: Layout, mode: str, wait_s: float = _WAIT_S) -> sqlite3.Connection:
    """Open the file for reading (``"ro"``) or writing (``"rw"``)."""
    import sqlite3

    uri = f"file:{quote(os.fspath(layout.index))}?mode={mode}"
    connection = sqlite3.connect(uri, uri=True, timeout=wait_s, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("PRAGMA synchronous = OFF")
    except BaseException:
        connection.close()
        raise
    return connection


def is_damaged(error: Exception) -> bool:
    """Tell whether the file is no database of ours any more, as opposed to busy or out of reach."""
    import sqlite3

    if isinstance(error, UnicodeDecodeError):
        return True  # SQLite quotes the damaged text of a schema in its message
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return code in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB} or "no such table" in str(error)


def discard(layout: Layout) -> None:
    """Remove the file."""
    for suffix in ("", "-journal"):
        with suppress(OSError):
            layout.index.with_name(layout.index.name + suffix).unlink()


def _make(layout: Layout) -> bool:
    """Make the file with the group and mode of the store, if somebody may write there.

    It appears with all its tables: a reader that met half of them would take it for a damaged one.
    """
    import sqlite3

    if not os.access(layout.private if layout.private.exists() else layout.home, os.W_OK):
        return False
    aside = layout.index.with_name(f"{layout.index.name}.{uuid.uuid4().hex}")
    try:
        layout.make_private()
        with closing(sqlite3.connect(aside, isolation_level=None)) as connection:
            connection.execute("PRAGMA synchronous = OFF")
            connection.executescript(_TABLES)
        aside.chmod(stat.S_IMODE(layout.private.stat().st_mode) & 0o666)
        if not is_there(layout):
            aside.rename(layout.index)
    except (OSError, sqlite3.Error) as error:
        log.debug("no index can be made in %s: %s", layout.private, error)
        return False
    finally:
        with suppress(OSError):
            aside.unlink(missing_ok=True)
    return True
