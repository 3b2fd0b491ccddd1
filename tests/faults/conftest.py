"""Fixtures of the fault tests: a process that forks for each job, a quick disk, a model to store."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from faultkit import limits, operations
from faultkit.zygote import Zygote

QUICK_DISK = Path("/dev/shm")

# They look into /proc, mount disks and change users.
collect_ignore_glob = [] if sys.platform == "linux" else ["test_*.py"]


@pytest.fixture(scope="session")
def zygote() -> Iterator[Zygote]:
    """Fork from a process that has imported everything and done nothing."""
    with Zygote(operations.PRELOAD) as zygote:
        yield zygote


@pytest.fixture(scope="session")
def disk() -> Iterator[Path]:
    """Give a folder in memory where there is one: these tests flush to the disk thousands of times."""
    place = Path(tempfile.mkdtemp(prefix="bentobook-faults-", dir=QUICK_DISK if QUICK_DISK.is_dir() else None))
    yield place
    shutil.rmtree(place, ignore_errors=True)


@pytest.fixture(scope="session")
def source(disk: Path) -> str:
    """Give a folder that can be stored."""
    return str(operations.make_model(disk / "source"))


@pytest.fixture
def fresh_home(disk: Path) -> Iterator[Callable[..., Path]]:
    """Make stores, each a copy of another or empty."""
    made: list[Path] = []

    def fresh(like: Path | None = None) -> Path:
        home = Path(tempfile.mkdtemp(dir=disk))
        if like is not None:
            shutil.copytree(like, home, dirs_exist_ok=True, symlinks=True)
        made.append(home)
        return home

    yield fresh
    for home in made:
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(autouse=True)
def _flushing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Flush as in real use; the other tests do not."""
    monkeypatch.setenv("BENTOBOOK_FSYNC", "1")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Mount four mebibytes of memory, where the machine allows it."""
    place = tmp_path / "small-disk"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={limits.SIZE}", "tmpfs", str(place)]
    done = subprocess.run(command, capture_output=True, text=True, check=False) if os.geteuid() == 0 else None
    if done is None or done.returncode:
        pytest.skip(f"a small disk needs the right to mount one: {done.stderr.strip() if done else 'not root'}")
    yield place
    subprocess.run(["umount", str(place)], check=True)
