"""SIGKILL just before every system call of a save, an import and a delete: the store is whole and a retry works."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from faultkit import health, operations, points
from faultkit.operations import NEW, OLD
from faultkit.zygote import Zygote

SAVES = {"save": operations.save, "import": operations.import_model}
CASES = [
    pytest.param("save", (), NEW, id="save into an empty store"),
    pytest.param("save", (OLD,), NEW, id="save beside an earlier version"),
    pytest.param("import", (), NEW, id="import into an empty store"),
    pytest.param("import", (OLD,), NEW, id="import beside an earlier version"),
    pytest.param("delete", (NEW,), NEW, id="delete the only version"),
    pytest.param("delete", (OLD, NEW), NEW, id="delete the newest version"),
]
POINTS_IN_SHORT_FORM = 14


@dataclass
class Campaign:
    """One operation, killed again and again, and the tally of what was found."""

    zygote: Zygote
    source: str
    fresh_home: Callable[..., Path]
    verb: str
    there: tuple[str, ...]
    tag: str
    tally: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.operation = operations.delete if self.verb == "delete" else SAVES[self.verb]
        self.start = self.fresh_home()
        for tag in self.there:
            self.zygote.run(operations.save, str(self.start), self.source, tag).unwrap()
        self.before = set(self.there)
        self.after = self.before - {self.tag} if self.verb == "delete" else self.before | {self.tag}

    def count(self) -> int:
        """Return how many points the operation has."""
        home = self.fresh_home(self.start)
        return len(self.zygote.run(points.count, self.operation, str(home), self.source, self.tag).unwrap())

    def kill(self, point: int) -> None:
        """Kill the operation at one point and note what is wrong afterwards."""
        home = self.fresh_home(self.start)
        died = self.zygote.run(points.killed_at, point, self.operation, str(home), self.source, self.tag)
        self.tally["killed"] += died.killed
        wrong = self._state(home, (self.before, self.after))
        retry = self.zygote.run(self.operation, str(home), self.source, self.tag)
        done = "NotFound" if self.verb == "delete" else "AlreadyExists"
        if not retry.ok and retry.error != done:
            wrong.append(f"retry: {retry.error}: {retry.text}")
        wrong += self._state(home, (self.after,))
        self.zygote.run(operations.collect, str(home)).unwrap()
        wrong += [f"left behind: {path}" for path in health.leftovers(home)]
        self.wrong += [f"point {point}: {text}" for text in wrong]
        self.tally["wrong"] += bool(wrong)

    def _state(self, home: Path, allowed: tuple[set[str], ...]) -> list[str]:
        try:
            tags, ailments = health.tags(home), health.ailments(home)
        except Exception as error:
            return [f"a reader got {type(error).__name__}: {error}"]
        return ailments + ([] if tags in allowed else [f"{sorted(tags)} is neither old nor new"])


@pytest.fixture
def campaign(request: pytest.FixtureRequest, zygote: Zygote, source: str, fresh_home: Callable[..., Path]) -> Campaign:
    return Campaign(zygote, source, fresh_home, *request.param)


def _cases() -> list[object]:
    return [pytest.param(case.values, id=case.id) for case in CASES]


@pytest.mark.parametrize("campaign", _cases(), indirect=True)
def test_a_kill_leaves_a_whole_store(campaign: Campaign) -> None:
    total = campaign.count()

    for point in range(1, total + 1, max(1, total // POINTS_IN_SHORT_FORM)):
        campaign.kill(point)

    assert not campaign.wrong
    assert campaign.tally["killed"] >= POINTS_IN_SHORT_FORM


@pytest.mark.soak
@pytest.mark.timeout(1200)
def test_a_kill_at_every_point_leaves_a_whole_store(
    zygote: Zygote, source: str, fresh_home: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    killed, wrong = 0, []
    for case in CASES:
        campaign = Campaign(zygote, source, fresh_home, *case.values)
        for point in range(1, campaign.count() + 1):
            campaign.kill(point)
        with capsys.disabled():
            print(f"\nkill: {case.id}: {campaign.tally['killed']} points, {campaign.tally['wrong']} with a fault")
        killed += campaign.tally["killed"]
        wrong += [f"{case.id}: {text}" for text in campaign.wrong]

    assert not wrong
    assert killed >= 200
