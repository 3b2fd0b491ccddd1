"""A store on a disk that is mounted read-only: everything that reads works and writes nothing."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from faultkit import health, operations
from faultkit.operations import NEW, OLD
from faultkit.zygote import Zygote


@pytest.fixture
def read_only(zygote: Zygote, source: str, small_disk: Path) -> Iterator[Path]:
    """Save a model, leave its pointer stale, and close the disk for writing."""
    zygote.run(operations.save, str(small_disk), source, OLD).unwrap()
    (small_disk / "models" / operations.NAME / "latest").write_text("gone")
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    yield small_disk
    subprocess.run(["mount", "-o", "remount,rw", str(small_disk)], check=True)


def test_a_read_only_store_lists_gets_and_verifies(zygote: Zygote, source: str, read_only: Path) -> None:
    assert zygote.run(operations.list_models, str(read_only), source, OLD).unwrap() == [OLD]
    assert OLD in zygote.run(operations.get, str(read_only), source, operations.NAME).unwrap()
    assert not health.ailments(read_only)


@pytest.mark.parametrize(
    ("verb", "tag"),
    [(operations.save, NEW), (operations.import_model, NEW), (operations.delete, OLD)],
    ids=["save", "import", "delete"],
)
def test_writing_to_it_is_one_sentence(
    zygote: Zygote, source: str, read_only: Path, verb: Callable[..., str], tag: str
) -> None:
    outcome = zygote.run(verb, str(read_only), source, tag)

    assert outcome.error == "StoreNotWritable"
    assert "Read-only file system" in outcome.text
    assert health.tags(read_only) == {OLD}


def test_collecting_garbage_there_does_nothing(zygote: Zygote, read_only: Path) -> None:
    assert zygote.run(operations.collect, str(read_only)).ok
