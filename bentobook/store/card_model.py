"""The rows of a model's card: what everybody wants to know first."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from bentobook import text as plain
from bentobook.card import DOT, Grid, Line, Piece, Row, dotted
from bentobook.store import card_signature, needs
from bentobook.store.card_record import Record, flavors, lineage, mapping, moment, sequence, signature, words
from bentobook.store.card_values import score

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

MAX_METRICS = 4
MAX_NEEDS = 6
DIGEST_SHOWN = len("b3:") + 12


def subtitle(record: Record) -> str:
    """Name the flavors and the size, such as ``scikit-learn 1.9 · pyfunc · 10.1 KB``."""
    saved_as = [f"{name} {'.'.join(version.split('.')[:2])}".strip() for name, version in flavors(record).items()]
    return " · ".join([*(plain.one_line(each, 60) for each in saved_as), plain.size(record.size)])


def aside(record: Record) -> str:
    """Say when the model came into the store."""
    imported = moment(lineage(record).get("imported_at"))
    what = "imported" if imported else "created"
    return f"{what} {plain.local_time(imported or record.info.creation_time)[:-3]}"


def rows(record: Record, *, claimed: bool, verified: bool | None) -> list[Row | Grid]:
    """Collect the rows and the table of the signature; what is not recorded has no row."""
    found = [
        _from(lineage(record), claimed=claimed),
        _methods(record),
        _run(lineage(record)),
        _loads_with(record, claimed=claimed),
        _needs(record),
        _digest(record, verified=verified),
        *_signature(record),
    ]
    return [each for each in found if each is not None]


def _from(where: Mapping[str, Any], *, claimed: bool) -> Row | None:
    source, resolved = words(where.get("source_uri")), words(where.get("resolved_uri"))
    registry = mapping(where.get("registry"))
    line: list[Piece | str] = [Piece(source or resolved, kind="code")] if source or resolved else []
    if registry.get("version"):
        line.append(Piece(f"version {registry['version']}", "muted"))
    aliases = [f"@{alias}" for alias in sequence(registry.get("aliases")) if f"@{alias}" not in source]
    if aliases:
        line.append(Piece(" ".join(aliases), "muted"))
    if claimed:
        line += [Piece(DOT, "muted")] if line else []
        line.append(Piece("claimed, not checked", "warn"))
    return Row("from", tuple(line)) if line else None


def _methods(record: Record) -> Row | None:
    recorded = mapping(record.info.private.get("methods"))
    batched = {str(name): bool(mapping(options).get("batchable")) for name, options in recorded.items()} or {
        name: each.batchable for name, each in record.info.signatures.items()
    }
    chips = tuple(
        Piece(f"{plain.one_line(name, 60)} · {'batched' if is_batched else 'not batched'}", kind="chip")
        for name, is_batched in batched.items()
    )
    return Row("methods", chips) if chips else None


def _run(where: Mapping[str, Any]) -> Row | None:
    run, metrics = mapping(where.get("run")), mapping(where.get("metrics"))
    facts: list[Line] = []
    if run.get("name"):
        facts.append((Piece(words(run["name"])),))
    if run.get("id"):
        facts.append((Piece(words(run["id"])[:8], kind="mono"),))
    facts += [(f"{plain.one_line(name, 60)} {score(value)}",) for name, value in islice(metrics.items(), MAX_METRICS)]
    rest = [_count(len(metrics) - MAX_METRICS, "metric"), _count(len(mapping(where.get("params"))), "param")]
    more = " + ".join(each for each in rest if each)
    line = dotted(facts) + ((Piece(f"+ {more}", "muted"),) if more else ())
    return Row("run", line) if line else None


def _loads_with(record: Record, *, claimed: bool) -> Row | None:
    recorded = [mapping(each) for each in sequence(record.info.private.get("loads_with"))]
    if not recorded:
        module = Piece(record.info.module or "unknown", kind="code")
        return Row("loads with", (module, Piece("formats not recorded, a load may run code", "warn")))
    by_format: dict[tuple[str, bool], list[str]] = {}
    for each in recorded:
        runs_code = each.get("runs_code") is not False
        by_format.setdefault((words(each.get("format")) or "unknown", runs_code), []).append(words(each.get("path")))
    return Row("loads with", dotted(_format(*kind, paths, claimed=claimed) for kind, paths in by_format.items()))


def _format(name: str, runs_code: bool, paths: list[str], *, claimed: bool) -> Line:
    where = paths[0].rpartition("/")[2] if len(paths) == 1 else f"{len(paths)} files"
    if runs_code:
        note = Piece("runs code on load", "warn")
    else:
        note = Piece("claims to be data only", "warn") if claimed else Piece("data only", "muted")
    return (Piece(name), Piece(where, "muted"), note) if where else (Piece(name), note)


def _needs(record: Record) -> Row | None:
    found = needs.check(map(str, sequence(record.info.private.get("requirements"))))
    shown = found if len(found) <= MAX_NEEDS else _most_telling(found, set(flavors(record)))
    facts = [need_line(need) for need in shown]
    if len(found) > len(shown):
        n_met = sum(bool(need.met) for need in found)
        words = f"all {n_met} as recorded" if n_met == len(found) else f"{n_met} of {len(found)} as recorded"
        facts.append((Piece(words, "ok" if n_met == len(found) else "muted"),))
    return Row("needs", dotted(facts)) if facts else None


def _most_telling(found: Sequence[needs.Need], frameworks: set[str]) -> list[needs.Need]:
    """Choose of many requirements those that are not met, and the framework of the model."""
    telling = [need for need in found if not need.met or need.name in frameworks]
    return sorted(telling, key=lambda need: need.met is True)[:MAX_NEEDS]


def need_line(need: needs.Need) -> Line:
    """Write one requirement and whether it is there."""
    if need.met is None:
        return (Piece(need.name), Piece(need.note, "muted"))
    return (Piece(str(need)), Piece(need.note, "ok" if need.met else "warn"))


def _digest(record: Record, *, verified: bool | None) -> Row | None:
    digest = words(record.info.private.get("digest"))
    if not digest:
        return Row("digest", (Piece("not recorded: written by BentoML", "muted"),))
    states = {True: (Piece("verified", "ok"),), False: (Piece("does not match the files", "bad"),), None: ()}
    return Row("digest", (Piece(digest[:DIGEST_SHOWN], kind="mono"), *states[verified]))


def _signature(record: Record) -> list[Row | Grid | None]:
    found = signature(record)
    if found is None:
        if not record.info.module.endswith(".mlflow"):
            return []
        uri = words(lineage(record).get("source_uri"))
        if not uri:
            return [Row("signature", (Piece("none, so inputs are not checked", "warn"),))]
        add = Piece(f'bentobook.mlflow.import_model("{record.tag.name}", "{uri}", example=X)', kind="code")
        return [Row("signature", (Piece("none, so inputs are not checked;", "warn"), "add one:", add))]
    example = record.info.private.get("example")
    from_example = Row("signature", (Piece("from the example given at import", "muted"),))
    return [
        card_signature.takes(found),
        from_example if found.source == "example" else None,
        card_signature.grid(found, example),
    ]


def _count(n: int, what: str) -> str:
    return "" if n <= 0 else f"{n} {what}{'' if n == 1 else 's'}"
