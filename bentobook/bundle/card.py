"""The cards of a Bento and of the list of Bentos, as HTML and as plain text, drawn from the records only."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from bentobook import text as plain
from bentobook.card import Card, Grid, Line, Piece, Row, dotted
from bentobook.store import scan

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bentobook.bundle.record import BentoListRecord, BentoRecord
    from bentobook.store.problems import Problem

MAX_ROWS = 200
MAX_ROUTES = 20
MAX_WARNINGS = 8
MAX_SHOWN = 6
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
    found = [
        *_warnings(bento),
        _models(bento),
        _routes(bento),
        _cases(bento),
        _code(bento),
        _needs(bento),
        _left_out(bento),
    ]
    return [row for row in (*found, _labels(bento), _digest(bento)) if row is not None]


def _warnings(bento: BentoRecord) -> list[Row]:
    said = _list(bento, "warnings")
    more = [Row("!", (Piece(f"and {len(said) - MAX_WARNINGS} more", "warn"),))] if len(said) > MAX_WARNINGS else []
    return [*(Row("!", (Piece(str(each), "warn"),)) for each in said[:MAX_WARNINGS]), *more]


def _list(bento: BentoRecord, key: str) -> list[Any]:
    found = bento.info.private.get(key)
    return found if isinstance(found, list) else []


def _code(bento: BentoRecord) -> Row | None:
    """Name the user's own files, and which line imports them."""
    sources = bento.info.private.get("sources")
    if not isinstance(sources, dict) or not sources:
        return None
    lines: list[Line] = [
        (Piece(str(name), kind="code"), Piece(str(why), "muted")) for name, why in islice(sources.items(), MAX_SHOWN)
    ]
    rest = len(sources) - len(lines)
    return Row("code", dotted([*lines, (Piece(f"{rest} more", "muted"),)] if rest else lines))


def _needs(bento: BentoRecord) -> Row | None:
    found = [each for each in _list(bento, "requirements") if isinstance(each, dict) and each.get("line")]
    lines: list[Line] = [
        (Piece(str(each["line"])), Piece(str((each.get("reasons") or [""])[0]), "muted")) for each in found[:MAX_SHOWN]
    ]
    rest = len(found) - len(lines)
    return Row("needs", dotted([*lines, (Piece(f"{rest} more", "muted"),)] if rest else lines)) if lines else None


def _left_out(bento: BentoRecord) -> Row | None:
    """Name what models ask for and only serves development."""
    names = [str(each.get("line")) for each in _list(bento, "left_out") if isinstance(each, dict)]
    keep = Piece("keep with keep=[…]", "muted")
    return Row("left out", (Piece(", ".join(names)), keep)) if names else None


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


def _cases(bento: BentoRecord) -> Row | None:
    """Say what was tried before it was stored."""
    found = bento.info.private.get("cases")
    if not isinstance(found, dict):
        return None
    count = f"{found.get('count')} case{'' if found.get('count') == 1 else 's'}"
    if found.get("verified"):
        return Row("cases", (Piece(f"{count} replayed in a fresh process, through HTTP: all match", "ok"),))
    return Row("cases", (Piece(f"{count}, not replayed" if found.get("count") else "none", "muted"),))


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
