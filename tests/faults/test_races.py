"""Many processes at once: one winner a tag, nobody's version lost, no reader ever sees a part."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from faultkit import races
from faultkit.operations import make_model
from faultkit.zygote import PATIENCE, Zygote

LONG = {PATIENCE: "1700"}
LOCKS = pytest.mark.parametrize("locks", [True, False], ids=["with locks", "with locks that hold nobody"])


@pytest.fixture(scope="session")
def small(disk: Path) -> str:
    """Give a folder that is stored in a few milliseconds."""
    source = make_model(disk / "small")
    (source / "big.bin").write_bytes(b"big")
    return str(source)


@LOCKS
def test_one_of_eight_writers_of_a_tag_wins(
    zygote: Zygote, small: str, fresh_home: Callable[..., Path], locks: bool
) -> None:
    found = zygote.run(races.same_tag, str(fresh_home()), small, 8, 15, locks).unwrap()

    assert found == {"tally": {"1 winners": 15}, "wrong": [], "left": []}


def test_versions_of_eight_writers_are_all_there(zygote: Zygote, small: str, fresh_home: Callable[..., Path]) -> None:
    found = zygote.run(races.distinct_tags, str(fresh_home()), small, 8, 4).unwrap()

    assert found == {"errors": [], "missing": [], "wrong": []}


def test_readers_see_whole_models_beside_a_writer(zygote: Zygote, small: str, fresh_home: Callable[..., Path]) -> None:
    found = zygote.run(races.readers_beside_writers, str(fresh_home()), small, 40).unwrap()

    assert not found["wrong"]
    assert found["tally"]["reads"] >= 40


@pytest.mark.soak
@pytest.mark.timeout(1800)
@LOCKS
def test_one_of_eight_writers_wins_five_hundred_rounds(
    zygote: Zygote, small: str, fresh_home: Callable[..., Path], locks: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    found = zygote.run(races.same_tag, str(fresh_home()), small, 8, 500, locks, env=LONG).unwrap()

    with capsys.disabled():
        print(f"\nsame tag, 8 writers, locks={locks}: {found['tally']}, {len(found['wrong'])} faults")
    assert found == {"tally": {"1 winners": 500}, "wrong": [], "left": []}


@pytest.mark.soak
@pytest.mark.timeout(1800)
def test_sixteen_hundred_versions_of_eight_writers_are_all_there(
    zygote: Zygote, small: str, fresh_home: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    found = zygote.run(races.distinct_tags, str(fresh_home()), small, 8, 200, env=LONG).unwrap()

    with capsys.disabled():
        print(f"\ndistinct tags, 8 writers x 200: {len(found['missing'])} missing, {len(found['wrong'])} faults")
    assert found == {"errors": [], "missing": [], "wrong": []}


@pytest.mark.soak
@pytest.mark.timeout(1800)
def test_ten_thousand_reads_beside_a_writer_see_whole_models(
    zygote: Zygote, small: str, fresh_home: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    found = zygote.run(races.readers_beside_writers, str(fresh_home()), small, 2000, env=LONG).unwrap()

    with capsys.disabled():
        print(f"\nreaders beside {found['written']} saves and deletes: {found['tally']}, {len(found['wrong'])} faults")
    assert not found["wrong"]
    assert found["tally"]["reads"] >= 10_000
