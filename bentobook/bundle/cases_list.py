"""What is shown of a service's cases."""

from __future__ import annotations

import builtins
from collections.abc import Iterable
from typing import Any

from bentobook.bundle.cases import Body, Case
from bentobook.card import Card, Grid, Line, Piece, Row
from bentobook.text import one_line

MAX_ROWS = 50
MAX_BODY = 60


class CaseList(builtins.list[Case]):
    """The cases of a service.

    Attributes
    ----------
    service : str
        Whose cases they are.
    new : frozenset of str
        The names of those that were just stored.
    """

    def __init__(self, service: str, cases: Iterable[Case], new: Iterable[str] = ()) -> None:
        super().__init__(cases)
        self.service, self.new = service, frozenset(new)

    def card(self) -> Card:
        """Draw them."""
        lines = tuple(self._line(case) for case in self[:MAX_ROWS])
        if len(self) > MAX_ROWS:
            lines += ((Piece(f"… {len(self) - MAX_ROWS} more", "muted"), "", "", "", ""),)
        count = f"{len(self)} case{'' if len(self) == 1 else 's'}"
        header = ("case", "API", "request", "expected", "answer of")
        content = (Grid(header, lines),) if lines else (Row("none", (Piece("store one:", "muted"), self._how())),)
        following = (f"%bento_test {self._variable}", f"%bento_build {self._variable}") if self else ()
        return Card(self.service, subtitle=count, content=content, following=following)

    @property
    def _variable(self) -> str:
        return self.service.replace("-", "_")

    def _how(self) -> Piece:
        return Piece(f"%bento_case {self._variable}.API NAME DATA", kind="code")

    def _line(self, case: Case) -> Line:
        name = Piece(f"{case.name} (new)" if case.name in self.new else case.name)
        status = f"{case.status} " if case.status != 200 else ""  # noqa: PLR2004  # HTTP's own number
        expected = f"{status}{_told(case.expected)}"
        return (name, case.api, Piece(_told(case.request), "muted", "mono"), expected, Piece(case.source, "muted"))

    def __repr__(self) -> str:
        return self.card().to_text()

    def _repr_html_(self) -> str:
        return str(self.card().to_html())

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text("…" if cycle else repr(self))


def _told(body: Body) -> str:
    try:
        return one_line(body.data[: 4 * MAX_BODY].decode(), MAX_BODY)
    except UnicodeDecodeError:
        return f"{len(body.data):,} bytes of {body.content_type}"
