"""Replaying cases: each request is sent again, and each answer is compared with the expected one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from bentobook.bundle.cases import Body, Case
from bentobook.bundle.cases_compare import Difference
from bentobook.bundle.replay_http import Answer, NoAnswer, Target
from bentobook.card import Card, Grid, Line, Piece, Row
from bentobook.errors import BentobookError, NoSuchRoute
from bentobook.service.call import send
from bentobook.service.service import Service

Ask = Callable[[Case], Answer]
MAX_ROWS = 50
MAX_DIFFERENCES = 5


@dataclass(frozen=True)
class Outcome:
    """What became of one case.

    Attributes
    ----------
    case : Case
    differences : tuple of Difference
        Where the answer is not the expected one.
    problem : str
        Why there is no answer.
    ms : float
        How long the answer took, in milliseconds.
    """

    case: Case
    differences: tuple[Difference, ...] = ()
    problem: str = ""
    ms: float = 0.0

    @property
    def ok(self) -> bool:
        """Whether the answer is the expected one."""
        return not self.differences and not self.problem

    @property
    def said(self) -> str:
        """What is wrong, in a few words."""
        if self.problem:
            return self.problem
        told = "; ".join(map(str, self.differences[:MAX_DIFFERENCES]))
        rest = len(self.differences) - MAX_DIFFERENCES
        return f"{told}; and {rest} more" if rest > 0 else told


@dataclass(frozen=True)
class Replay:
    """What became of all cases.

    Attributes
    ----------
    what : str
        The service or the Bento.
    where : str
        What was asked: this kernel, a fresh process, an address.
    outcomes : tuple of Outcome
    """

    what: str
    where: str
    outcomes: tuple[Outcome, ...]

    @property
    def ok(self) -> bool:
        """Whether every answer is the expected one; also where there is no case."""
        return not self.failed

    @property
    def failed(self) -> tuple[Outcome, ...]:
        """The outcomes that are not as expected."""
        return tuple(outcome for outcome in self.outcomes if not outcome.ok)

    def to_dict(self) -> dict[str, Any]:
        """Return it for programs."""
        outcomes = [
            {"case": each.case.name, "route": each.case.route, "ok": each.ok, "said": each.said, "ms": each.ms}
            for each in self.outcomes
        ]
        return {"what": self.what, "where": self.where, "ok": self.ok, "outcomes": outcomes}

    def card(self) -> Card:
        """Draw it."""
        n_cases, n_failed = len(self.outcomes), len(self.failed)
        result = Piece(f"{n_cases - n_failed} of {n_cases} cases match", "bad" if n_failed else "ok")
        shown = [*self.failed, *(outcome for outcome in self.outcomes if outcome.ok)][:MAX_ROWS]
        lines = tuple(map(_line, shown))
        if n_cases > MAX_ROWS:
            lines += ((Piece(f"… {n_cases - MAX_ROWS} more", "muted"), "", "", ""),)
        grid = (Grid(("case", "route", "", "ms"), lines, right=(3,)),) if lines else ()
        return Card(self.what, subtitle=f"cases · {self.where}", content=(Row("result", (result,)), *grid))

    def __repr__(self) -> str:
        return self.card().to_text()

    def _repr_html_(self) -> str:
        return str(self.card().to_html())

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text("…" if cycle else repr(self))


def _line(outcome: Outcome) -> Line:
    state = Piece("matches", "ok") if outcome.ok else Piece(outcome.said, "bad")
    return (Piece(outcome.case.name), Piece(outcome.case.route, "muted", "mono"), state, f"{outcome.ms:.1f}")


def run(what: str, where: str, cases: Iterable[Case], ask: Ask) -> Replay:
    """Replay cases, one after the other."""
    return Replay(what, where, tuple(outcome_of(case, ask) for case in cases))


def outcome_of(case: Case, ask: Ask) -> Outcome:
    """Replay one case."""
    try:
        answer = ask(case)
    except NoAnswer as error:
        return Outcome(case, problem=str(error))
    except BentobookError as error:
        return Outcome(case, problem=str(error))
    return Outcome(case, case.differences(answer.status, answer.body), ms=answer.ms)


def over_http(target: Target) -> Ask:
    """Ask a server."""
    return lambda case: target.ask(case.route, case.request)


def in_process(service: Service) -> Ask:
    """Ask a service of this process, on the path of an HTTP request without a socket."""

    def ask(case: Case) -> Answer:
        if case.api not in service.apis:
            raise NoSuchRoute(service.name, case.api, known=list(service.apis))
        service.load()
        result = send(service, service.find(case.api), case.request.data, case.request.content_type)
        return Answer(result.status, Body(result.content_type, result.body), result.ms)

    return ask
