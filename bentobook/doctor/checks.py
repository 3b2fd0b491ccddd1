"""What the doctor found: single checks, and the report of them all."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any, Literal

from bentobook.card import Card, Piece, Row, Section
from bentobook.html import MAX_TEXT
from bentobook.text import one_line

if TYPE_CHECKING:
    from bentobook.html import State

Health = Literal["ok", "warn", "bad"]
_COUNTED: tuple[tuple[Health, str], ...] = (("bad", "bad"), ("warn", "to look at"))
_MARKS: dict[Health, str] = {"ok": "✓", "warn": "!", "bad": "✗"}


@dataclass(frozen=True)
class Check:
    """One thing that was looked at.

    Attributes
    ----------
    group : {"packages", "jupyter", "store", "trust", "mlflow"}
        What it belongs to.
    name : str
        What was looked at.
    found : str
        What is there.
    state : {"ok", "warn", "bad"}
        ``bad`` stops work, ``warn`` may.
    advice : str
        What to do; empty when there is nothing to do.
    """

    group: str
    name: str
    found: str
    state: Health = "ok"
    advice: str = ""


@dataclass(frozen=True)
class Report:
    """All checks; as text, as a card in a notebook, and as plain values.

    Attributes
    ----------
    checks : tuple of Check
        In the order in which they were made.
    """

    checks: tuple[Check, ...]

    @property
    def state(self) -> Health:
        """The worst of all."""
        states = {check.state for check in self.checks}
        return "bad" if "bad" in states else "warn" if "warn" in states else "ok"

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON and YAML."""
        return {"state": self.state, "checks": [asdict(check) for check in self.checks]}

    def to_card(self) -> Card:
        """Return what is drawn."""
        groups = groupby(self.checks, key=lambda check: check.group)
        return Card(
            title="bentobook doctor",
            subtitle=self._summary(),
            content=tuple(Section(name, tuple(map(_row, found))) for name, found in groups),
        )

    def _summary(self) -> str:
        counts = Counter(check.state for check in self.checks)
        words = [f"{counts[state]} {word}" for state, word in _COUNTED if counts[state]]
        return ", ".join(words) or "all is well"

    def to_text(self) -> str:
        """Write a line for each check, and below it what to do."""
        width = max((len(check.name) for check in self.checks), default=0)
        lines = [f"bentobook doctor: {self._summary()}"]
        for name, found in groupby(self.checks, key=lambda check: check.group):
            lines += ["", name]
            for check in found:
                lines.append(f"  {_MARKS[check.state]} {one_line(check.name).ljust(width)}  {one_line(check.found)}")
                lines += [f"    {' ' * width}  {one_line(check.advice, MAX_TEXT)}"] if check.advice else []
        return "\n".join(lines)

    def __str__(self) -> str:
        return self.to_text()

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return str(self.to_card().to_html())


def _row(check: Check) -> Row:
    # What is well is quiet: only its mark has a colour.
    state: State = check.state if check.state != "ok" else ""
    advice = (Piece(check.advice, "muted"),) if check.advice else ()
    return Row(check.name, (Piece(_MARKS[check.state], check.state), Piece(check.found, state), *advice))
