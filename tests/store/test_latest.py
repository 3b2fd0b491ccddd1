from __future__ import annotations

import os
from datetime import UTC, datetime

import pytest

from bentobook.store import latest, scan


@pytest.fixture
def two(store, save):
    """Give a name with two versions."""
    save("iris:v1")
    save("iris:v2")
    return store


def wait_for_the_clock_of_the_file_system(path) -> None:
    """Wait until a change of the folder would get another time than its last change did."""
    last = path.stat().st_mtime_ns
    while not latest._is_settled(last):
        os.sched_yield()


def test_the_pointer_is_one_line_without_a_newline(two):
    assert two.layout.latest_file("iris").read_bytes() == b"v2"


@pytest.mark.parametrize(
    "content",
    [None, b"", b"v1", b"v3", b"../../etc", b"/etc", b"V2\n\n", b"v2\nv1", b"\xff", b"latest", b"." * 5000],
    ids=["missing", "empty", "older", "dangling", "path", "root", "case", "lines", "bytes", "latest", "long"],
)
def test_a_pointer_that_is_wrong_heals_itself(two, content):
    pointer = two.layout.latest_file("iris")
    pointer.unlink()
    if content is not None:
        pointer.write_bytes(content)

    assert str(two.get("iris").tag) == "iris:v2"
    assert pointer.read_bytes() == b"v2"


def test_a_pointer_that_is_a_folder_does_no_harm(two):
    pointer = two.layout.latest_file("iris")
    pointer.unlink()
    pointer.mkdir()

    assert str(two.get("iris:latest").tag) == "iris:v2"


def test_a_newline_after_the_version_is_read(two):
    two.layout.latest_file("iris").write_bytes(b"v2\n")

    assert latest.read(two.layout, "iris") == "v2"


def test_a_newer_version_that_appeared_behind_our_back_is_found(two, save, monkeypatch):
    wait_for_the_clock_of_the_file_system(two.layout.name("iris"))
    assert str(two.get("iris").tag) == "iris:v2"
    assert latest.is_proven(two.layout, "iris")
    monkeypatch.setattr(latest, "point", lambda *args: None)
    save("iris:v3")

    assert str(two.get("iris").tag) == "iris:v3"


def test_a_proven_pointer_is_believed_without_looking_at_the_versions(two):
    wait_for_the_clock_of_the_file_system(two.layout.name("iris"))
    two.get("iris")

    assert latest.newest(two.layout, "iris", lambda name: pytest.fail("looked")) == "v2"


def test_a_pointer_is_not_proven_by_the_one_who_publishes(two):
    assert not latest.is_proven(two.layout, "iris")


def test_a_pointer_is_not_proven_while_a_version_is_incomplete(two):
    (two.layout.name("iris") / "v9").mkdir()
    wait_for_the_clock_of_the_file_system(two.layout.name("iris"))
    two.get("iris")

    assert not latest.is_proven(two.layout, "iris")


def test_an_incomplete_version_is_never_the_newest(two):
    (two.layout.name("iris") / "v9").mkdir()
    two.layout.latest_file("iris").write_bytes(b"v9")

    assert str(two.get("iris").tag) == "iris:v2"


def test_versions_of_the_same_moment_are_ordered_by_their_name(store, save):
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    for version in ("b", "c", "a"):
        save(f"iris:{version}", created=moment, keep_time=True)

    assert str(store.get("iris").tag) == "iris:c"


def test_an_older_version_that_is_stored_later_does_not_become_the_newest(store, save):
    save("iris:new")
    save("iris:old", created=datetime(2020, 1, 1, tzinfo=UTC), keep_time=True)

    assert store.layout.latest_file("iris").read_bytes() == b"new"


def test_mending_that_fails_does_not_fail_the_reader(two, monkeypatch):
    two.layout.latest_file("iris").write_bytes(b"v1")

    def fail(*_args: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(os, "replace", fail)
    assert str(two.get("iris").tag) == "iris:v2"
    assert not list(two.layout.staging.iterdir())


def test_a_store_that_cannot_be_written_is_not_tried_to_be_mended(two, monkeypatch):
    two.layout.latest_file("iris").write_bytes(b"v1")
    monkeypatch.setattr(os, "access", lambda *args: False)

    assert latest.newest(two.layout, "iris", lambda name: scan.scan(two.layout, name)) == "v2"
    assert two.layout.latest_file("iris").read_bytes() == b"v1"


def test_the_folder_of_a_name_goes_with_its_last_version(two):
    for version in ("v1", "v2"):
        two.delete(f"iris:{version}")

    assert not two.layout.name("iris").exists()
