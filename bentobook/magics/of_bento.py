"""A Bento's tag where a magic takes a service: loaded once per kernel; the line says which version it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bentobook.magics import notices
from bentobook.magics.magic import Call

if TYPE_CHECKING:
    from bentobook.bundle.bento import Bento
    from bentobook.service.service import Service

_loaded: dict[tuple[str, str], Service] = {}


def find(call: Call, text: str) -> Bento | None:
    """Return the Bento in a variable, or of that tag; None where there is none. No code of it runs.

    Raises
    ------
    AmbiguousVersion
        When several versions begin like that.
    """
    from bentobook.errors import AmbiguousVersion, InvalidTag, NotFound
    from bentobook.magics import tags

    try:
        return tags.find_bento(text, call.names)
    except AmbiguousVersion:
        raise
    except (InvalidTag, NotFound):
        return None


def loaded(bento: Bento) -> Service | None:
    """Return the service of a Bento that this kernel has loaded already."""
    return _loaded.get(_key(bento))


def service(call: Call, text: str, bento: Bento) -> Service:
    """Return the service of a Bento, the same each time; a version that the tag leaves open is shown."""
    from bentobook.bundle import loading
    from bentobook.magics import trimmed

    key = _key(bento)
    if not call.quiet and text != str(bento.tag):
        notices.show([f"{text} is {bento.tag}"])
    if key not in _loaded:
        with trimmed.to_user_frames(call.shell), notices.collected() as lines:
            _loaded[key] = loading.load(bento)
        if not call.quiet:
            notices.show(lines)
    return _loaded[key]


def _key(bento: Bento) -> tuple[str, str]:
    return str(bento.path), bento.digest
