"""From the place of a model to the folder that holds its files, by asking the tracking server and the registry.

MLflow 3 keeps a logged model apart from its run (``models/m-<id>/artifacts``), so a path below the run's artifacts that
MLflow 2 would have filled may be empty: :func:`through_run` finds such a model by the run's id in that path.
"""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bentobook.errors import ImportFailed
from bentobook.mlflow import tracking
from bentobook.mlflow.failures import explained, is_not_found
from bentobook.mlflow.uri import Source, read, without_credentials

_BELOW_RUN = re.compile(r"(?:^|/)(?P<run>[0-9a-f]{32})/artifacts/(?P<path>.+?)/?$")
_ARTIFACTS = "/mlflow-artifacts/artifacts"
_MODEL_ID = re.compile(r"m-[0-9a-f]{32}")
_MOST_HOPS = 4  # a registered version points at a logged model, which points at files
_MOST_LISTED = 20


@dataclass(frozen=True)
class Resolved:
    """A folder of files, and what the server said on the way to it.

    Attributes
    ----------
    source : Source
        What the caller asked for.
    uri : str
        The folder, for MLflow's storage clients.
    path : pathlib.Path or None
        The folder, where it is on this machine.
    through : str
        The last MLflow URI on the way (``models:/m-…``, ``runs:/…``), without credentials.
    asked : str
        The server that was asked, ``""`` when none was.
    run, version, model : object or None
        MLflow's Run, ModelVersion and LoggedModel, as far as they were met.
    """

    source: Source
    uri: str
    path: Path | None = None
    through: str = ""
    asked: str = ""
    run: Any = None
    version: Any = None
    model: Any = None


def resolve(source: Source) -> Resolved:
    """Find the folder of a model.

    Parameters
    ----------
    source : Source
        A local folder or a storage URI is its own answer; ``runs:`` and ``models:`` are looked up.

    Returns
    -------
    Resolved
        The folder; whether it holds a model is not looked at.

    Raises
    ------
    ImportFailed, MissingDependency
        When the server knows no such run or model, does not answer, or needs a package that is not installed.
    """
    if source.scheme in ("http", "https") and _ARTIFACTS not in source.uri:
        hint = f"Such a URI is http://host:port/api/2.0{_ARTIFACTS}/path; a page or a repository is none."
        raise ImportFailed(source.shown, "it names no artifacts of a tracking server", hint=hint)
    if source.scheme not in ("runs", "models"):
        return Resolved(source, source.uri, source.path, without_credentials(source.uri))
    with explained(source):
        server = tracking.address(registry=source.scheme == "models")
    with explained(source, server):
        start = Resolved(source, source.uri, through=source.shown, asked=server)
        if tracking.is_databricks() or "@databricks" in source.uri:
            return start
        with tracking.patient(), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # stages are deprecated; the guide names them
            return _follow(start, tracking.client(source.shown))


def through_run(source: Source) -> Resolved | None:
    """Look for a model that is not below its run's artifacts among the models that this run logged.

    Parameters
    ----------
    source : Source
        A place where nothing was found.

    Returns
    -------
    Resolved or None
        The model's folder; ``None`` when the place names no run, or there is no server to ask.
    """
    match = _BELOW_RUN.search(source.uri)
    if match is None or not tracking.is_there():
        return None
    found = resolve(read(f"runs:/{match['run']}/{match['path']}"))
    return replace(found, source=source)


def _follow(at: Resolved, client: Any) -> Resolved:
    """Go on from MLflow URI to MLflow URI until a folder is reached."""
    for _ in range(_MOST_HOPS):
        scheme, _, rest = at.uri.partition(":")
        if scheme == "runs":
            at = _from_run(replace(at, through=at.uri), client, rest.strip("/"))
        elif scheme == "models":
            at = _from_model(replace(at, through=at.uri), client, rest.strip("/"))
        else:
            break
    folder = read(at.uri)
    return replace(at, uri=folder.uri, path=folder.path)


def _from_run(at: Resolved, client: Any, rest: str) -> Resolved:
    run_id, _, path = rest.partition("/")
    run = client.get_run(run_id)
    logged = _logged_models(client, run)
    if not path:
        return replace(at, run=run, uri=_only_model(at.source, run, logged))
    name, _, below = path.partition("/")
    named = [model for model in logged if model.name == name]
    if named:
        return replace(at, run=run, model=named[0], uri=_join(named[0].artifact_location, below))
    return replace(at, run=run, uri=_join(run.info.artifact_uri, path))


def _logged_models(client: Any, run: Any) -> list[Any]:
    """Return the models of a run, the last one first; a server of MLflow 2 has none, and one may be deleted by now."""
    found = []
    for output in getattr(getattr(run, "outputs", None), "model_outputs", None) or []:
        try:
            found.append((output.step, client.get_logged_model(output.model_id)))
        except Exception as error:
            if not is_not_found(error):
                raise
    found.sort(key=lambda each: (each[0], each[1].creation_timestamp), reverse=True)
    return [model for _, model in found]


def models_of(client: Any, run: Any) -> dict[str, str]:
    """Return the models that a run logged, URI to name, the last one first."""
    return _uris(run, _logged_models(client, run))


def _uris(run: Any, logged: list[Any]) -> dict[str, str]:
    uris = {model.model_uri: model.name for model in logged}
    return uris or {f"runs:/{run.info.run_id}/{path}": path for path in _history(run)}


def _only_model(source: Source, run: Any, logged: list[Any]) -> str:
    uris = _uris(run, logged)
    if len(uris) == 1:
        return str(next(iter(uris)))
    if not uris:
        raise ImportFailed(source.shown, "this run logged no model", hint="Log one with mlflow.<flavor>.log_model(…).")
    lines = "".join(f"\n  {uri}   {name}" for uri, name in list(uris.items())[:_MOST_LISTED])
    raise ImportFailed(source.shown, f"this run logged {len(uris)} models", hint=f"Give one of them:{lines}")


def _history(run: Any) -> list[str]:
    """Read the paths of the models that MLflow 2 wrote down in a tag of the run."""
    import json

    try:
        entries = json.loads(run.data.tags.get("mlflow.log-model.history", "[]"))
        return list(dict.fromkeys(str(entry["artifact_path"]) for entry in entries))
    except (ValueError, TypeError, KeyError):
        return []


def _from_model(at: Resolved, client: Any, rest: str) -> Resolved:
    if _MODEL_ID.fullmatch(rest):
        model = client.get_logged_model(rest)
        return replace(at, model=model, uri=model.artifact_location)
    version, below = _version(at.source, client, rest)
    folder = client.get_model_version_download_uri(version.name, version.version)
    if below:
        return replace(at, version=version, uri=_join(folder, below))
    logged = str(version.source) if str(version.source).startswith("models:/m-") else folder
    return replace(at, version=version, uri=logged)


def _version(source: Source, client: Any, rest: str) -> tuple[Any, str]:
    """Look up ``name@alias``, ``name/version``, ``name/latest`` or ``name/stage``; what follows is a path in it."""
    first, _, others = rest.partition("/")
    name, at, alias = first.rpartition("@")
    if at:
        return client.get_model_version_by_alias(name, alias), others
    wanted, _, below = others.partition("/")
    if not wanted:
        raise _no_version(source, client, first)
    if wanted.isdigit():
        return client.get_model_version(first, wanted), below
    stages = None if wanted.lower() == "latest" else [wanted]
    newest = client.get_latest_versions(first, stages)
    if not newest:
        raise _no_version(source, client, first, f"no version of it is in stage {wanted!r}" if stages else "")
    return max(newest, key=lambda version: int(version.version)), below


def _no_version(source: Source, client: Any, name: str, reason: str = "") -> ImportFailed:
    """Say which versions and aliases there are; an unknown name raises the server's own "not found"."""
    registered = client.get_registered_model(name)
    versions = sorted(
        (int(each.version) for each in client.search_model_versions(f"name={name!r}", max_results=_MOST_LISTED)),
        reverse=True,
    )
    aliases = getattr(registered, "aliases", None) or {}
    known = f"It has the versions {', '.join(map(str, versions))}" if versions else "It has no version yet"
    called = f" and the aliases {', '.join(f'{name}@{alias}' for alias in sorted(aliases))}" if aliases else ""
    return ImportFailed(
        source.shown,
        reason or "it names a registered model, but no version of it",
        hint=f"Give models:/{name}/latest or one version. {known}{called}.",
    )


def _join(folder: str, below: str) -> str:
    """Append to the path of a URI, before its query."""
    body, question, query = folder.partition("?")
    return f"{body.rstrip('/')}/{below}{question}{query}" if below else folder
