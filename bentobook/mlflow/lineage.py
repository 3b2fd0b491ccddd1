"""Where an imported model comes from: what ``MLmodel`` says, and what the tracking server adds.

The server is asked only when the model came through it, or when somebody chose one and ``MLmodel`` names a run. It is a
bonus: a server that is down costs a logged line and a few seconds, never the import. Values are cut in length and
number, and hold no credentials.
"""

from __future__ import annotations

import logging
import math
import warnings
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from bentobook import settings
from bentobook.mlflow import tracking
from bentobook.mlflow.failures import first_sentence
from bentobook.mlflow.mlmodel import MLmodel
from bentobook.mlflow.resolve import Resolved
from bentobook.mlflow.uri import without_credentials, without_secrets

_LONGEST, _MOST = 1000, 200
_DROPPED_TAGS = ("mlflow.source.git.diff", "mlflow.log-model.history", "mlflow.databricks.", "mlflow.loggedArtifacts")
_SOURCE = "mlflow.source.name"
_KERNEL = "ipykernel_launcher.py"  # what MLflow takes for the source of every notebook: it tells nothing
_NOT_OF_FLAVOR = {"python_version", "cloudpickle_version"}
_logger = logging.getLogger("bentobook")


def offline(resolved: Resolved, mlmodel: MLmodel) -> dict[str, Any]:
    """Say what is known without asking anybody.

    Parameters
    ----------
    resolved : Resolved
        The way to the model.
    mlmodel : MLmodel
        The model's own file.

    Returns
    -------
    dict
        Plain values; what is not known is left out.
    """
    local = resolved.source.path
    return _known(
        {
            "source_uri": str(local) if local else resolved.source.shown,
            "resolved_uri": resolved.through,
            "tracking_uri": resolved.asked,
            "imported_at": datetime.now(UTC).isoformat(),
            "imported_by": settings.user_name(),
            **of_file(mlmodel),
        }
    )


def of_file(mlmodel: MLmodel) -> dict[str, Any]:
    """Say what the ``MLmodel`` file alone tells; that is all that there is of a model that came from nowhere."""
    run_id, model_id = mlmodel.text("run_id"), mlmodel.text("model_id")
    model = {"id": model_id, "uuid": mlmodel.text("model_uuid"), "mlflow_version": mlmodel.text("mlflow_version")}
    return _known(
        {
            "run": _known({"id": run_id}),
            "model": _known({**model, "utc_time_created": mlmodel.text("utc_time_created")}),
            "flavors": {name: _version_of(conf) for name, conf in mlmodel.flavors.items()},
        }
    )


def from_server(resolved: Resolved, mlmodel: MLmodel) -> dict[str, Any]:
    """Ask the tracking server for the run, the experiment and the registry's words about a model.

    Parameters
    ----------
    resolved : Resolved
        What was met on the way is not asked for again.
    mlmodel : MLmodel
        It may name a run.

    Returns
    -------
    dict
        Keys as in :func:`offline`, and ``registry``, ``params``, ``metrics``, ``tags``, ``datasets``; empty when the
        server is not to be asked or does not answer.
    """
    if not resolved.asked and not (mlmodel.text("run_id") and tracking.is_set()):
        return {}
    try:
        with tracking.hurried(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _asked(resolved, mlmodel, tracking.client(resolved.source.shown))
    except Exception as error:  # noqa: BLE001 - whatever the client raises: lineage is best effort
        _logger.info("The tracking server added no lineage: %s", first_sentence(error))
        return {}


def run_facts(found: Mapping[str, Any]) -> tuple[dict[str, str], dict[str, Any]]:
    """Turn what the server said about a run into labels and metadata, as MLflow users attach them by hand.

    Parameters
    ----------
    found : mapping
        The lineage of a model.

    Returns
    -------
    labels : dict of str to str
        The tags that people set; MLflow's own are left out.
    metadata : dict
        ``{"metrics": …, "params": …}``; empty when the server said nothing.
    """
    if "metrics" not in found and "params" not in found:
        return {}, {}
    labels = {key: value for key, value in found.get("tags", {}).items() if not key.startswith("mlflow.")}
    return labels, {"metrics": dict(found.get("metrics", {})), "params": dict(found.get("params", {}))}


def _asked(resolved: Resolved, mlmodel: MLmodel, client: Any) -> dict[str, Any]:
    model, version = resolved.model, resolved.version
    named = getattr(model, "source_run_id", None) or getattr(version, "run_id", None) or mlmodel.text("run_id")
    run = resolved.run or (client.get_run(named) if named else None)
    found: dict[str, Any] = {"tracking_uri": tracking.address()}
    if version is not None:
        found["registry"] = _registry(client, version)
    if run is not None:
        found |= _run(client, run)
    elif model is not None:
        found |= {"params": _texts(model.params), "tags": _texts(model.tags)}
        found["metrics"] = _numbers({metric.key: metric.value for metric in model.metrics or ()})
    return found


def _run(client: Any, run: Any) -> dict[str, Any]:
    tags = {key: value for key, value in run.data.tags.items() if key != _SOURCE or not value.endswith(_KERNEL)}
    about = {
        "id": run.info.run_id,
        "name": run.info.run_name,
        "experiment_id": run.info.experiment_id,
        "experiment": client.get_experiment(run.info.experiment_id).name,
        "user": tags.get("mlflow.user") or run.info.user_id,
        "git_commit": tags.get("mlflow.source.git.commit"),
        "source_name": tags.get(_SOURCE),
    }
    kept = {key: value for key, value in tags.items() if not key.startswith(_DROPPED_TAGS)}
    return {
        "run": _known(_texts(about)),
        "params": _texts(run.data.params),
        "metrics": _numbers(run.data.metrics),
        "tags": _texts(kept),
        "datasets": _datasets(getattr(getattr(run, "inputs", None), "dataset_inputs", None) or ()),
    }


def _registry(client: Any, version: Any) -> dict[str, Any]:
    registered = client.get_registered_model(version.name)
    aliases = getattr(registered, "aliases", None) or {}
    stage = getattr(version, "current_stage", None)
    return _known(
        {
            "name": version.name,
            "version": str(version.version),
            "aliases": sorted(alias for alias, at in aliases.items() if str(at) == str(version.version)),
            "stage": stage if stage and stage != "None" else None,
        }
    )


def _datasets(inputs: Iterable[Any]) -> list[dict[str, Any]]:
    found = []
    for each in list(inputs)[:_MOST]:
        dataset = each.dataset
        context = {tag.key: tag.value for tag in each.tags}.get("mlflow.data.context")
        about = {name: getattr(dataset, name, None) for name in ("name", "digest", "source_type", "source")}
        found.append(_known(_texts({**about, "context": context})))
    return found


def _known(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value not in (None, "", {}, [])}


def _texts(values: Mapping[str, Any]) -> dict[str, str]:
    kept = [(key, value) for key, value in values.items() if value is not None][:_MOST]
    return {str(key)[:_LONGEST]: _text(value) for key, value in kept}


def _text(value: object) -> str:
    text = without_secrets(without_credentials(str(value)))
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _numbers(values: Mapping[str, float]) -> dict[str, float | str]:
    """Keep numbers; NaN and infinity become texts, because JSON has none."""
    kept = list(values.items())[:_MOST]
    return {str(key)[:_LONGEST]: value if math.isfinite(value) else str(value) for key, value in kept}


def _version_of(conf: Mapping[str, Any]) -> str | None:
    """Find the version of the framework among the settings of its flavor (``sklearn_version``, ``xgb_version`` …)."""
    names = [name for name in conf if name.endswith("_version") and name not in _NOT_OF_FLAVOR]
    return str(conf[names[0]])[:_LONGEST] if names and "loader_module" not in conf else None
