"""Request ids: unique among processes, and cheap enough to be made for each request."""

from __future__ import annotations

import os
import re
from itertools import count

_GIVEN = re.compile(rb"[A-Za-z0-9._:-]{1,64}")
_numbers = count(1)
_prefix = os.urandom(5).hex()


def new() -> str:
    """Return an id that nobody has: ten random digits of this process, and a number."""
    return f"{_prefix}{next(_numbers):06x}"


def given(header: bytes | None) -> str:
    """Return the id that a caller chose, where it is harmless to write into a log, else a new one."""
    return header.decode() if header is not None and _GIVEN.fullmatch(header) else new()


def _renew() -> None:
    global _prefix  # noqa: PLW0603  # a child must not repeat its parent's ids
    _prefix = os.urandom(5).hex()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_renew)
