"""Look through a tracking server in a cell, and import what is found."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import ipywidgets

from bentobook import html, text
from bentobook.mlflow import browse, tracking
from bentobook.store.tag import suggest_name
from bentobook.widgets.background import Worker
from bentobook.widgets.import_form import ImportForm
from bentobook.widgets.listing import Listing

if TYPE_CHECKING:
    from bentobook.store.model import Model
    from bentobook.widgets.listing import Item

REGISTERED, LOGGED = "registered models", "experiments"
_ROW = {"flex_flow": "row wrap", "align_items": "flex-start"}


class ImportBrowser:
    """Registered models and their versions, experiments, their runs and the models of a run; the server searches.

    Attributes
    ----------
    view : Widget
        What is shown.
    form : ImportForm
        Name, labels, methods, progress.
    """

    def __init__(self) -> None:
        self._work = Worker(self._failed, self._busy)
        self._address = "MLflow"
        self._bad = False
        self._status = ipywidgets.HTML()
        self.form = ImportForm()
        self.where = ipywidgets.ToggleButtons(options=[REGISTERED, LOGGED], description="Browse")
        self.models = Listing("registered models", _model, self._work, self._models_chosen, search=True)
        self.versions = Listing("versions", _version, self._work, self._take)
        self.experiments = Listing("experiments", _experiment, self._work, self._experiment_chosen, search=True)
        self.runs = Listing("runs", _run, self._work, self._run_chosen, search=True)
        self.logged = Listing("models of the run", _logged, self._work, self._take)
        self._lists = ipywidgets.HBox(layout=_ROW)
        self.where.observe(lambda _: self._open(), "value")
        self.view = ipywidgets.VBox([self._status, self.where, self._lists, self.form.view])
        self.view.add_class("bentobook-import")
        self._open()

    @property
    def model(self) -> Model | None:
        """What was imported last."""
        return self.form.model

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until every list is filled; tell whether that was so in time."""
        return self._work.wait(timeout)

    def _open(self) -> None:
        """Show the lists of the chosen kind, and fill the first: the others follow."""
        self._work.do(self._find_address)
        if self.where.value == REGISTERED:
            self._lists.children = [self.models.view, self.versions.view]
            self.models.show(browse.registered_models)
        else:
            self._lists.children = [self.experiments.view, self.runs.view, self.logged.view]
            self.experiments.show(browse.experiments)

    def _find_address(self) -> None:
        self._address = f"MLflow at {tracking.address()}"

    def _models_chosen(self, item: Item | None) -> None:
        if item is None:
            self.versions.clear()
        else:
            self.versions.show(lambda _, token: browse.versions(item["name"], token))

    def _experiment_chosen(self, item: Item | None) -> None:
        if item is None:
            self.runs.clear()
        else:
            self.runs.show(lambda search, token: browse.runs(item["id"], search, token))

    def _run_chosen(self, item: Item | None) -> None:
        if item is None:
            self.logged.clear()
        else:
            self.logged.show(lambda _search, _token: browse.models_of_run(item["id"]))

    def _take(self, item: Item | None) -> None:
        """Write the address of what is chosen into the form, and a name that the store takes."""
        self.form.uri.value = "" if item is None else item["uri"]
        registered = self.models.chosen if self.where.value == REGISTERED else item
        self.form.name.value = "" if item is None or registered is None else suggest_name(registered["name"])

    def _busy(self, busy: bool) -> None:
        if busy:
            self._say("asking …", "muted")
        elif not self._bad:
            self._say("", "muted")

    def _say(self, words: object, state: html.State) -> None:
        self._bad = state == "bad"
        parts = [html.span("import", mono=True), html.span(self._address, "muted"), html.span(words, state)]
        self._status.value = html.framed(html.join(parts))

    def _failed(self, error: Exception) -> None:
        self._say(error, "bad")

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        return {**self.view._repr_mimebundle_(**kwargs), "text/plain": repr(self)}

    def __repr__(self) -> str:
        state = "nothing imported yet" if self.model is None else f"imported {self.model.tag}"
        return f"Import browser of {text.one_line(self._address)}: {state}"


def _when(milliseconds: int | None) -> str:
    return text.ago(datetime.fromtimestamp(milliseconds / 1e3, UTC)) if milliseconds else ""


def _joined(*parts: str) -> str:
    return " · ".join(filter(None, parts))


def _model(item: Item) -> str:
    aliases = ", ".join(f"@{each['alias']} {each['version']}" for each in item["aliases"])
    return _joined(item["name"], f"version {item['newest']}" if item["newest"] else "", aliases, _when(item["updated"]))


def _version(item: Item) -> str:
    aliases = ", ".join(f"@{alias}" for alias in item["aliases"])
    return _joined(f"version {item['version']}", aliases, item["stage"], _when(item["created"]))


def _experiment(item: Item) -> str:
    return _joined(item["name"], _when(item["updated"]))


def _run(item: Item) -> str:
    metrics = ", ".join(f"{name} {value:.4g}" for name, value in list(item["metrics"].items())[:3])
    state = "" if item["status"] == "FINISHED" else item["status"].lower()
    return _joined(item["name"] or item["id"], state, metrics, _when(item["started"]))


def _logged(item: Item) -> str:
    return _joined(item["name"], item["uri"])
