"""Tags: the names of models and Bentos, ``name`` or ``name:version``.

The rules are BentoML's (``bentoml/_internal/tag.py``): both parts match ``[a-z0-9]([-._a-z0-9]*[a-z0-9])?``, 63
characters at most. Two things are stricter, because BentoML's own reading lets them through and breaks on them
later: the whole text must match (no trailing newline), and no version is called ``latest``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from bentobook.errors import InvalidTag

LATEST = "latest"
MAX_PART_LENGTH = 63
_PART = re.compile(r"[a-z0-9](?:[-._a-z0-9]*[a-z0-9])?")
# Names that Windows reserves for devices, whatever extension follows: a folder of that name cannot be made there.
_DEVICES = {"con", "prn", "aux", "nul"} | {f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10)}


def is_part(text: str) -> bool:
    """Tell whether ``text`` may stand as a name or as a version in BentoML's layout."""
    return len(text) <= MAX_PART_LENGTH and _PART.fullmatch(text) is not None


def _check_part(text: str, part: str, whole: str) -> None:
    if len(text) > MAX_PART_LENGTH:
        raise InvalidTag(whole, f"a {part} of at most {MAX_PART_LENGTH} characters in length")
    if not is_part(text):
        raise InvalidTag(
            whole,
            f"a {part} of lowercase letters, digits, '_', '-' or '.' that starts and ends with a letter or digit",
            hint=f"Try {suggest_name(text)!r}." if suggest_name(text) else "",
        )


def suggest_name(text: str) -> str:
    """Turn any text into a valid name, or into ``""`` where nothing of it can stay.

    >>> suggest_name("My Iris Model/v2")
    'my-iris-model-v2'
    """
    kept = re.sub(r"[^-._a-z0-9]+", "-", text.lower())[:MAX_PART_LENGTH]
    return kept.strip("-._")


@dataclass(frozen=True, order=True)
class Tag:
    """The name of a stored item, with or without its version.

    Attributes
    ----------
    name : str
        At most 63 characters.
    version : str or None
        At most 63 characters; ``None`` and ``"latest"`` both ask for the newest one.
    """

    name: str
    version: str | None = None

    def __post_init__(self) -> None:
        whole = str(self)
        _check_part(self.name, "name", whole)
        if self.version is not None:
            _check_part(self.version, "version", whole)

    @classmethod
    def parse(cls, text: str | Tag) -> Tag:
        """Read ``"name"`` or ``"name:version"``; upper case is lowered, as in BentoML.

        >>> Tag.parse("Iris:V1")
        Tag(name='iris', version='v1')

        Raises
        ------
        InvalidTag
            When the text is no tag; the sentence says why and proposes one.
        """
        if isinstance(text, Tag):
            return text
        if not isinstance(text, str):
            raise InvalidTag(repr(text), "a text such as 'iris' or 'iris:v1'")
        name, colon, version = text.lower().partition(":")
        if colon and not version:
            raise InvalidTag(text, "no trailing ':'", hint=f"Maybe you meant to use `{text}latest`?")
        if ":" in version:
            raise InvalidTag(text, "at most one ':'")
        return cls(name, version or None)

    # BentoML's names for the same thing.
    from_str = from_taglike = parse

    @property
    def asks_for_latest(self) -> bool:
        """Whether the newest version is meant."""
        return self.version is None or self.version == LATEST

    def with_version(self, version: str) -> Tag:
        """Return the tag of another version of the same name."""
        return replace(self, version=version)

    def make_new_version(self) -> Tag:
        """Return the tag with a version that was never used."""
        return self.with_version(new_version())

    def check_for_saving(self) -> None:
        """Refuse names that are readable, but must not be written: ``latest`` and Windows devices."""
        if self.version == LATEST:
            raise InvalidTag(str(self), "a version other than 'latest', which is the pointer to the newest")
        for part in (self.name, self.version or ""):
            if part.partition(".")[0] in _DEVICES:
                raise InvalidTag(str(self), f"a name that Windows does not reserve ({part!r} is a device there)")

    def path(self) -> PurePosixPath:
        """Return the folder of the item, relative to the folder of all items."""
        return PurePosixPath(self.name, self.version) if self.version else PurePosixPath(self.name)

    def __str__(self) -> str:
        return f"{self.name}:{self.version}" if self.version is not None else self.name


def new_version() -> str:
    """Return a fresh version id of 16 characters, made as BentoML makes it: ten bytes of a UUID 1 in base 32."""
    import base64
    import uuid

    raw = uuid.uuid1().bytes
    return base64.b32encode(raw[:6] + raw[8:12]).decode().lower()
