"""How a model that was found is imported: name, labels, methods, progress, and the way out."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

import ipywidgets

from bentobook import html, text
from bentobook.errors import BentobookError, InvalidArgument
from bentobook.widgets.background import Worker

if TYPE_CHECKING:
    from bentobook.store.model import Model

EVERY_S = 0.1
_LABEL = {"description_width": "90px"}
_WIDE = {"width": "98%"}


class Cancelled(Exception):  # it is no error
    """The person at the form has thought better of it."""


class ImportForm:
    """The form.

    Attributes
    ----------
    view : Widget
        What is shown.
    model : Model or None
        What was imported last.
    """

    def __init__(self) -> None:
        self.model: Model | None = None
        self._cancelled = threading.Event()
        self._next = 0.0
        self._work = Worker(self._failed, self._busy)
        self.uri = _line("From", "models:/name/version or runs:/id/path")
        self.name = _line("Name", "as in the store; derived when left out")
        self.labels = _line("Labels", "team=plants, stage=dev")
        self.methods = _line("Methods", "predict, predict_proba")
        self.batchable = ipywidgets.Checkbox(description="batchable: requests may be merged", indent=False)
        self.start = ipywidgets.Button(description="Import", button_style="primary", tooltip="Copy it into the store")
        self.cancel = ipywidgets.Button(description="Cancel", tooltip="Stop, and store nothing", disabled=True)
        self.bar = ipywidgets.FloatProgress(min=0.0, max=1.0, layout={"width": "200px", "visibility": "hidden"})
        self.bytes = ipywidgets.Label()
        self.said = ipywidgets.HTML()
        self.start.on_click(lambda _: self.begin())
        self.cancel.on_click(lambda _: self._cancelled.set())
        buttons = ipywidgets.HBox([self.start, self.cancel, self.bar, self.bytes])
        fields = [self.uri, self.name, self.labels, self.methods, self.batchable]
        self.view = ipywidgets.VBox([*fields, buttons, self.said])

    def begin(self) -> None:
        """Import what the form says."""
        self._cancelled.clear()
        self._work.do(self._import)

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until an import has ended; tell whether that was so in time."""
        return self._work.wait(timeout)

    def _busy(self, busy: bool) -> None:
        self.start.disabled, self.cancel.disabled = busy, not busy
        self.bar.layout.visibility = "visible" if busy else "hidden"
        self.bytes.value = ""

    def _import(self) -> None:
        from bentobook.mlflow.importer import import_model
        from bentobook.mlflow.naming import name_of

        self.said.value, self.bar.value = "", 0.0
        uri = self.uri.value.strip()
        if not uri:
            raise InvalidArgument("from", "", "the address of a model; choose one above")
        model = import_model(
            self.name.value.strip() or name_of(uri),
            uri,
            labels=labels_of(self.labels.value),
            methods=methods_of(self.methods.value, batchable=self.batchable.value),
            run_facts=True,
            reuse=True,
            progress=self._progress,
        )
        self.model = model
        self.said.value = model._repr_html_()  # IPython's protocol

    def _progress(self, done: int, total: int) -> None:
        """Show bytes, not more often than somebody can see; leave when that is wanted."""
        if self._cancelled.is_set():
            raise Cancelled
        now = time.monotonic()
        if now >= self._next or done == total:
            self._next = now + EVERY_S
            self.bar.value = done / total if total else 0.0
            self.bytes.value = f"{text.size(done)} of {text.size(total)}"

    def _failed(self, error: Exception) -> None:
        # Whatever was under way wraps the cancellation as it does a failure.
        if self._cancelled.is_set():
            said = html.span("Cancelled; nothing was stored.", "muted")
        elif isinstance(error, BentobookError):
            said = html.span(error, "bad")
        else:
            said = html.span(f"{type(error).__name__}: {error}", "bad")
        self.said.value = html.framed(said)


def labels_of(written: str) -> dict[str, str]:
    """Read labels.

    >>> labels_of("team=plants, stage=dev")
    {'team': 'plants', 'stage': 'dev'}

    Raises
    ------
    InvalidArgument
        When a part has no equal sign.
    """
    found = {}
    for part in filter(None, map(str.strip, written.split(","))):
        key, equals, value = part.partition("=")
        if not equals or not key.strip():
            raise InvalidArgument("labels", part, "KEY=VALUE, with commas between several")
        found[key.strip()] = value.strip()
    return found


def methods_of(written: str, *, batchable: bool) -> Any:
    """Read the methods that a runner will offer, as ``import_model`` takes them; None for those of the model.

    >>> methods_of("predict, predict_proba", batchable=False), methods_of("", batchable=True)
    (['predict', 'predict_proba'], {'predict': {'batchable': True}})
    """
    names = list(filter(None, map(str.strip, written.split(","))))
    return {name: {"batchable": True} for name in names or ["predict"]} if batchable else names or None


def _line(label: str, hint: str) -> ipywidgets.Text:
    return ipywidgets.Text(description=label, placeholder=hint, style=_LABEL, layout=_WIDE)
