"""What is on the disk after a power failure at any moment of a save, an import or a delete.

Every write, flush and rename is recorded; every state that a file system may leave is made for real and read.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from faultkit import health, operations
from faultkit.crash_states import after_power_loss, crash_states
from faultkit.operations import NEW, OLD
from faultkit.trace import Trace, record
from faultkit.zygote import Zygote

CASES = {
    "save": (operations.save, NEW, {OLD, NEW}),
    "import": (operations.import_model, NEW, {OLD, NEW}),
    "delete": (operations.delete, OLD, set()),
}


@pytest.fixture(params=CASES)
def verb(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def trace(verb: str, zygote: Zygote, source: str, fresh_home: Callable[..., Path]) -> Trace:
    """Record the operation beside an earlier version."""
    operation, tag, _ = CASES[verb]
    home = str(fresh_home())
    zygote.run(operations.save, home, source, OLD).unwrap()
    return zygote.run(record, Path(home), operation, home, source, tag).unwrap()


def test_no_crash_state_shows_a_broken_model(
    verb: str, trace: Trace, fresh_home: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    allowed = ({OLD}, CASES[verb][2])
    wrong, states = [], 0
    for crash, disk in crash_states(trace, "models"):
        states += 1
        place = fresh_home()
        disk.write_to(place)
        found = health.ailments(place)
        tags = health.tags(place)
        found += [] if tags in allowed else [f"{sorted(tags)} is neither old nor new"]
        wrong += [f"after step {crash} of {len(trace.steps)}: {text}" for text in found]

    with capsys.disabled():
        print(f"\npower loss: {verb}: {len(trace.steps)} steps, {states} states, {len(wrong)} faults")
    assert not wrong
    assert states >= 2


def test_without_flushing_the_same_search_finds_broken_models(
    zygote: Zygote, source: str, fresh_home: Callable[..., Path]
) -> None:
    home = str(fresh_home())
    unflushed = zygote.run(
        record, Path(home), operations.save, home, source, NEW, env={"BENTOBOOK_FSYNC": "0"}
    ).unwrap()
    broken = 0
    for _, disk in crash_states(unflushed, "models"):
        place = fresh_home()
        disk.write_to(place)
        broken += bool(health.ailments(place))

    assert broken


def test_what_was_reported_as_done_outlives_a_power_failure(
    verb: str, trace: Trace, fresh_home: Callable[..., Path]
) -> None:
    place = fresh_home()
    after_power_loss(trace).write_to(place)

    assert health.tags(place) == CASES[verb][2]
    assert not health.ailments(place)
