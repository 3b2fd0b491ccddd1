"""What a model's card folds away: lineage, params, tags, files, dependencies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bentobook import text as plain
from bentobook.card import Grid, Line, Piece, Row, Section
from bentobook.errors import StoreUnreadable
from bentobook.store import card_signature, needs
from bentobook.store.card_record import Record, lineage, mapping, moment, sequence, signature, words
from bentobook.store.card_values import short

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bentobook.store.manifest import Manifest

MAX_ROWS = 200
MAX_CELL = 300
MAX_TERM = 100
# The key of the lineage, the key inside of it, and how the card calls it.
_LINEAGE = (
    ("source_uri", "", "source"),
    ("resolved_uri", "", "resolved"),
    ("tracking_uri", "", "tracking"),
    ("registry", "name", "registered as"),
    ("registry", "version", "version"),
    ("registry", "stage", "stage"),
    ("run", "experiment", "experiment"),
    ("run", "name", "run"),
    ("run", "id", "run id"),
    ("run", "user", "logged by"),
    ("run", "source_name", "logged in"),
    ("run", "git_commit", "git commit"),
    ("model", "id", "model id"),
    ("model", "uuid", "model uuid"),
    ("model", "mlflow_version", "logged with MLflow"),
    ("model", "utc_time_created", "logged at (UTC)"),
    ("imported_by", "", "imported by"),
)


def sections(record: Record, files: Manifest | StoreUnreadable | None, *, claimed: bool) -> tuple[Section, ...]:
    """Collect the sections; those that would be empty are left out."""
    where, found = lineage(record), signature(record)
    inputs = card_signature.all_inputs(found, record.info.private.get("example")) if found else None
    pairs = {
        "params": mapping(where.get("params")),
        "metrics": mapping(where.get("metrics")),
        # MLflow's own tags say what the rows above say.
        "tags": {key: value for key, value in mapping(where.get("tags")).items() if not str(key).startswith("mlflow.")},
        "labels": record.info.labels,
        "metadata": record.info.metadata,
    }
    every = [
        inputs,
        _lineage(record, claimed=claimed),
        *(_pairs(title, values) for title, values in pairs.items()),
        _datasets(where),
        _files(files),
        _dependencies(record),
    ]
    return tuple(section for section in every if section is not None)


def _lineage(record: Record, *, claimed: bool) -> Section | None:
    where = lineage(record)
    rows = []
    for key, inner, term in _LINEAGE:
        value = mapping(where.get(key)).get(inner) if inner else where.get(key)
        if value not in (None, "", [], {}):
            rows.append(Row(term, (Piece(short(value, MAX_CELL), kind="mono"),)))
    if imported := moment(where.get("imported_at")):
        rows.append(Row("imported at", (plain.local_time(imported),)))
    title = "lineage (claimed)" if claimed else "lineage"
    return Section(title, tuple(rows)) if rows else None


def _pairs(title: str, values: Mapping[str, Any]) -> Section | None:
    rows = [Row(plain.one_line(key, MAX_TERM), (short(value, MAX_CELL),)) for key, value in values.items()]
    if len(rows) > MAX_ROWS:
        rows = [*rows[:MAX_ROWS], Row("…", (Piece(f"{len(rows) - MAX_ROWS} more", "muted"),))]
    return Section(title, tuple(rows)) if rows else None


def _datasets(where: Mapping[str, Any]) -> Section | None:
    found = [mapping(each) for each in sequence(where.get("datasets"))]
    lines: list[Line] = [
        (Piece(words(each.get("name")), kind="code"), short(each.get("source") or each.get("digest") or "", MAX_CELL))
        for each in found
    ]
    return Section("datasets", (Grid(("dataset", "source"), _cut(lines)),)) if lines else None


def _files(files: Manifest | StoreUnreadable | None) -> Section | None:
    if files is None:
        return None
    if isinstance(files, StoreUnreadable):
        return Section("files", (Row("manifest", (Piece(str(files), "bad"),)),))
    lines: list[Line] = [(Piece(file.path, kind="code"), plain.size(file.size)) for file in files.files]
    return Section("files", (Grid(("file", "size"), _cut(lines), right=(1,)),))


def _dependencies(record: Record) -> Section | None:
    found = needs.check(map(str, sequence(record.info.private.get("requirements"))))
    lines: list[Line] = [
        (Piece(need.name, kind="code"), need.wanted, Piece(need.note, "ok" if need.met else "warn")) for need in found
    ]
    return Section("dependencies", (Grid(("dependency", "recorded", "here"), _cut(lines)),)) if lines else None


def _cut(lines: Iterable[Line]) -> tuple[Line, ...]:
    every = list(lines)
    if len(every) <= MAX_ROWS:
        return tuple(every)
    more: Line = (Piece(f"… {len(every) - MAX_ROWS} more", "muted"), *("" for _ in every[0][1:]))
    return (*every[:MAX_ROWS], more)
