"""What this user trusts: ``trust.toml`` in the user's own settings, never in a store, a notebook or an archive.

::

    digests = ["b3:5f0c…"]

    [sources."s3://team/models"]
    "s3://team/models/iris" = "b3:77aa…"

A digest is trusted wherever it lies. A source is trusted with all that lies below it, and each address below it is
bound to the content that was loaded from it first: other content under the same address is not trusted.
"""

from __future__ import annotations

import contextlib
import json
import os
import stat
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bentobook import settings
from bentobook.errors import InvalidArgument, StoreNotWritable, StoreUnreadable
from bentobook.store import durable
from bentobook.store.sources import Source

_HEAD = (
    "# Models that may run code when bentobook loads them (BENTOBOOK_TRUST=notice|ask|enforce).\n"
    "# Under a source stand the addresses that were loaded from it, with the content that each had.\n"
)
_CORRECT = "Correct the file, or remove it to trust nothing."


@dataclass
class Trusted:
    """The content of the file.

    Attributes
    ----------
    digests : set of str
        Content digests, ``b3:`` and 64 hexadecimal digits.
    sources : dict of str to dict of str to str
        Per trusted source the addresses below it that have been loaded, each with its digest.
    """

    digests: set[str] = field(default_factory=set)
    sources: dict[str, dict[str, str]] = field(default_factory=dict)

    def source_of(self, address: Source, digest: str) -> str | None:
        """Find the trusted source that covers an address whose content may be ``digest``."""
        for text, bound in self.sources.items():
            if bound.get(str(address), digest) == digest and Source.parse(text).covers(address):
                return text
        return None


def path() -> Path:
    """Return where the file is, or will be."""
    return settings.config_home() / "trust.toml"


def read() -> Trusted:
    """Read the file; without one nothing is trusted.

    Raises
    ------
    StoreUnreadable
        When the file is damaged, or when somebody else could have written it.
    """
    where = path()
    try:
        with where.open("rb") as file:
            _check_private(where, os.fstat(file.fileno()))
            values = tomllib.load(file)
        trusted = Trusted(
            {_text(digest) for digest in values.get("digests", [])},
            {_text(key): {k: _text(v) for k, v in bound.items()} for key, bound in values.get("sources", {}).items()},
        )
        for source in trusted.sources:
            Source.parse(source)
    except FileNotFoundError:
        return Trusted()
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise StoreUnreadable(where, str(error), hint=_CORRECT) from error
    return trusted


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise InvalidArgument("digest", value, "a text")
    return value


def _check_private(where: Path, facts: os.stat_result) -> None:
    if os.name != "posix":
        return
    if facts.st_uid not in {0, os.getuid()} or facts.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise StoreUnreadable(where, "other users can write it", hint=f"Look at it, then run: chmod 600 {where}")


@contextlib.contextmanager
def changing() -> Iterator[Trusted]:
    """Read the file, let the caller change what it says, and write it back whole; one process at a time.

    Raises
    ------
    StoreNotWritable
        When the user's settings cannot be written.
    """
    from filelock import FileLock

    where = path()
    try:
        where.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with FileLock(where.with_suffix(".lock"), mode=0o600):
            trusted = read()
            yield trusted
            durable.replace_file(where, _render(trusted).encode(), via=where.parent, mode=0o600)
    except OSError as error:
        reason = error.strerror or str(error)
        hint = "Set XDG_CONFIG_HOME to a folder that you can write."
        raise StoreNotWritable(where.parent, "record what you trust", reason, hint=hint) from error


def _render(trusted: Trusted) -> str:
    lines = [_HEAD, "digests = [", *(f"  {_quoted(digest)}," for digest in sorted(trusted.digests)), "]"]
    for source, bound in sorted(trusted.sources.items()):
        lines += ["", f"[sources.{_quoted(source)}]"]
        lines += [f"{_quoted(address)} = {_quoted(digest)}" for address, digest in sorted(bound.items())]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    # A JSON string without \\u escapes is a TOML basic string, as long as every character is printable (see Source).
    return json.dumps(text, ensure_ascii=False)
