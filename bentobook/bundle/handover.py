"""``HANDOVER.md``: what the engineer who receives a Bento wants to know, and lines that can be copied.

It tells what was measured, and the digest of everything else, so it is no part of the content that the digest is of.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bentobook import text as plain
from bentobook.bundle import client_module, handover_changes, sbom
from bentobook.bundle.cases import BAD, Body
from bentobook.bundle.plan import Plan
from bentobook.io.content import JSON
from bentobook.service.client import Sent, curl
from bentobook.store import card_record
from bentobook.store.bento_yaml import BentoInfo
from bentobook.store.draft import Draft
from bentobook.store.manifest import HANDOVER
from bentobook.store.model import Model

NAME = HANDOVER
URL = "http://127.0.0.1:3000"
MAX_METRICS = 12
MAX_REASON = 200
MAX_SCHEMA = 6000


def text(plan: Plan, info: BentoInfo, draft: Draft) -> str:
    """Write the file.

    Parameters
    ----------
    plan : Plan
    info : BentoInfo
        The record, with what was tried.
    draft : Draft
        All other files are written.
    """
    sections = [
        _head(plan, info),
        _run(plan, info),
        _routes(plan),
        _tried(info),
        _models(plan),
        _needs(plan),
        _changes(plan, info, draft),
        _digests(plan, draft),
    ]
    return "\n\n".join("\n".join(lines) for lines in map(list, sections) if lines) + "\n"


def _code(value: object) -> str:
    return f"`{plain.one_line(value).replace('`', chr(39))}`"


def _cell(value: object) -> str:
    words = plain.one_line(value, MAX_REASON)
    for mark, written in (("\\", "\\\\"), ("|", "\\|"), ("<", "&lt;"), ("[", "\\["), ("`", "\\`")):
        words = words.replace(mark, written)
    return words


def _table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    names = list(header)
    yield f"| {' | '.join(names)} |"
    yield f"| {' | '.join('---' for _ in names)} |"
    yield from (f"| {' | '.join(row)} |" for row in rows)


def _fenced(lines: str, language: str = "") -> Iterator[str]:
    yield f"````{language}"
    yield lines
    yield "````"


def _head(plan: Plan, info: BentoInfo) -> Iterator[str]:
    yield f"# {info.tag}"
    yield ""
    yield f"The service `{plan.service_name}`, built {info.creation_time:%Y-%m-%d %H:%M} UTC with {_code(_by(info))}."
    for warning in info.private.get("warnings", ()):
        yield f"\n> **Note** {_cell(warning)}"


def _by(info: BentoInfo) -> object:
    return info.private.get("built_with", "bentobook")


def _run(plan: Plan, info: BentoInfo) -> Iterator[str]:
    tag = str(info.tag)
    yield "## Run it"
    yield ""
    yield from _fenced(
        "\n".join(
            [
                "# without an index that has bentobook: its wheel is in env/python/wheels",
                "sh env/python/install.sh",
                f"bentobook serve {tag}              # or: bentoml serve {tag}",
                f"bentobook test {tag}               # replays the cases; --clean-env, --url https://…",
            ]
        ),
        "sh",
    )
    yield ""
    yield "An image, of the exported Bento with its models:"
    yield ""
    yield from _fenced(
        f"bentobook export {tag} bento.tar && mkdir bento && tar -xf bento.tar -C bento\n"
        f"docker build -f bento/env/docker/Dockerfile -t {plan.name}:{info.tag.version} bento",
        "sh",
    )


def _routes(plan: Plan) -> Iterator[str]:
    yield "## Routes"
    for name, route in plan.apis.items():
        summary, takes, gives = client_module.described(plan, route)
        yield ""
        yield f"### `POST {route}`"
        if summary and summary != name:
            yield ""
            yield _cell(summary)
        yield ""
        yield f"Takes {', '.join(map(_code, takes))}; gives {', '.join(map(_code, gives))}."
        example = _example(plan, name, takes)
        if example is not None:
            yield ""
            yield from _fenced(curl(f"{URL}{route}", Sent(example.data, example.content_type)), "sh")
        yield from _schema("It takes", takes)
        yield from _schema("It gives", gives)
    yield ""
    yield "`/livez`, `/readyz` and `/metrics` are for operations, `apis/openapi.yaml` describes everything, and"
    yield f"`{client_module.NAME}` is a typed client of it (`python {client_module.NAME} {URL}`)."


def _example(plan: Plan, name: str, takes: Mapping[str, Any]) -> Body | None:
    """Choose a body that can be typed: of the case with the shortest, else the model's example."""
    bodies = [case.request for case in plan.cases if case.api == name and case.status < BAD]
    typed = [body for body in bodies if Sent(body.data, body.content_type).text is not None]
    if typed:
        return min(typed, key=lambda body: len(body.data))
    value = client_module.example_of(plan, name, takes) if JSON in takes else None
    return None if value is None else Body(JSON, json.dumps(value, default=str).encode())


def _schema(words: str, content: Mapping[str, Any]) -> Iterator[str]:
    schema = content.get(JSON, {}).get("schema")
    if schema:
        shown = json.dumps(schema, indent=1, default=str, ensure_ascii=False)
        yield ""
        yield f"{words}, as JSON Schema:"
        yield ""
        yield from _fenced(shown if len(shown) <= MAX_SCHEMA else shown[:MAX_SCHEMA] + "\n…", "json")


def _tried(info: BentoInfo) -> Iterator[str]:
    yield "## What was tried"
    yield ""
    cases = info.private.get("cases") or {}
    count = cases.get("count", 0)
    if not count:
        yield "No case was recorded."
    elif cases.get("verified"):
        yield f"{count} of {count} cases matched, replayed in a fresh process through HTTP (`tests/cases.jsonl`)."
    else:
        yield f"{count} cases were **not** replayed (`--no-verify`): `bentobook test {info.tag}` does."
    parity = info.private.get("parity")
    if parity:
        yield ""
        yield f"The same answers from model, runner and HTTP: {', '.join(map(_code, parity))}."
    measured = info.private.get("measured")
    if measured:
        machine = info.private.get("machine") or {}
        yield ""
        rows = (
            (
                _code(each["api"]),
                str(each["per_second"]),
                str(each["p50_ms"]),
                str(each["p95_ms"]),
                str(each["connections"]),
            )
            for each in measured
        )
        yield from _table(("API", "answers / s", "p50 ms", "p95 ms", "connections"), rows)
        yield ""
        where = f"{machine.get('cpu')}, {machine.get('cores')} cores, {machine.get('system')}"
        yield f"Measured for half a second each, client and one server process on {_cell(where)},"
        yield f"Python {_cell(machine.get('python'))}. Another machine gives other figures."


def _models(plan: Plan) -> Iterator[str]:
    if not plan.models:
        return
    yield "## Models"
    for model in plan.models:
        yield ""
        yield f"### `{model.tag}`"
        yield ""
        rows = [
            ("saved with", _code(model.info.module)),
            ("digest", _code(model.digest)),
            ("size", plain.size(model.size)),
        ]
        yield from _table(("", ""), [*rows, *_lineage(model)])


def _lineage(model: Model) -> Iterator[tuple[str, str]]:
    found = card_record.lineage(model)
    run, registry = card_record.mapping(found.get("run")), card_record.mapping(found.get("registry"))
    if found.get("source_uri"):
        yield "from", _code(found["source_uri"])
    if registry.get("name"):
        yield "registered as", _code(f"{registry['name']} v{registry.get('version')}")
    if run.get("id"):
        yield "run", f"{_code(run.get('name') or run['id'])} {_link(found, run)}".strip()
    for term, key in (("experiment", "experiment"), ("by", "user"), ("commit", "git_commit")):
        if run.get(key):
            yield term, _code(run[key])
    metrics = list(card_record.mapping(found.get("metrics")).items())[:MAX_METRICS]
    if metrics:
        yield "metrics", ", ".join(f"{_cell(name)} {_cell(value)}" for name, value in metrics)


def _link(found: Mapping[str, Any], run: Mapping[str, Any]) -> str:
    """Link to the run, where its tracking server has pages."""
    server, experiment = str(found.get("tracking_uri") or ""), run.get("experiment_id")
    if not server.startswith(("http://", "https://")) or not experiment or any(each in server for each in " <>()|"):
        return ""
    return f"([open it in MLflow](<{server.rstrip('/')}/#/experiments/{_cell(experiment)}/runs/{_cell(run['id'])}>))"


def _needs(plan: Plan) -> Iterator[str]:
    yield "## Dependencies"
    yield ""
    rows = [(_code(need.line), _cell("; ".join(need.reasons))) for need in plan.needs.lines if need.name]
    own = (_code(plan.wheel.name), "serves it; the wheel is in `env/python/wheels`")
    yield from _table(("requirement", "why"), [*rows, own])
    if plan.needs.left_out:
        yield ""
        yield f"Left out, because only development needs them: {', '.join(_code(n.line) for n in plan.needs.left_out)}."
    yield ""
    yield f"Python {plan.image.python_version}. " + (
        f"`{sbom.NAME}` lists all parts." if sbom.is_possible() else "There is no list of parts: cyclonedx is missing."
    )


def _changes(plan: Plan, info: BentoInfo, draft: Draft) -> Iterator[str]:
    before = handover_changes.previous(plan.name)
    if before is None:
        return
    yield f"## Since {before.tag}"
    yield ""
    found = handover_changes.changes(before, info, draft.files)
    yield from (f"- {plain.one_line(line, 400)}" for line in found or ("nothing that is compared",))


def _digests(plan: Plan, draft: Draft) -> Iterator[str]:
    yield "## Digests"
    yield ""
    yield f"Content of this Bento, without this file and `bento.yaml`: {_code(draft.content_digest)}"
    yield f"(`bentobook.bentos.verify({str(draft.tag)!r})` compares it); wheel: `sha256:{plan.wheel.sha256}`."
