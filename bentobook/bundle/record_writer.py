"""``bento.yaml`` of a plan: BentoML's second form, so that its commands list, serve, export and containerise it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bentobook._version import __version__
from bentobook.bundle import hosted
from bentobook.bundle.files import WHEELS
from bentobook.bundle.plan import Plan
from bentobook.store.bento_yaml import BentoInfo
from bentobook.store.model import Model
from bentobook.store.plain_values import check_labels, plain
from bentobook.store.tag import Tag

_APT = "apt-get update && apt-get install -q -y --no-install-recommends "


def info_of(plan: Plan, tag: Tag) -> BentoInfo:
    """Return the record of the Bento that a plan becomes.

    Raises
    ------
    InvalidArgument
        When a label cannot be kept.
    """
    return BentoInfo(
        tag=tag,
        service=f"{hosted.MODULE}:{hosted.NAME}",
        labels=check_labels(plan.labels),
        creation_time=datetime.now(UTC),
        rest=_rest(plan),
        private=plain(_private(plan), "bentobook"),
    )


def _rest(plan: Plan) -> dict[str, Any]:
    aliases = {tag: alias for alias, tag in plan.aliases.items()}
    models = [_model(model, aliases.get(str(model.tag))) for model in plan.models]
    service = {"name": plan.service_name, "service": "", "models": models, "dependencies": [], "config": {}}
    paths = {route: {"mounted": True} for route in plan.apis.values()}
    schema = {"name": plan.service_name, "type": "service", "routes": [], "paths": paths}
    return {
        "models": [],
        "entry_service": plan.service_name,
        "services": [service],
        "envs": [dict(each) for each in plan.envs],
        "schema": schema,
        "args": {},
        "spec": 2,
        "image": _image(plan),
    }


def _model(model: Model, alias: str | None) -> dict[str, Any]:
    entry = {
        "tag": str(model.tag),
        "module": model.info.module,
        "creation_time": model.info.creation_time.isoformat(),
    }
    return {**entry, "alias": alias} if alias else entry


def _image(plan: Plan) -> dict[str, Any]:
    """Describe the image as BentoML wants it; the names of system packages were checked, it gives them to a shell."""
    packages = " ".join(["ca-certificates", *plan.image.system_packages])
    lines = [*plan.pip_options, *(need.line for need in plan.needs.lines), f"../{WHEELS}/{plan.wheel.name}", "bentoml"]
    return {
        "base_image": plan.image.base,
        "python_version": plan.image.python_version,
        "commands": [_APT + packages],
        "python_requirements": "\n".join([*lines, ""]),
        "post_commands": [],
        "build_include": [],
    }


def _private(plan: Plan) -> Mapping[str, Any]:
    return {
        "service": plan.service,
        "apis": list(plan.apis),
        "models": {str(model.tag): model.digest for model in plan.models},
        "requirements": [{"line": need.line, "reasons": list(need.reasons)} for need in plan.needs.lines],
        "left_out": [{"line": need.line, "reasons": list(need.reasons)} for need in plan.needs.left_out],
        "sources": {name: source.reason for name, source in plan.sources.items() if source.reason},
        "warnings": list(plan.warnings),
        "built_with": f"bentobook {__version__}",
    }
