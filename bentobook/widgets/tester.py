"""The tester: choose an API and an example, edit, send, and read the answer, where the service was written."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import ipywidgets

from bentobook import html, text
from bentobook.bundle import cases_record, cases_store
from bentobook.errors import BentobookError
from bentobook.service.call import send
from bentobook.widgets import answers
from bentobook.widgets.editors import Editor, editor_of
from bentobook.widgets.examples import Example, examples_of

if TYPE_CHECKING:
    from bentobook.bundle.cases import Case
    from bentobook.service.api import Api
    from bentobook.service.result import CallResult
    from bentobook.service.service import Service

MAX_HISTORY = 50
_HALF = {"flex": "1 1 320px", "min_width": "300px"}
_ROW = {"flex_flow": "row wrap", "align_items": "flex-start"}


class ServiceForm:
    """A form for the APIs of a service.

    Parameters
    ----------
    service : Service
        The service; it is started.
    names : mapping of str to object, optional
        The user's variables, whose frames are offered as examples.

    Attributes
    ----------
    view : Widget
        The form.
    history : list of CallResult
        What was sent, newest last.
    """

    def __init__(self, service: Service, names: Mapping[str, Any] | None = None) -> None:
        self._service = service
        self._names = names or {}
        self._lock = threading.Lock()
        self._examples: list[Example] = []
        self._editors: dict[str, Editor] = {}
        self.history: list[CallResult] = []
        self._make_request_side()
        self._make_answer_side()
        buttons = ipywidgets.HBox([self._send, self._case_name, self._save])
        request = ipywidgets.VBox([self._api, self._example, self._editor_place, buttons], layout=_HALF)
        answer = ipywidgets.VBox([self._state, self._answers], layout=_HALF)
        head = ipywidgets.HTML(_title(service))
        self.view = ipywidgets.VBox([head, ipywidgets.HBox([request, answer], layout=_ROW)])
        self.view.add_class("bentobook-tester")
        self._choose_api()
        self._example.observe(self._choose_example, "value")
        self._send.on_click(lambda _: self.send())
        self._save.on_click(lambda _: self.save())

    def _make_request_side(self) -> None:
        self._api = ipywidgets.ToggleButtons(options=list(self._service.apis), description="API")
        self._api.layout.display = None if len(self._service.apis) > 1 else "none"
        self._api.observe(self._choose_api, "value")
        self._example = ipywidgets.Dropdown(description="Example")
        self._editor_place = ipywidgets.VBox()
        self._send = ipywidgets.Button(description="Send", button_style="primary", tooltip="Send the request")
        self._case_name = ipywidgets.Text(placeholder="name of a case", layout={"width": "150px"})
        self._save = ipywidgets.Button(
            description="Save as case",
            tooltip="Keep the last request with its answer; a build replays it",
            disabled=True,
        )

    def _make_answer_side(self) -> None:
        self._state = ipywidgets.HTML()
        self._panes = [ipywidgets.HTML() for _ in range(4)]
        self._answers = ipywidgets.Tab(self._panes, titles=["answer", "curl", "Python", "history"])

    @property
    def api(self) -> Api:
        """The API that is chosen."""
        return self._service.find(self._api.value)

    @property
    def editor(self) -> Editor:
        """Where the request is written."""
        if self.api.name not in self._editors:
            self._editors[self.api.name] = editor_of(self.api.input)
        return self._editors[self.api.name]

    def _choose_api(self, _: Any = None) -> None:
        self._examples = examples_of(self.api, self._names)
        self._example.options = [(each.name, at) for at, each in enumerate(self._examples)]
        # A list that began empty chooses nothing by itself.
        self._example.index = 0 if self._examples else None
        self._example.layout.display = None if self._examples else "none"
        self._editor_place.children = [self.editor.view]
        self._choose_example()

    def _choose_example(self, _: Any = None) -> None:
        if self._example.value is not None:
            self.editor.show(self._examples[self._example.value].make())

    def send(self) -> CallResult | None:
        """Send what is written, and show the answer.

        Returns
        -------
        CallResult or None
            The answer; None where the form cannot be read, which it then says.
        """
        # A click may come in any thread while a cell runs, and a second one before the first is answered.
        with self._lock:
            self._send.disabled = True
            try:
                result = send(self._service, self.api, *self.editor.body())
            except BentobookError as error:
                self._state.value = html.framed(html.span(error, "bad"))
                return None
            finally:
                self._send.disabled = False
            self.history = [*self.history, result][-MAX_HISTORY:]
            self._show(result)
            return result

    def save(self) -> Case | None:
        """Keep the last request with its answer as a case of the service.

        Returns
        -------
        Case or None
            The case; None where nothing could be kept, which the form then says.
        """
        try:
            result = self.history[-1]
            name = self._case_name.value.strip() or f"{result.api} {result.request_id[-6:]}"
            case = cases_record.of_result(self._service, name, result)
            cases_store.add(self._service.name, [case])
        except Exception as error:  # noqa: BLE001 - a click has nobody else to tell; a failed request has any error
            self._state.value = html.framed(html.span(error, "bad"))
            return None
        said = html.join([html.span("kept as case", "ok"), html.code(case.name)])
        self._state.value = html.framed(html.join([answers.state_of(result), said]))
        return case

    def _show(self, result: CallResult) -> None:
        self._save.disabled = False
        self._state.value = html.framed(answers.state_of(result))
        pieces = [
            answers.answer_of(result),
            html.lines(result.curl()),
            html.lines(result.python()),
            _history(self.history),
        ]
        for pane, piece in zip(self._panes, pieces, strict=True):
            pane.value = html.framed(piece)
        self._answers.set_title(3, f"history ({len(self.history)})")

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        """Add what a front end without widgets can show: the example and the answer to it."""
        return {**self.view._repr_mimebundle_(**kwargs), "text/plain": repr(self)}

    def __repr__(self) -> str:
        if not self.history:
            return f"Form of {self._service.name}: {', '.join(self._service.apis)}"
        result = self.history[-1]
        return f"{result!r}\n  again    {self._service.name}.call({result.api!r}, …)"


def _title(service: Service) -> html.Markup:
    return html.framed(html.join([html.span(service.name, mono=True), html.span("try it", "muted")]))


def _history(results: list[CallResult]) -> html.Markup:
    rows = [
        [result.api, result.status, f"{result.ms:.1f}", text.one_line(result.sent.text or "binary", 80)]
        for result in reversed(results)
    ]
    return html.table(["API", "status", "ms", "request"], rows, right=(1, 2))


def try_(service: Service, names: Mapping[str, Any] | None = None) -> ServiceForm:
    """Show a form for a service, with the answer to its first example.

    Parameters
    ----------
    service : Service
        The service; it is started where it is not.
    names : mapping of str to object, optional
        The user's variables, whose frames are offered as examples.
    """
    service.load()
    tester = ServiceForm(service, names)
    if tester.api.input.example() is not None:
        tester.send()
    return tester
