"""A store that a group shares: all save, list, get and delete; what one is writing is closed to the others."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from faultkit import health, limits, operations
from faultkit.zygote import Outcome, Zygote

ANNA, BERT, GROUP = 61001, 61002, 61000

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can act as two users")


@pytest.fixture
def shared(source: str) -> Iterator[Path]:
    """Make a store whose folders pass on their group."""
    # Pytest's own folders are closed to other users.
    place = Path(tempfile.mkdtemp(prefix="bentobook-group-"))
    place.chmod(0o755)
    home = place / "bentoml"
    home.mkdir()
    os.chown(home, ANNA, GROUP)
    home.chmod(0o2770)
    shutil.copytree(source, place / "source")
    yield home
    shutil.rmtree(place)


class Group:
    """Two users before one store."""

    def __init__(self, zygote: Zygote, home: Path) -> None:
        self.zygote, self.home, self.source = zygote, home, home.parent / "source"

    def act(self, user: int, verb: object, tag: str) -> Outcome:
        env = {"BENTOML_HOME": str(self.home), "XDG_CONFIG_HOME": f"/nonexistent/{user}"}
        return self.zygote.run(limits.as_user, user, GROUP, verb, str(self.home), str(self.source), tag, env=env)


@pytest.fixture
def group(zygote: Zygote, shared: Path) -> Group:
    return Group(zygote, shared)


def test_what_one_saves_the_other_lists_gets_and_deletes(group: Group) -> None:
    group.act(ANNA, operations.save, "kill:v1").unwrap()

    assert group.act(BERT, operations.list_models, "").unwrap() == ["kill:v1"]
    assert "kill:v1" in group.act(BERT, operations.get, "kill").unwrap()
    group.act(BERT, operations.delete, "kill:v1").unwrap()
    assert group.act(ANNA, operations.list_models, "").unwrap() == []
    assert not health.leftovers(group.home)


@pytest.mark.parametrize("verb", [operations.save, operations.import_model], ids=["save", "import"])
def test_the_other_saves_a_further_version_and_latest_moves(group: Group, verb: object) -> None:
    group.act(ANNA, operations.save, "kill:v1").unwrap()

    group.act(BERT, verb, "kill:v2").unwrap()

    assert "kill:v2" in group.act(ANNA, operations.get, "kill").unwrap()
    assert not health.ailments(group.home)


def test_folders_keep_the_group_and_the_mode_of_the_store(group: Group) -> None:
    group.act(ANNA, operations.save, "kill:v1").unwrap()
    group.act(BERT, operations.save, "kill:v2").unwrap()

    folders = [
        group.home / ".bentobook",
        group.home / "models",
        group.home / "models" / "kill",
        group.home / "models/kill/v2",
    ]
    for folder in folders:
        found = folder.stat()
        assert (found.st_gid, stat.S_IMODE(found.st_mode) & 0o2770) == (GROUP, 0o2770), folder


def test_files_of_a_version_are_readable_for_the_group(group: Group) -> None:
    group.act(ANNA, operations.save, "kill:v1").unwrap()

    assert all(path.stat().st_mode & 0o040 for path in (group.home / "models/kill/v1").rglob("*"))


def test_staging_of_one_is_closed_to_the_other(group: Group) -> None:
    place = group.act(ANNA, operations.half_a_save, "kill:v1").unwrap()

    assert Path(place).is_dir()
    outcome = group.zygote.run(limits.as_user, BERT, GROUP, limits.try_to_read, place, str(group.source))
    assert outcome.error == "PermissionError"
