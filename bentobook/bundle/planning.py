"""From a service, or a bentofile, to the plan of a Bento: all is decided and checked here, nothing is written."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from bentobook.bundle import bentofile, cases_store, environment, hosted, modules, origin, project, wheel
from bentobook.bundle.bentofile import Bentofile, ModelChoice
from bentobook.bundle.fields import is_plain
from bentobook.bundle.origin import Origin
from bentobook.bundle.paths import inside
from bentobook.bundle.plan import Plan, Source
from bentobook.bundle.project import Choice
from bentobook.bundle.wishes import Wishes
from bentobook.errors import BentofileRefused, BuildFailed
from bentobook.service.service import Service
from bentobook.store.model import Model
from bentobook.store.store import Store
from bentobook.store.tag import Tag
from bentobook.text import size, under_home

LARGE = 10 << 20
RESERVED = (bentofile.NAME, f"{hosted.MODULE}.py")
_SECRETS = (".env", "id_rsa", "id_ed25519", "credentials", ".netrc", ".pypirc")


def plan(service: Service | str | None, wishes: Wishes) -> Plan:
    """Decide what goes into a Bento.

    Parameters
    ----------
    service : Service, str or None
        A live service, ``file.py:variable``, or what the bentofile names.
    wishes : Wishes

    Raises
    ------
    BuildFailed
        When the service cannot be found, or a file cannot go along.
    BentofileRefused
        When a field cannot be used.
    NotFound
        When a model is not in the store.
    """
    found = _origin(service, wishes)
    code = _code(found, wishes)
    store = Store()
    chosen = _chosen(store, wishes.bentofile.models)
    models = _models(found.service, chosen.values())
    env = environment.decide(wishes, code, models)
    own = wheel.build()
    sources = {name: Source(path, code.reasons.get(name, "")) for name, path in sorted(code.files.items())}
    sources[found.file] = Source(found.content, "the service")
    return Plan(
        name=wishes.bentofile.name or found.service.name,
        version=wishes.version,
        service=found.target,
        service_name=found.service.name,
        apis={name: api.route for name, api in found.service.apis.items()},
        openapi=found.service.openapi(),
        description=_description(wishes),
        labels=dict(wishes.bentofile.labels),
        sources=dict(sorted(sources.items())),
        models=models,
        aliases={alias: str(model.tag) for alias, model in chosen.items() if ":" not in alias},
        needs=env.needs,
        pip_options=env.pip_options,
        lock=environment.locked(env, own, wishes),
        wheel=own,
        wheels=env.wheels,
        image=env.image,
        setup_script=env.setup_script,
        conda=env.conda,
        envs=tuple({"name": each.name, "value": each.value, "stage": each.stage} for each in wishes.bentofile.envs),
        bentofile=_as_written(wishes.bentofile),
        warnings=(*_about(sources, code), *env.needs.warnings),
        cases=cases_store.of_service(found.service.name),
    )


def _origin(service: Service | str | None, wishes: Wishes) -> Origin:
    wanted = service if service is not None else wishes.bentofile.service
    if wanted is None:
        raise BentofileRefused(wishes.where, ["it names no service; add 'service: service.py:svc'"])
    found = origin.of_service(wanted) if isinstance(wanted, Service) else origin.of_text(wanted, wishes.project)
    if not found.service.apis:
        raise BuildFailed(found.service.name, "the service has no API", hint="Write @svc.api above a function.")
    return found


def _code(found: Origin, wishes: Wishes) -> modules.Code:
    """Collect the files that go along: those that are imported, and those that the bentofile chooses."""
    code = modules.Code()
    if isinstance(found.content, Path):
        code.files[found.file] = found.content
    if wishes.from_file:
        chosen = wishes.bentofile
        include = tuple(chosen.include) if chosen.include is not None else None
        choice = Choice(include, tuple(chosen.exclude or ()))
        for name in project.files(wishes.project, choice, outside=[Store().home]):
            if name not in RESERVED:
                code.files.setdefault(name, wishes.project / name)
    modules.follow(code, found.root, {found.file: found.content})
    taken = [name for name in code.files if name in RESERVED]
    if taken:
        raise BuildFailed(found.service.name, f"a Bento has a file {taken[0]} of its own", hint="Rename yours.")
    odd = [name for name in code.files if not is_plain(name)]
    if odd:
        raise BuildFailed(found.service.name, f"the name of {odd[0]!r} is not one line of visible characters")
    return code


def _chosen(store: Store, choices: Iterable[ModelChoice]) -> dict[str, Model]:
    """Find the models that the bentofile names, by alias or tag."""
    return {choice.alias or str(Tag.parse(choice.tag)) + ":": store.get(choice.tag) for choice in choices}


def _models(service: Service, chosen: Iterable[Model]) -> tuple[Model, ...]:
    """Collect the models of the runners, of the service, and those that were chosen; each once."""
    found = [*(model for runner in service.runners for model in runner.models), *service.models, *chosen]
    store, models = Store(), {}
    for each in found:
        model = each if isinstance(each, Model) else store.get(str(getattr(each, "tag", each)))
        models[model.tag] = model
    return tuple(models[tag] for tag in sorted(models))


def _description(wishes: Wishes) -> str:
    text = wishes.bentofile.description or ""
    if text.startswith("file:"):
        path = text.removeprefix("file:").strip()
        file = inside(path, "description", project=wishes.project, home=Store().home, where=wishes.where)
        return file.read_text("utf-8", "replace")
    return text


def _as_written(bentofile: Bentofile) -> dict[str, Any]:
    """Return the bentofile as it goes along, without paths of this machine."""
    values: Mapping[str, Any] = bentofile.model_dump(exclude_defaults=True, exclude={"service", "description"})
    return {key: value for key, value in values.items() if value not in (None, {}, [])}


def _about(sources: Mapping[str, Source], code: modules.Code) -> Iterator[str]:
    """Say what may be unexpected about the files."""
    for name, source in sources.items():
        if Path(name).name in _SECRETS or name.endswith((".pem", ".key")):
            yield f"src/{name} looks like a secret and goes into the Bento; leave it out with .bentoignore"
        if isinstance(source.content, Path) and (n_bytes := os.stat(source.content).st_size) > LARGE:  # noqa: PTH116
            yield f"src/{name} has {size(n_bytes)}"
    for distribution, folder in code.editable.items():
        where = under_home(Path(folder))
        yield f"{distribution} is installed in editable mode, so its source goes along as it is now, from {where}"
