"""An answer as a person reads it: the state and where the time went, then scores, a table, or JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from math import isfinite
from typing import TYPE_CHECKING, Any

from bentobook import html

if TYPE_CHECKING:
    from bentobook.html import Markup
    from bentobook.service.result import CallResult

MAX_ROWS, MAX_BARS, FAILED = 50, 20, 400


def state_of(result: CallResult) -> Markup:
    """Write the head line: status, time, where it went, and with whom the request rode."""
    state: html.State = "ok" if result.status < FAILED else "bad"
    company = "" if result.batch is None else f"rode with {result.batch.requests - 1} others"
    parts = [html.span(result.status, state), f"{result.ms:.1f} ms", html.span(result.timing, "muted")]
    return html.join([*parts, html.span(company, "muted")], " ")


def answer_of(result: CallResult) -> Markup:
    """Write the value, or every problem of a refused request."""
    if not result.ok:
        return problems_of(result)
    try:
        value = json.loads(result.body)
    except ValueError:
        return html.join([html.code(result.content_type), f"{len(result.body):,} bytes"])
    return value_of(value)


def problems_of(result: CallResult) -> Markup:
    """Write what the service says of a failure: the sentence, and each problem with its place."""
    try:
        said = json.loads(result.body)
    except ValueError:
        said = {}
    said = said if isinstance(said, Mapping) else {}
    details = [each for each in said.get("detail") or () if isinstance(each, Mapping)]
    body = [[_place(each.get("loc")), each.get("msg", ""), _short(each.get("got"))] for each in details]
    table = html.table(["where", "what", "got"], body) if body else html.Markup("")
    return html.join([html.span(said.get("error") or result.error, "bad"), table], "")


def _place(loc: Any) -> str:
    return " / ".join(map(str, loc)) if isinstance(loc, Sequence) and not isinstance(loc, str) else str(loc or "")


def _short(value: Any) -> str:
    return "" if value is None else json.dumps(value, ensure_ascii=False, default=str)


def value_of(value: Any) -> Markup:
    """Write a JSON value: probabilities as bars, records as a table, anything else as JSON."""
    scores = _scores(value)
    if scores is not None:
        return _bars(scores)
    if isinstance(value, list) and value and all(isinstance(each, Mapping) for each in value):
        return _table(value)
    return html.lines(json.dumps(value, ensure_ascii=False, indent=1))


def _scores(value: Any) -> list[tuple[str, float]] | None:
    """Take one row of numbers between 0 and 1 that add up to 1 for what it most likely is."""
    row = value[0] if isinstance(value, list) and len(value) == 1 else value
    named = list(row.items()) if isinstance(row, Mapping) else None
    if named is None:
        named = [(str(at), each) for at, each in enumerate(row)] if isinstance(row, list) else []
    numbers = [each for _, each in named]
    if not 1 < len(numbers) <= MAX_BARS or any(type(each) not in (int, float) for each in numbers):
        return None
    between = all(isfinite(each) and 0 <= each <= 1 for each in numbers)
    return [(name, float(each)) for name, each in named] if between and abs(sum(numbers) - 1) < 1e-3 else None  # noqa: PLR2004  # rounding of float32


def _bars(scores: Sequence[tuple[str, float]]) -> Markup:
    """Write scores with meters, which a screen reader reads as well."""
    rows = [[name, html.meter(score, name), f"{score:.3f}"] for name, score in scores]
    return html.table(["", "", ""], rows, right=(2,))


def _table(records: Sequence[Mapping[str, Any]]) -> Markup:
    columns = list(dict.fromkeys(name for record in records for name in record))
    body = [[_cell(record.get(name)) for name in columns] for record in records[:MAX_ROWS]]
    numbers = [at for at, name in enumerate(columns) if isinstance(records[0].get(name), int | float)]
    more = len(records) - MAX_ROWS
    rest = html.span(f"and {more:,} more rows", "muted") if more > 0 else ""
    return html.join([html.table(columns, body, right=numbers), rest], "")


def _cell(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
