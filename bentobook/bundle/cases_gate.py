"""The gate before a Bento is stored: its cases are replayed in a fresh process, through HTTP.

Where parity is required, too, the rows of the cases go through every door: the fresh process is the one for HTTP, the
others are opened by the service as the Bento has it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bentobook import settings
from bentobook.bundle import handover_speed, loading, parity, replay, replay_server
from bentobook.bundle.bento import Bento
from bentobook.bundle.cases import BAD
from bentobook.bundle.handover_speed import Speed
from bentobook.bundle.plan import Plan
from bentobook.bundle.replay_http import Target
from bentobook.bundle.store import BentoStore
from bentobook.errors import BuildFailed, CasesFailed, InvalidArgument
from bentobook.service.api import Api
from bentobook.service.service import Service

MAX_COMPARED = 20


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


def check(plan: Plan, folder: Path, *, verify: bool, require_parity: bool | Collection[str] = False) -> Receipt:
    """Replay the cases of a Bento that is not stored yet.

    Parameters
    ----------
    plan : Plan
    folder : Path
        Where its files are, its record among them.
    verify : bool
        Whether the cases are replayed.
    require_parity : bool or collection of str
        Whether the answers must be the same through every door; names of APIs where it is not asked of all.

    Raises
    ------
    CasesFailed
        When an answer is not the expected one; it shows the difference.
    BuildFailed
        When the service does not start in a fresh process, or the doors give different answers.
    InvalidArgument
        When the service has no API of a name that parity is required of.
    """
    replayed = plan.cases if verify else ()
    if not replayed and not require_parity:
        return Receipt(len(plan.cases))
    with replay_server.serving(folder, settings.home(), what=plan.name) as target:
        report = replay.run(plan.name, "a fresh process", replayed, replay.over_http(target))
        if not report.ok:
            failures = {outcome.case.name: outcome.said for outcome in report.failed}
            raise CasesFailed(plan.name, len(replayed), failures)
        same = tuple(_same_through_every_door(plan, folder, target, require_parity)) if require_parity else ()
        speeds = handover_speed.measure(target, replayed)
    return Receipt(len(plan.cases), verified=bool(replayed), speeds=speeds, parity=same)


def _same_through_every_door(plan: Plan, folder: Path, target: Target, wanted: bool | Collection[str]) -> Iterator[str]:
    service = loading.load(Bento.from_folder(folder, BentoStore().layout))
    try:
        for name in service.apis if isinstance(wanted, bool) else wanted:
            if name not in service.apis:
                raise InvalidArgument("require_parity", name, f"an API of the service: {', '.join(service.apis)}")
            api = service.apis[name]
            for value in _rows(plan, api):
                _check_parity(plan, service, api, value, target)
            yield api.name
    finally:
        service.close()


def _rows(plan: Plan, api: Api) -> Iterator[Any]:
    """Give the rows of an API's cases; without any, its example."""
    bodies = [case.request for case in plan.cases if case.api == api.name and case.status < BAD][:MAX_COMPARED]
    yield from (api.input.decode(body.data, body.content_type) for body in bodies)
    if not bodies:
        if api.input.sample is None:
            hint = f"Store one: %bento_case {plan.service_name}.{api.name} NAME DATA."
            raise BuildFailed(plan.name, f"parity is required, and {api.name} has neither case nor example", hint=hint)
        yield api.input.sample


def _check_parity(plan: Plan, service: Service, api: Api, value: Any, target: Target) -> None:
    try:
        report = parity.of(service, api.name, value, target=target)
    except InvalidArgument as error:
        reason = f"parity is required, and {api.name} cannot be compared"
        raise BuildFailed(plan.name, reason, hint=str(error)) from error
    if not report.ok:
        hint = "Build without --require-parity where that is as it should be."
        raise BuildFailed(plan.name, f"{api.name} gives different answers: {report.said}", hint=hint)
