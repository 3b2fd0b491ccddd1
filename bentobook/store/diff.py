"""What differs between two versions: signature, methods, params, metrics, tags, labels, dependencies, files.

Both sides are read from the records only; no file of a model is opened and nothing is loaded.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bentobook import html, text
from bentobook.errors import StoreUnreadable
from bentobook.store import needs
from bentobook.store.card_record import Record, files_of, lineage, mapping, sequence, signature
from bentobook.store.card_values import short

if TYPE_CHECKING:
    from bentobook.schema.spec import Schema

MAX_CELL = 300
_DIGEST_SHOWN = len("b3:") + 12


@dataclass(frozen=True)
class DiffRow:
    """One thing that at least one side has.

    Attributes
    ----------
    key : str
    left, right : str or None
        How the sides show it; ``None`` where a side does not have it.
    """

    key: str
    left: str | None
    right: str | None

    @property
    def equal(self) -> bool:
        """Whether both sides say the same."""
        return self.left == self.right


@dataclass(frozen=True)
class DiffSection:
    """Rows of one kind, such as the metrics.

    Attributes
    ----------
    title : str
    rows : tuple of DiffRow
    """

    title: str
    rows: tuple[DiffRow, ...]

    @property
    def changed(self) -> tuple[DiffRow, ...]:
        """The rows that are not equal."""
        return tuple(row for row in self.rows if not row.equal)


@dataclass(frozen=True, repr=False)
class Diff:
    """Two versions side by side; equal rows are kept, and left out of what is shown.

    Attributes
    ----------
    left, right : str
        Their tags.
    sections : tuple of DiffSection
    """

    left: str
    right: str
    sections: tuple[DiffSection, ...]

    @property
    def changed(self) -> tuple[DiffSection, ...]:
        """The sections in which something differs."""
        return tuple(section for section in self.sections if section.changed)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, equal rows included."""
        return {
            "left": self.left,
            "right": self.right,
            "sections": [
                {
                    "title": section.title,
                    "rows": [{"key": row.key, "left": row.left, "right": row.right} for row in section.rows],
                }
                for section in self.sections
            ],
        }

    def __repr__(self) -> str:
        if not self.changed:
            return f"{self.left} and {self.right} do not differ."
        header = ("", self.left, self.right)
        parts = [
            f"{section.title}\n{text.table(header, [_cells(row) for row in section.changed])}"
            for section in self.changed
        ]
        return "\n\n".join(parts)

    def _repr_html_(self) -> str:
        header = ("", self.left, self.right)
        body = [
            html.section(section.title, html.table(header, [_cells(row) for row in section.changed]))
            for section in self.changed
        ]
        return html.card(
            f"{self.left} ↔ {self.right}",
            subtitle="" if body else "no differences",
            body=body,
        )


def _cells(row: DiffRow) -> tuple[str, str, str]:
    return (row.key, "—" if row.left is None else row.left, "—" if row.right is None else row.right)


def diff(left: Record, right: Record) -> Diff:
    """Compare two stored models.

    Parameters
    ----------
    left, right : Model

    Returns
    -------
    Diff
        Sections in a fixed order; those that neither side has are left out.
    """
    one, other = _facts(left), _facts(right)
    sections = (DiffSection(title, tuple(_rows(one[title], other[title]))) for title in one)
    return Diff(str(left.tag), str(right.tag), tuple(section for section in sections if section.rows))


def _rows(left: Mapping[str, str], right: Mapping[str, str]) -> Iterator[DiffRow]:
    for key in dict.fromkeys((*left, *right)):
        yield DiffRow(key, left.get(key), right.get(key))


def _facts(record: Record) -> dict[str, dict[str, str]]:
    where = lineage(record)
    tags = {key: value for key, value in mapping(where.get("tags")).items() if not str(key).startswith("mlflow.")}
    return {
        "signature": dict(_signature(record)),
        "methods": dict(_methods(record)),
        "params": _shown(mapping(where.get("params"))),
        "metrics": _shown(mapping(where.get("metrics"))),
        "tags": _shown(tags),
        "labels": _shown(record.info.labels),
        "dependencies": {need.name: need.wanted for need in _needs(record)},
        "files": dict(_files(record)),
    }


def _shown(values: Mapping[Any, Any]) -> dict[str, str]:
    return {text.one_line(key): short(value, MAX_CELL) for key, value in values.items()}


def _signature(record: Record) -> Iterator[tuple[str, str]]:
    found = signature(record)
    if found is None:
        return
    yield from _columns("input", found.inputs)
    for param in found.params:
        yield f"param {text.one_line(param.name)}", f"{param.describe()}, default {short(param.default)}"
    yield from _columns("output", found.outputs)


def _columns(side: str, schema: Schema | None) -> Iterator[tuple[str, str]]:
    if schema is None:
        return
    for column in schema.columns:
        optional = "" if column.required else ", optional"
        yield f"{side} {text.one_line(column.name or '')}".rstrip(), f"{column.describe()}{optional}"
    for tensor in schema.tensors:
        yield f"{side} {text.one_line(tensor.name or '')}".rstrip(), tensor.describe()


def _methods(record: Record) -> Iterator[tuple[str, str]]:
    recorded = mapping(record.info.private.get("methods"))
    for name, options in {**record.info.signatures, **recorded}.items():
        batchable = getattr(options, "batchable", None) or mapping(options).get("batchable")
        yield text.one_line(name), "batched" if batchable else "not batched"


def _needs(record: Record) -> Iterable[needs.Need]:
    return needs.check(map(str, sequence(record.info.private.get("requirements"))))


def _files(record: Record) -> Iterator[tuple[str, str]]:
    files = files_of(record)
    if files is None or isinstance(files, StoreUnreadable):
        return
    for file in files.files:
        if file.path != "model.yaml":  # it holds the tag and the time, so it always differs
            yield text.one_line(file.path), f"{text.size(file.size)} {file.digest[:_DIGEST_SHOWN]}"
