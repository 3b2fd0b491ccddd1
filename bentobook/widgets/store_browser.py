"""The store in a cell: the rows of the sidebar, where there is no sidebar."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import ipywidgets

from bentobook import bentos, html, models, settings, text
from bentobook.widgets.background import Worker

if TYPE_CHECKING:
    from bentobook.bundle.bento import Bento
    from bentobook.store.model import Model

    Thing = Model | Bento

MODELS, BENTOS = "models", "Bentos"
MAX_ROWS, ROWS = 500, 10


class StoreBrowser:
    """The models and Bentos of the store: search, look, verify, export, delete.

    Attributes
    ----------
    view : Widget
        What is shown.
    rows : list of Model or Bento
        What is listed, newest first within a name.
    """

    def __init__(self) -> None:
        self._work = Worker(self._failed)
        self._filling = False
        self.rows: list[Thing] = []
        self.kind = ipywidgets.ToggleButtons(options=[MODELS, BENTOS], description="Show")
        self.search = ipywidgets.Text(placeholder="name, version, flavor, label=value", continuous_update=False)
        self.select = ipywidgets.Select(options=[], rows=ROWS, description="rows", layout={"width": "98%"})
        self.select.style.description_width = "0px"
        self.said = ipywidgets.HTML()
        self.card = ipywidgets.HTML()
        self._make_buttons()
        for trait, of in (("value", self.kind), ("value", self.search)):
            of.observe(lambda _: self.refresh(), trait)
        self.select.observe(lambda _: None if self._filling else self._work.do(self._look), "index")
        head = ipywidgets.HTML(html.framed(html.join([html.span("store", mono=True), html.span(_where(), "muted")])))
        self.view = ipywidgets.VBox([head, self.kind, self.search, self.select, self._buttons, self.said, self.card])
        self.view.add_class("bentobook-store")
        self.refresh()

    def _make_buttons(self) -> None:
        self.verify = _button("Verify", "Compare its files with the digests", self._on(self._verify))
        self.export = _button("Export", "Write an archive into the working folder", self._on(self._export))
        self.delete = _button("Delete", "Delete this version; asks first", lambda _: self._ask(True))
        self.sure = _button("Delete it", "Delete this version for good", self._on(self._delete))
        self.keep = _button("Keep it", "Do not delete", lambda _: self._ask(False))
        self.sure.button_style = "danger"
        again = _button("Refresh", "Read the store again", lambda _: self.refresh())
        self._buttons = ipywidgets.HBox([self.verify, self.export, self.delete, self.sure, self.keep, again])
        self._ask(False)

    @property
    def chosen(self) -> Thing | None:
        """The version that is chosen."""
        at = self.select.index
        return self.rows[at] if at is not None and at < len(self.rows) else None

    def refresh(self) -> None:
        """Read the store again."""
        self._work.do(self._list)

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until everything is shown; tell whether that was so in time."""
        return self._work.wait(timeout)

    def _list(self) -> None:
        found = models.list() if self.kind.value == MODELS else bentos.list()
        words = self.search.value.lower().split()
        fits = [each for each in found if all(word in _searched(each) for word in words)]
        self._filling = True
        try:
            self.rows = fits[:MAX_ROWS]
            self.select.options = [(_row(each), at) for at, each in enumerate(self.rows)]
            self.select.index = 0 if self.rows else None
        finally:
            self._filling = False
        more = len(fits) - len(self.rows)
        notes = [f"and {more:,} more: search for them"] if more else []
        notes += [f"{each.tag_or_path}: {each.reason}" for each in found.problems]
        self._say(html.join([html.span(note, "warn") for note in notes], "; ") if notes else "")
        self._look()

    def _look(self) -> None:
        self._ask(False)
        chosen = self.chosen
        self.card.value = "" if chosen is None else str(chosen._repr_html_())  # IPython's protocol
        for button in (self.verify, self.export, self.delete):
            button.disabled = chosen is None

    def _on(self, action: Callable[[Thing], object]) -> Callable[[Any], None]:
        """Do something with the version that is chosen at the click."""

        def click(_: Any) -> None:
            chosen = self.chosen
            if chosen is not None:
                self._work.do(lambda: action(chosen))

        return click

    def _verify(self, thing: Thing) -> None:
        self._say(html.escape(thing.verify(deep=True)))

    def _export(self, thing: Thing) -> None:
        self._say(html.join(["wrote", html.code(thing.export().name)]))

    def _delete(self, thing: Thing) -> None:
        self._ask(False)
        (models if self.kind.value == MODELS else bentos).delete(thing.tag)
        self._list()
        self._say(html.join(["deleted", html.code(thing.tag)]))

    def _ask(self, asking: bool) -> None:
        self.delete.layout.display = "none" if asking else None
        for button in (self.sure, self.keep):
            button.layout.display = None if asking else "none"

    def _say(self, words: object) -> None:
        self.said.value = html.framed(words) if words else ""

    def _failed(self, error: Exception) -> None:
        self._say(html.span(error, "bad"))

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        return {**self.view._repr_mimebundle_(**kwargs), "text/plain": repr(self)}

    def __repr__(self) -> str:
        self.wait()
        return repr(models.list() if self.kind.value == MODELS else bentos.list())


def _where() -> str:
    return text.under_home(settings.home())


def _button(words: str, tooltip: str, click: Callable[[Any], object]) -> ipywidgets.Button:
    button = ipywidgets.Button(description=words, tooltip=tooltip, layout={"width": "90px"})
    button.on_click(click)
    return button


def _searched(thing: Thing) -> str:
    entry = thing.summary
    labels = " ".join(f"{key}={value}" for key, value in entry.labels.items())
    return f"{thing.tag} {entry.module} {labels}".lower()


def _row(thing: Thing) -> str:
    entry = thing.summary
    kind = entry.module.rpartition(".")[2]
    labels = ", ".join(f"{key}={value}" for key, value in entry.labels.items())
    parts = [str(thing.tag), kind, text.size(thing.size), text.ago(entry.creation_time), labels]
    return text.one_line(" · ".join(filter(None, parts)))
