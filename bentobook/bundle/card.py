"""The cards of a Bento and of the list of Bentos, as HTML and as plain text, drawn from the records only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bentobook import text as plain
from bentobook.card import Card, Grid, Line, Piece, Row, dotted
from bentobook.store import scan

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bentobook.bundle.record import BentoListRecord, BentoRecord
    from bentobook.store.problems import Problem

MAX_ROWS = 200
MAX_ROUTES = 20
DIGEST_SHOWN = len("b3:") + 12
_HEADER = ("tag", "", "service", "size", "models", "built")


def of_bento(bento: BentoRecord) -> Card:
    """Make the card of a Bento."""
    return Card(
        title=str(bento.tag),
        subtitle=f"Bento · {plain.size(bento.size)}",
        aside=f"built {plain.local_time(bento.info.creation_time)[:-3]}",
        content=tuple(facts(bento)),
        following=(f"!bentobook serve {bento.tag}", f"%bento_export --bento {bento.tag}"),
    )


def facts(bento: BentoRecord) -> list[Row]:
    """Collect the rows that say what a Bento is; what is not recorded has no row."""
    found = [_models(bento), _routes(bento), _labels(bento), _digest(bento)]
    return [row for row in found if row is not None]


def _models(bento: BentoRecord) -> Row | None:
    lines: list[Line] = []
    for model in bento.models:
        there = scan.is_complete(model.path)
        lines.append((Piece(str(model.tag), kind="code"), _size(model.size) if there else Piece("missing", "bad")))
    return Row("models", dotted(lines)) if lines else None


def _size(n_bytes: int) -> Piece:
    return Piece(plain.size(n_bytes), "muted")


def _routes(bento: BentoRecord) -> Row | None:
    names = bento.info.private.get("apis")
    if not isinstance(names, list):
        return None
    chips = tuple(Piece(f"/{str(name).lstrip('/')}", kind="chip") for name in names[:MAX_ROUTES])
    return Row("routes", chips) if chips else None


def _labels(bento: BentoRecord) -> Row | None:
    pieces = tuple(Piece(f"{key}={value}", kind="chip") for key, value in bento.info.labels.items())
    return Row("labels", pieces) if pieces else None


def _digest(bento: BentoRecord) -> Row:
    digest = bento.summary.digest
    if digest is None:
        return Row("digest", (Piece("not recorded: written by BentoML", "muted"),))
    return Row("digest", (Piece(digest[:DIGEST_SHOWN], kind="mono"),))


def of_list(listed: BentoListRecord) -> Card:
    """Make the card of a list of Bentos."""
    bentos = list(listed)
    newest = {bento.tag for bento in _newest(bentos)}
    lines = [_line(bento, is_newest=bento.tag in newest) for bento in bentos[:MAX_ROWS]]
    if len(bentos) > MAX_ROWS:
        lines.append((Piece(f"… {len(bentos) - MAX_ROWS} more", "muted"), "", "", "", "", ""))
    content: tuple[Grid, ...] = (Grid(_HEADER, tuple(lines), right=(3, 4)),) if lines else ()
    problems = tuple(_problem(problem) for problem in listed.problems)
    content += (Grid(("cannot be used", "why"), problems),) if problems else ()
    following = (f"!bentobook serve {bentos[0].tag}",) if bentos else ("%bento_build SVC",)
    count = f"{len(bentos)} Bento{'' if len(bentos) == 1 else 's'}"
    return Card(title="Bentos", subtitle=count, content=content, following=following)


def _newest(bentos: Sequence[BentoRecord]) -> Iterator[BentoRecord]:
    newest: dict[str, BentoRecord] = {}
    for bento in bentos:
        kept = newest.get(bento.tag.name)
        if kept is None or bento.summary.age_key > kept.summary.age_key:
            newest[bento.tag.name] = bento
    yield from newest.values()


def _line(bento: BentoRecord, *, is_newest: bool) -> Line:
    return (
        Piece(str(bento.tag), kind="code"),
        Piece("latest", kind="chip") if is_newest else "",
        bento.summary.module,
        plain.size(bento.size),
        plain.size(bento.model_size),
        Piece(plain.local_time(bento.summary.creation_time), "muted"),
    )


def _problem(problem: Problem) -> Line:
    return (Piece(f"! {problem.tag_or_path}", "warn", "mono"), Piece(problem.reason, "warn"))
