"""The gate before a Bento is stored: its cases are replayed in a fresh process, through HTTP."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bentobook import settings
from bentobook.bundle import handover_speed, replay, replay_server
from bentobook.bundle.handover_speed import Speed
from bentobook.bundle.plan import Plan
from bentobook.errors import CasesFailed


@dataclass(frozen=True)
class Receipt:
    """What was tried before a Bento was stored.

    Attributes
    ----------
    n_cases : int
        How many cases it has.
    verified : bool
        Whether they were replayed, and matched.
    speeds : tuple of Speed
        What was measured meanwhile.
    parity : tuple of str
        The APIs whose answers were the same through every door.
    """

    n_cases: int = 0
    verified: bool = False
    speeds: tuple[Speed, ...] = ()
    parity: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return it as it stands in the record of the Bento."""
        found: dict[str, Any] = {"cases": {"count": self.n_cases, "verified": self.verified}}
        if self.speeds:
            found["measured"] = [speed.to_dict() for speed in self.speeds]
            found["machine"] = handover_speed.machine()
        if self.parity:
            found["parity"] = list(self.parity)
        return found

    @property
    def warnings(self) -> tuple[str, ...]:
        """What whoever receives the Bento should know."""
        if self.n_cases and not self.verified:
            count = f"{self.n_cases} case{'' if self.n_cases == 1 else 's'}"
            return (f"built with --no-verify: its {count} were not replayed",)
        return ()


def check(plan: Plan, folder: Path, *, verify: bool) -> Receipt:
    """Replay the cases of a Bento that is not stored yet.

    Parameters
    ----------
    plan : Plan
    folder : Path
        Where its files are, its record among them.
    verify : bool
        Whether the cases are replayed.

    Raises
    ------
    CasesFailed
        When an answer is not the expected one; it shows the difference.
    BuildFailed
        When the service does not start in a fresh process.
    """
    if not plan.cases or not verify:
        return Receipt(len(plan.cases))
    with replay_server.serving(folder, settings.home(), what=plan.name) as target:
        report = replay.run(plan.name, "a fresh process", plan.cases, replay.over_http(target))
        if not report.ok:
            failures = {outcome.case.name: outcome.said for outcome in report.failed}
            raise CasesFailed(plan.name, len(plan.cases), failures)
        speeds = handover_speed.measure(target, plan.cases)
    return Receipt(len(plan.cases), verified=True, speeds=speeds)
