"""A list that is fetched page by page: search, rows, and the way forth and back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import ipywidgets

from bentobook import text

if TYPE_CHECKING:
    from bentobook.mlflow.browse import Page
    from bentobook.widgets.background import Worker

    Item = Mapping[str, Any]
    Fetch = Callable[[str, str | None], Page]

ROWS, WIDTH = 8, 120


class Listing:
    """One list.

    Parameters
    ----------
    title : str
        What stands over it.
    label : callable
        Writes an item in a line.
    work : Worker
        Where pages are fetched.
    then : callable
        Told the chosen item, or None; runs in the worker.
    search : bool
        Whether the server can search it.

    Attributes
    ----------
    view : Widget
        What is shown.
    items : list of mapping
        The rows of the page.
    """

    def __init__(
        self,
        title: str,
        label: Callable[[Item], str],
        work: Worker,
        then: Callable[[Item | None], object],
        *,
        search: bool = False,
    ) -> None:
        self._label, self._work, self._then = label, work, then
        self._fetch: Fetch | None = None
        self._tokens: list[str | None] = [None]
        self._further: str | None = None
        self._filling = False
        self.items: list[Item] = []
        self.search = ipywidgets.Text(placeholder=f"search {title}", continuous_update=False, layout={"width": "98%"})
        self.select = ipywidgets.Select(options=[], rows=ROWS, description=title, layout={"width": "98%"})
        self.select.style.description_width = "0px"
        self.back = ipywidgets.Button(description="back", tooltip=f"The page of {title} before", disabled=True)
        self.more = ipywidgets.Button(description="more", tooltip=f"The next page of {title}", disabled=True)
        for button in (self.back, self.more):
            button.layout.width = "72px"
        self.search.layout.display = None if search else "none"
        self.search.observe(lambda _: self.reload(), "value")
        self.select.observe(self._choose, "index")
        self.back.on_click(lambda _: self._work.do(self._turn_back))
        self.more.on_click(lambda _: self._work.do(self._turn))
        self._pages = ipywidgets.HBox([self.back, self.more])
        head = ipywidgets.Label(title)
        self.view = ipywidgets.VBox([head, self.search, self.select, self._pages], layout={"flex": "1 1 200px"})

    @property
    def chosen(self) -> Item | None:
        """The item that is chosen."""
        at = self.select.index
        return self.items[at] if at is not None and at < len(self.items) else None

    def show(self, fetch: Fetch) -> None:
        """List something, from its first page."""
        self._fetch = fetch
        self.reload()

    def clear(self) -> None:
        """List nothing."""
        self._fetch = None
        self._fill([], None)

    def reload(self) -> None:
        """Fetch the first page again."""
        self._work.do(self._first)

    def _first(self) -> None:
        self._tokens = [None]
        self._load()

    def _turn(self) -> None:
        if self._further is not None:
            self._tokens.append(self._further)
            self._load()

    def _turn_back(self) -> None:
        if len(self._tokens) > 1:
            self._tokens.pop()
            self._load()

    def _load(self) -> None:
        if self._fetch is None:
            return
        try:
            page = self._fetch(self.search.value, self._tokens[-1])
        except Exception:
            self._fill([], None)
            raise
        self._fill(list(page.items), page.token)

    def _fill(self, items: list[Item], further: str | None) -> None:
        """Show a page; the first item is chosen, whose own list follows."""
        self._filling = True
        try:
            self.items, self._further = items, further
            self.select.options = [(text.one_line(self._label(item), WIDTH), at) for at, item in enumerate(items)]
            self.select.index = 0 if items else None
        finally:
            self._filling = False
        self.back.disabled, self.more.disabled = len(self._tokens) == 1, further is None
        self._pages.layout.display = "none" if self.back.disabled and self.more.disabled else None
        self._then(self.chosen)

    def _choose(self, _: Any) -> None:
        if not self._filling:
            self._work.do(lambda: self._then(self.chosen))
