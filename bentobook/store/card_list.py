"""The table of models: newest first within a name, what cannot be read as a warning row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from bentobook import text as plain
from bentobook.card import Card, Grid, Line, Piece

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bentobook.store.problems import Problem
    from bentobook.store.scan import Entry
    from bentobook.store.tag import Tag

MAX_ROWS = 200
_HEADER = ("tag", "", "module", "size", "created")


class ListedModel(Protocol):
    """What the table needs of one model."""

    @property
    def tag(self) -> Tag:
        """Its name and version."""

    @property
    def summary(self) -> Entry:
        """What is known without reading its record."""

    @property
    def size(self) -> int:
        """The bytes of its files."""


class ListRecord(Protocol):
    """What the table needs of a list of models."""

    def __iter__(self) -> Iterator[ListedModel]:
        """Give each model."""

    @property
    def problems(self) -> Sequence[Problem]:
        """What could not be read."""


def of_list(models: ListRecord, *, limit: int = MAX_ROWS) -> Card:
    """Make the card of a list of models.

    Parameters
    ----------
    models : ModelList
        Newest first within a name.
    limit : int
        Models beyond it are only counted.

    Returns
    -------
    Card
        It has ``to_html()`` and ``to_text()``.
    """
    every = list(models)
    names = {model.tag.name for model in every}
    newest = _newest(every)
    lines = [_line(model, is_newest=model.tag in newest) for model in every[:limit]]
    if len(every) > limit:
        lines.append((Piece(f"… {len(every) - limit} more", "muted"), "", "", "", ""))
    counts = [_count(len(every), "model")]
    if every:
        counts += [_count(len(names), "name"), plain.size(sum(model.size for model in every))]
    first = every[0].tag if every else None
    following = (f"%bento_show {first}", f"%bento_load {first}") if first else ("%bento_import NAME URI",)
    content: tuple[Grid, ...] = (Grid(_HEADER, tuple(lines), right=(3,)),) if lines else ()
    problems = tuple(_problem(problem) for problem in models.problems)
    content += (Grid(("cannot be used", "why"), problems),) if problems else ()
    return Card(title="models", subtitle=" · ".join(counts), content=content, following=following)


def _newest(models: Sequence[ListedModel]) -> set[Tag]:
    """Return the tag of the newest version of each name: that is what ``name:latest`` means."""
    newest: dict[str, ListedModel] = {}
    for model in models:
        kept = newest.get(model.tag.name)
        if kept is None or model.summary.age_key > kept.summary.age_key:
            newest[model.tag.name] = model
    return {model.tag for model in newest.values()}


def _line(model: ListedModel, *, is_newest: bool) -> Line:
    return (
        Piece(str(model.tag), kind="code"),
        Piece("latest", kind="chip") if is_newest else "",
        model.summary.module,
        plain.size(model.size),
        Piece(plain.local_time(model.summary.creation_time), "muted"),
    )


def _problem(problem: Problem) -> Line:
    return (Piece(f"! {problem.tag_or_path}", "warn", "mono"), Piece(problem.reason, "warn"))


def _count(n: int, what: str) -> str:
    return f"{n} {what}" if n == 1 else f"{n} {what}s"
