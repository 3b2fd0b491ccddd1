"""The files of a Bento, each by a small function of the plan. Equal plans give equal bytes: no time and no version."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from bentobook.bundle import cases_files, client_module, docker, hosted, sbom
from bentobook.bundle.plan import Plan
from bentobook.store import safe_yaml

File = tuple[str, bytes]
WHEELS = "env/python/wheels"
MODELS_FILE = "env/models.json"
# Paths in a requirements file count from the working folder, which is src/ here and in BentoML's own images.
_FROM_SRC = f"../{WHEELS}"


def sources(plan: Plan) -> Iterator[File]:
    """Give the user's own files and the module that BentoML imports."""
    for name, source in plan.sources.items():
        yield f"src/{name}", source.read()
    yield f"src/{hosted.MODULE}.py", hosted.module_text(plan.service_name).encode()
    yield "src/bentofile.yaml", safe_yaml.dump({"service": f"{hosted.MODULE}:{hosted.NAME}", **plan.bentofile})


def readme(plan: Plan) -> Iterator[File]:
    """Give the user's README, or one that says how the Bento is run."""
    text = plan.description.strip() or _readme(plan)
    yield "README.md", f"{text}\n".encode()


def _readme(plan: Plan) -> str:
    routes = "\n".join(f"| `{name}` | `POST {route}` |" for name, route in plan.apis.items())
    models = "\n".join(f"- `{model.tag}`" for model in plan.models) or "- none"
    return "\n".join(
        [
            f"# {plan.name}",
            "",
            "A prediction service, built by bentobook.",
            "",
            "| API | route |",
            "| --- | --- |",
            routes,
            "",
            "Models:",
            "",
            models,
            "",
            f"Run it with `bentobook serve {plan.name}:latest` or `bentoml serve {plan.name}:latest`. What it needs",
            "is in `env/python/requirements.txt` (`env/python/install.sh` installs it); `env/docker/Dockerfile` makes",
            "an image of the exported Bento.",
        ]
    )


def description(plan: Plan) -> Iterator[File]:
    """Give the description of the routes."""
    yield "apis/openapi.yaml", safe_yaml.dump(_plain(plan.openapi))


def _plain(value: Any) -> Any:
    return json.loads(json.dumps(value, default=str))


def requirements(plan: Plan) -> Iterator[File]:
    """Give the requirements, with the reason of each line where the lines are ours, and the wheels."""
    own = f"{_FROM_SRC}/{plan.wheel.name}"
    others = [f"{_FROM_SRC}/{name}" for name in plan.wheels]
    lines = [*plan.pip_options]
    for need in plan.needs.lines:
        because = "" if plan.needs.named or not need.reasons else f"  # {'; '.join(need.reasons)}"
        lines.append(f"{need.line}{because}")
    yield "env/python/requirements.txt", _text([*lines, *others, own])
    if plan.lock:
        pinned = [*plan.pip_options, plan.lock.rstrip(), f"{own} --hash=sha256:{plan.wheel.sha256}"]
        yield "env/python/requirements.lock.txt", _text(pinned)
    yield f"{WHEELS}/{plan.wheel.name}", plan.wheel.data
    for name, path in plan.wheels.items():
        yield f"{WHEELS}/{name}", path.read_bytes()


def python(plan: Plan) -> Iterator[File]:
    """Give the version of Python and the script that installs."""
    yield "env/python/version.txt", f"{plan.image.python_version}\n".encode()
    yield "env/python/install.sh", docker.INSTALL.encode()


def image(plan: Plan) -> Iterator[File]:
    """Give what an image is made with."""
    yield "env/docker/Dockerfile", docker.dockerfile(plan.image).encode()
    yield "env/docker/entrypoint.sh", docker.ENTRYPOINT.encode()
    yield "env/docker/healthcheck.py", docker.HEALTH.encode()
    if plan.setup_script is not None:
        yield "env/docker/setup_script", plan.setup_script.read_bytes()
    if plan.conda:
        yield "env/conda/environment.yml", plan.conda


def models(plan: Plan) -> Iterator[File]:
    """Give the models with their digests: so the digest of the Bento stands for them, too."""
    digests = {str(model.tag): model.digest for model in plan.models}
    yield MODELS_FILE, _text([json.dumps(digests, indent=1, sort_keys=True)])


def _text(lines: list[str]) -> bytes:
    return "\n".join([*lines, ""]).encode()


WRITERS: tuple[Callable[[Plan], Iterator[File]], ...] = (
    sources,
    readme,
    description,
    requirements,
    python,
    image,
    models,
    cases_files.tests,
    client_module.client,
    sbom.sbom,
)
