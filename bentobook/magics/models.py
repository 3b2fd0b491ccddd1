"""``%bento_models``, ``%bento_show``, ``%bento_export``, ``%bento_delete``: what the store holds."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bentobook.magics import tags
from bentobook.magics.grammar import Grammar, Option, Positional
from bentobook.magics.magic import Call, Magic

if TYPE_CHECKING:
    from bentobook.store.model import Model
    from bentobook.store.tag import Tag


@dataclass(frozen=True)
class Deleted:
    """What ``%bento_delete`` deleted."""

    tags: tuple[Tag, ...]

    def __repr__(self) -> str:
        return f"Deleted {', '.join(map(str, self.tags))}." if self.tags else "Nothing deleted."


def _list(call: Call) -> object:
    from bentobook import models

    return models.list(call.given["name"])


def _show(call: Call) -> object:
    return tags.find(call.given["tag"], call.names)


def _export(call: Call) -> object:
    return tags.find(call.given["tag"], call.names).export(call.given["path"])


def _delete(call: Call) -> object:
    from bentobook import models

    found = {model.tag: model for model in (tags.find(text, call.names) for text in call.given["tag"])}
    if not (call.given["yes"] or _agrees(call, list(found.values()))):
        return Deleted(())
    return Deleted(tuple(models.delete(tag) for tag in found))


def _agrees(call: Call, models: Sequence[Model]) -> bool:
    """Ask the person at the keyboard; where there is none, refuse."""
    from bentobook.text import size

    what = ", ".join(f"{model.tag} ({size(model.size)})" for model in models)
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


LIST = Magic(
    Grammar("%bento_models", (Positional("name", "tag", optional=True),)),
    "List the models of the store.",
    "bentobook.models.list(NAME)",
    _list,
)
SHOW = Magic(
    Grammar("%bento_show", (Positional("tag", "tag"),)), "Show a model's card.", "bentobook.models.get(TAG)", _show
)
EXPORT = Magic(
    Grammar("%bento_export", (Positional("tag", "tag"), Positional("path", "path", optional=True))),
    "Write a model into an archive.",
    "bentobook.models.export_model(TAG, PATH)",
    _export,
)
DELETE = Magic(
    Grammar(
        "%bento_delete",
        (Positional("tag", "tag", many=True),),
        (Option("--yes", "do not ask", short="-y"),),
    ),
    "Delete models, after a question; a name alone means its newest version.",
    "bentobook.models.delete(TAG)",
    _delete,
)
