"""Look through a tracking server page by page: registered models, versions, experiments, runs, the models of a run.

The server searches and cuts the pages; it gives a token for the next page, no total and no way back, so who wants to go
back keeps the tokens. Everything returned is plain values for JSON.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from typing import Any

from bentobook.errors import InvalidArgument
from bentobook.mlflow import tracking
from bentobook.mlflow.failures import explained
from bentobook.mlflow.resolve import models_of
from bentobook.mlflow.uri import Source

PAGE_SIZE = 25
_BYTES = "b:"
_WHAT = "from this tracking server"


@dataclass(frozen=True)
class Page:
    """One page of an answer.

    Attributes
    ----------
    items : tuple of dict
        Plain values.
    token : str or None
        What asks for the next page; ``None`` on the last one.
    """

    items: tuple[dict[str, Any], ...]
    token: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return asdict(self)


def registered_models(search: str = "", token: str | None = None) -> Page:
    """Return registered models, by name.

    Parameters
    ----------
    search : str
        A part of the name, whatever its case.
    token : str, optional
        Of the page before.

    Raises
    ------
    InvalidArgument
        When the search or the token cannot be used.
    ImportFailed, MissingDependency
        When the server does not answer, or there is none.
    """
    return _page(
        lambda client, **page: client.search_registered_models(
            filter_string=_like("name", search) or None, order_by=["name ASC"], **page
        ),
        token,
        _registered,
    )


def versions(name: str, token: str | None = None) -> Page:
    """Return the versions of a registered model, the newest first; raises as :func:`registered_models` does."""
    aliases: dict[str, list[str]] = {}

    def ask(client: Any, **page: Any) -> Any:
        found = getattr(client.get_registered_model(name), "aliases", None) or {}
        for alias, version in found.items():
            aliases.setdefault(str(version), []).append(str(alias))
        return client.search_model_versions(f"name={_quoted(name)}", order_by=["version_number DESC"], **page)

    return _page(ask, token, lambda version: _version(version, aliases.get(str(version.version), [])))


def experiments(search: str = "", token: str | None = None) -> Page:
    """Return experiments, those that changed last first; raises as :func:`registered_models` does."""
    return _page(
        lambda client, **page: client.search_experiments(
            filter_string=_like("name", search) or None, order_by=["last_update_time DESC"], **page
        ),
        token,
        lambda found: {"id": str(found.experiment_id), "name": str(found.name), "updated": found.last_update_time},
    )


def runs(experiment: str, search: str = "", token: str | None = None) -> Page:
    """Return the runs of an experiment, the newest first; raises as :func:`registered_models` does.

    Parameters
    ----------
    experiment : str
        Its id.
    search : str
        A part of the run's name.
    token : str, optional
        Of the page before.
    """
    return _page(
        lambda client, **page: client.search_runs(
            [experiment],
            filter_string=_like("attributes.run_name", search),
            order_by=["attributes.start_time DESC"],
            **page,
        ),
        token,
        _run,
    )


def models_of_run(run: str) -> Page:
    """Return the models that a run logged, the last one first; raises as :func:`registered_models` does."""
    with _asking() as client:
        found = models_of(client, client.get_run(run))
    return Page(tuple({"uri": uri, "name": str(name)} for uri, name in found.items()))


def _page(ask: Callable[..., Any], token: str | None, plain: Callable[[Any], dict[str, Any]]) -> Page:
    with _asking() as client:
        found = ask(client, max_results=PAGE_SIZE, page_token=_token(token))
        return Page(tuple(plain(item) for item in found), _text(found.token))


@contextmanager
def _asking() -> Iterator[Any]:
    """Give a client; errors come out as sentences, and a server that is gone is given up on at once."""
    source = Source(_WHAT, "", "models")
    with explained(source):
        server = tracking.address()
    with tracking.hurried(), explained(source, server):
        yield tracking.client(source.shown)


def _like(field: str, search: str) -> str:
    return f"{field} ILIKE {_quoted(f'%{search.strip()}%')}" if search.strip() else ""


def _quoted(value: str) -> str:
    """Write a text into a filter; its grammar knows two quotes and no way to escape them."""
    for quote in ("'", '"'):
        if quote not in value:
            return f"{quote}{value}{quote}"
    raise InvalidArgument("search", value, "a text without one of ' and \"")


def _text(token: object) -> str | None:
    """Write the token of a page as text; some stores give bytes."""
    if isinstance(token, bytes):
        return _BYTES + base64.urlsafe_b64encode(token).decode("ascii") if token else None
    return str(token) if token else None


def _token(text: str | None) -> str | bytes | None:
    if text is None or not text.startswith(_BYTES):
        return text
    with suppress(ValueError):
        return base64.b64decode(text.removeprefix(_BYTES), altchars=b"-_", validate=True)
    raise InvalidArgument("token", text, "the token of a page")


def _registered(model: Any) -> dict[str, Any]:
    newest = max((int(each.version) for each in model.latest_versions or []), default=None)
    return {
        "name": str(model.name),
        "newest": None if newest is None else str(newest),
        "aliases": _aliases(getattr(model, "aliases", None) or {}),
        "updated": model.last_updated_timestamp,
    }


def _aliases(found: dict[str, Any]) -> list[dict[str, str]]:
    return [{"alias": str(alias), "version": str(found[alias])} for alias in sorted(found)]


def _version(version: Any, aliases: Iterable[str]) -> dict[str, Any]:
    stage = str(version.current_stage or "")
    return {
        "version": str(version.version),
        "uri": f"models:/{version.name}/{version.version}",
        "aliases": sorted(aliases),
        "stage": "" if stage == "None" else stage,
        "run": str(version.run_id or ""),
        "created": version.creation_timestamp,
    }


def _run(run: Any) -> dict[str, Any]:
    return {
        "id": str(run.info.run_id),
        "name": str(run.info.run_name or ""),
        "status": str(run.info.status),
        "started": run.info.start_time,
        "metrics": {str(name): value for name, value in sorted(run.data.metrics.items())[:8]},
    }
