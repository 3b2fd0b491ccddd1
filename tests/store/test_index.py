"""The index answers as a look into the folders does, whatever happened to the store or to it."""

from __future__ import annotations

import os
import shutil
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bentobook.store import cache_file, index, model_yaml, scan
from bentobook.store.layout import MODEL_YAML, Layout
from bentobook.store.store import Store
from bentobook.store.tag import Tag

NAMES = st.sampled_from(["a", "b", "c"])
VERSIONS = st.sampled_from(["v1", "v2", "v3"])
MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
OLD = 1_600_000_000_000_000_000
ticks = count(OLD)


def write(layout: Layout, tag: Tag, *, label: str = "x", days: int = 0, **private: object) -> Path:
    """Write a record whose time of modification no other has."""
    info = model_yaml.new_info(tag, module="m", labels={"label": label}, private=private)
    path = layout.version(tag) / MODEL_YAML
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    path.write_bytes(model_yaml.dump(replace(info, creation_time=MOMENT + timedelta(days=days))))
    os.utime(path, ns=(0, next(ticks)))
    return path


@pytest.fixture
def layout(store_home: Path) -> Layout:
    layout = Layout(store_home)
    layout.make_private()
    return layout


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the index look at the store ten seconds after it was written."""
    now = time.time_ns
    monkeypatch.setattr(time, "time_ns", lambda: now() + 10_000_000_000)


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[Tag]:
    """Collect which records are really read."""
    seen: list[Tag] = []
    read = scan.read_info

    def watched(folder: Path, tag: Tag) -> model_yaml.ModelInfo:
        seen.append(tag)
        return read(folder, tag)

    monkeypatch.setattr(scan, "read_info", watched)
    return seen


def test_what_did_not_change_is_not_read_again(layout: Layout, later: None, reads: list[Tag]) -> None:
    for version in ("v1", "v2"):
        write(layout, Tag("a", version), size=12, digest="b3:00")
    first = index.scan(layout)
    reads.clear()
    assert index.scan(layout) == first == scan.scan(layout)
    assert len(reads) == 2  # those of scan.scan itself


def test_only_what_changed_is_read_again(layout: Layout, later: None, reads: list[Tag]) -> None:
    for version in ("v1", "v2", "v3"):
        write(layout, Tag("a", version))
    index.scan(layout)
    write(layout, Tag("a", "v2"), label="y")
    reads.clear()
    entries, _ = index.scan(layout)
    assert reads == [Tag("a", "v2")]
    assert {entry.tag.version: entry.labels["label"] for entry in entries} == {"v1": "x", "v2": "y", "v3": "x"}


def test_what_was_written_just_now_is_not_remembered(layout: Layout, reads: list[Tag]) -> None:
    write(layout, Tag("a", "v1"))
    index.scan(layout)
    index.scan(layout)
    assert len(reads) == 2


def test_one_name_is_asked_for_alone(layout: Layout, later: None, reads: list[Tag]) -> None:
    for name in "ab":
        write(layout, Tag(name, "v1"))
    assert index.scan(layout, "a") == scan.scan(layout, "a")
    assert index.scan(layout) == scan.scan(layout)
    reads.clear()
    assert [entry.tag.name for entry in index.scan(layout)[0]] == ["a", "b"]
    assert reads == []


def test_a_name_that_is_gone_is_forgotten(layout: Layout, later: None) -> None:
    for name in "ab":
        write(layout, Tag(name, "v1"))
    index.scan(layout)
    shutil.rmtree(layout.name("a"))
    index.scan(layout)
    assert cache_file.read(layout, lambda file: file.execute("SELECT name FROM names_2").fetchall()) == [("b",)]


@pytest.mark.parametrize(
    "odd",
    [
        {"labels": {"tab\t": "line\nend", "é": "\u2028"}},
        {"module": "odd\tmodule"},
        {"module": "ünï"},
        {"creation_time": datetime(2026, 5, 4, 3, 2, 1, 5, timezone(timedelta(hours=-7, minutes=-30)))},
        {"private": {"size": 3, "digest": "b3:0\n1"}},
        {"private": {"size": "3", "digest": 4}},
        {"private": {"size": 0, "digest": ""}},
        {"private": {"size": True}},
    ],
    ids=str,
)
def test_odd_values_come_back_as_they_are(odd: dict[str, object], layout: Layout, later: None) -> None:
    path = write(layout, Tag("a", "v1"))
    info = model_yaml.parse(path.read_bytes(), path)
    path.write_bytes(model_yaml.dump(replace(info, **odd)))
    index.scan(layout)
    assert index.scan(layout) == scan.scan(layout)
    for mine, theirs in zip(index.scan(layout)[0], scan.scan(layout)[0], strict=True):
        assert repr(mine) == repr(theirs)


@pytest.mark.parametrize("at", range(0, 12_288, 97))
def test_a_flipped_byte_of_the_index_changes_no_answer(at: int, layout: Layout, later: None) -> None:
    for version in ("v1", "v2"):
        write(layout, Tag("a", version))
    index.scan(layout)
    data = bytearray(layout.index.read_bytes())
    data[at % len(data)] ^= 1 << at % 8
    layout.index.write_bytes(data)
    assert index.scan(layout) == index.scan(layout) == scan.scan(layout)


@pytest.mark.parametrize("damage", [b"", b"no database", None], ids=["empty", "text", "folder"])
def test_a_damaged_index_is_replaced(damage: bytes | None, layout: Layout, later: None, reads: list[Tag]) -> None:
    write(layout, Tag("a", "v1"))
    if damage is None:
        layout.index.mkdir()
    else:
        layout.index.write_bytes(damage)
    index.scan(layout)
    assert index.scan(layout) == scan.scan(layout)
    if damage is not None:
        reads.clear()
        index.scan(layout)
        assert reads == []


def test_a_locked_index_is_not_waited_for(layout: Layout, later: None) -> None:
    write(layout, Tag("a", "v1"))
    index.scan(layout)
    write(layout, Tag("a", "v2"))
    other = cache_file.connect(layout, "rw")
    other.execute("BEGIN EXCLUSIVE")
    start = time.monotonic()
    found = index.scan(layout)
    waited = time.monotonic() - start
    other.execute("ROLLBACK")
    other.close()
    assert found == scan.scan(layout)
    assert waited < 1


def test_a_store_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    assert index.scan(Layout(tmp_path / "none")) == ([], [])
    assert not (tmp_path / "none").exists()


def test_a_store_that_may_not_be_written_is_listed_and_left_alone(
    store_home: Path, later: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    layout = Layout(store_home)
    write(layout, Tag("a", "v1"))
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert index.scan(layout) == scan.scan(layout)
    assert not layout.private.exists()


def test_the_store_lists_by_the_index(layout: Layout, later: None, reads: list[Tag]) -> None:
    digest = f"b3:{1:064x}"
    write(layout, Tag("a", "v1"), size=5, digest=digest)
    Store().list()
    reads.clear()
    model = Store().list()[0]
    assert (model.tag, model.size, model.digest, model.summary.module) == (Tag("a", "v1"), 5, digest, "m")
    assert reads == []


class BehindTheBack(RuleBasedStateMachine):
    """A store that people and other programs change as they like."""

    @initialize()
    def start(self) -> None:
        self.home = Path(pytest_tmp.mktemp("store"))
        self.layout = Layout(self.home)
        self.layout.make_private()

    @rule(name=NAMES, version=VERSIONS, label=st.sampled_from("xyz"), days=st.integers(0, 3))
    def save(self, name: str, version: str, label: str, days: int) -> None:
        write(self.layout, Tag(name, version), label=label, days=days)

    @rule(name=NAMES, version=VERSIONS)
    def remove(self, name: str, version: str) -> None:
        shutil.rmtree(self.layout.version(Tag(name, version)), ignore_errors=True)

    @rule(name=NAMES, version=VERSIONS, other=VERSIONS)
    def rename(self, name: str, version: str, other: str) -> None:
        source, target = (self.layout.version(Tag(name, each)) for each in (version, other))
        if source.is_dir() and not target.exists():
            source.rename(target)

    @rule(name=NAMES, other=NAMES)
    def rename_all(self, name: str, other: str) -> None:
        if self.layout.name(name).is_dir() and not self.layout.name(other).exists():
            self.layout.name(name).rename(self.layout.name(other))

    @rule(name=NAMES, version=VERSIONS, text=st.sampled_from([b"", b"{", b"a: 1", b"\xff"]))
    def spoil(self, name: str, version: str, text: bytes) -> None:
        folder = self.layout.version(Tag(name, version))
        if folder.is_dir():
            (folder / MODEL_YAML).unlink(missing_ok=True)
            (folder / MODEL_YAML).write_bytes(text)

    @rule(name=NAMES, version=VERSIONS)
    def halve(self, name: str, version: str) -> None:
        (self.layout.version(Tag(name, version)) / MODEL_YAML).unlink(missing_ok=True)

    @rule(name=NAMES, version=VERSIONS, other=VERSIONS)
    def link(self, name: str, version: str, other: str) -> None:
        source, target = (self.layout.version(Tag(name, each)) for each in (version, other))
        if source.is_dir() and not target.exists():
            target.symlink_to(source)

    @rule(name=NAMES, stray=st.sampled_from([".ipynb_checkpoints", "UPPER", "v9", "file"]))
    def stray(self, name: str, stray: str) -> None:
        self.layout.name(name).mkdir(exist_ok=True)
        if stray == "file":
            (self.layout.name(name) / stray).write_bytes(b"")
        else:
            (self.layout.name(name) / stray).mkdir(exist_ok=True)

    @rule()
    def lose_index(self) -> None:
        self.layout.index.unlink(missing_ok=True)

    @rule(at=st.integers(0, 1 << 16), bit=st.integers(0, 7))
    def flip(self, at: int, bit: int) -> None:
        if self.layout.index.is_file() and (data := bytearray(self.layout.index.read_bytes())):
            data[at % len(data)] ^= 1 << bit
            self.layout.index.write_bytes(data)

    @rule(name=NAMES)
    def look_at_one(self, name: str) -> None:
        assert index.scan(self.layout, name) == scan.scan(self.layout, name)

    @invariant()
    def answers_agree(self) -> None:
        if hasattr(self, "layout"):
            assert index.scan(self.layout) == scan.scan(self.layout)


pytest_tmp: pytest.TempPathFactory


@pytest.fixture
def folders(tmp_path_factory: pytest.TempPathFactory) -> None:
    global pytest_tmp  # noqa: PLW0603 (a state machine takes no fixtures)
    pytest_tmp = tmp_path_factory


def test_the_index_agrees_after_any_changes_behind_its_back(folders: None, later: None) -> None:
    from hypothesis.stateful import run_state_machine_as_test

    run_state_machine_as_test(
        BehindTheBack,
        settings=settings(
            max_examples=30, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
