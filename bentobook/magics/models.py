"""``%bento_models``, ``%bento_show``, ``%bento_export``, ``%bento_delete``: what the store holds, also its Bentos."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bentobook.magics import tags
from bentobook.magics.grammar import Grammar, Option, Positional
from bentobook.magics.magic import Call, Magic

if TYPE_CHECKING:
    from bentobook.store.tag import Tag


@dataclass(frozen=True)
class Deleted:
    """What ``%bento_delete`` deleted."""

    tags: tuple[Tag, ...]

    def __repr__(self) -> str:
        return f"Deleted {', '.join(map(str, self.tags))}." if self.tags else "Nothing deleted."


def _store(call: Call) -> Any:
    """Return the module that deals with what is meant: ``bentobook.models``, or ``bentobook.bentos``."""
    from bentobook import bentos, models

    return bentos if call.given["bento"] else models


def _find(call: Call, text: str) -> Any:
    return tags.find_bento(text, call.names) if call.given["bento"] else tags.find(text, call.names)


def _list(call: Call) -> object:
    return _store(call).list(call.given["name"])


def _show(call: Call) -> object:
    return _find(call, call.given["tag"])


def _export(call: Call) -> object:
    return _find(call, call.given["tag"]).export(call.given["path"])


def _delete(call: Call) -> object:
    found = {item.tag: item for item in (_find(call, text) for text in call.given["tag"])}
    if not (call.given["yes"] or _agrees(call, list(found.values()))):
        return Deleted(())
    return Deleted(tuple(_store(call).delete(tag) for tag in found))


def _agrees(call: Call, items: Sequence[Any]) -> bool:
    """Ask the person at the keyboard; where there is none, refuse."""
    from bentobook.text import size

    what = ", ".join(f"{item.tag} ({size(item.size)})" for item in items)
    if not _can_ask(call.shell):
        raise call.grammar.error(f"nobody can be asked here whether to delete {what}; add -y.")
    try:
        answer = input(f"Delete {what}? [y/N] ")
    except EOFError:
        answer = ""
    return answer.strip().lower() in ("y", "yes")


def _can_ask(shell: Any) -> bool:
    kernel = getattr(shell, "kernel", None)
    if kernel is not None:
        return bool(getattr(kernel, "_allow_stdin", False))
    return sys.stdin is not None and sys.stdin.isatty()


_BENTO = Option("--bento", "Bentos instead of models")

LIST = Magic(
    Grammar("%bento_models", (Positional("name", "tag", optional=True),), (_BENTO,)),
    "List the models of the store.",
    "bentobook.models.list(NAME)",
    _list,
)
SHOW = Magic(
    Grammar("%bento_show", (Positional("tag", "tag"),), (_BENTO,)),
    "Show a model's card.",
    "bentobook.models.get(TAG)",
    _show,
)
EXPORT = Magic(
    Grammar("%bento_export", (Positional("tag", "tag"), Positional("path", "path", optional=True)), (_BENTO,)),
    "Write a model, or a Bento with its models, into an archive.",
    "bentobook.models.export_model(TAG, PATH)",
    _export,
)
DELETE = Magic(
    Grammar(
        "%bento_delete",
        (Positional("tag", "tag", many=True),),
        (Option("--yes", "do not ask", short="-y"), _BENTO),
    ),
    "Delete models, after a question; a name alone means its newest version.",
    "bentobook.models.delete(TAG)",
    _delete,
)
