"""What dead writers left goes; what lives, and what a Bento needs, stays."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

import bentobook
from bentobook.errors import InvalidArgument, Refused
from bentobook.store import gc
from bentobook.store.store import Store

LATER = 7200.0


def _save(tag: str, data: bytes = b"content") -> None:
    with bentobook.models.create(tag) as draft:
        Path(draft.path_of("file.bin")).write_bytes(data)


def _abandon() -> Path:
    """Leave what a killed writer of another machine leaves."""
    layout = Store().layout
    layout.make_private()
    folder = layout.staging / "dead"
    (folder / "content").mkdir(parents=True)
    (folder / "content" / "half.bin").write_bytes(b"x" * 100)
    return folder


def test_an_abandoned_draft_goes_after_an_hour() -> None:
    folder = _abandon()

    young = gc.collect(Store().layout)
    old = gc.collect(Store().layout, now=time.time() + LATER)

    assert young.removed == 0
    assert (old.removed, old.freed) == (1, 100)
    assert not folder.exists()


def test_a_draft_that_is_being_written_stays_however_old_it_is() -> None:
    with Store().draft("slow:v1") as draft:
        cleaned = gc.collect(Store().layout, now=time.time() + LATER)

        assert cleaned.removed == 0
        assert draft.path.is_dir()


def test_old_trash_goes_and_versions_stay() -> None:
    _save("kept:v1")
    trash = Store().layout.trash / "gone"
    trash.mkdir()

    cleaned = gc.collect(Store().layout, now=time.time() + LATER)

    assert cleaned.removed == 1
    assert bentobook.models.get("kept:v1").verify().ok


def test_pruning_keeps_the_newest_of_each_name() -> None:
    for tag in ("a:v1", "a:v2", "a:v3", "b:v1"):
        _save(tag)

    pruned = gc.prune(Store().layout, keep=2)

    assert [str(tag) for tag in pruned.deleted] == ["a:v1"]
    assert [str(model.tag) for model in bentobook.models.list()] == ["a:v3", "a:v2", "b:v1"]


def test_pruning_keeps_what_a_bento_needs(store_home: Path) -> None:
    for tag in ("a:v1", "a:v2", "a:v3"):
        _save(tag)
    bento = store_home / "bentos" / "svc" / "b1"
    bento.mkdir(parents=True)
    (bento / "bento.yaml").write_text("service: service:svc\nname: svc\nversion: b1\nmodels:\n- tag: a:v1\n")

    pruned = gc.prune(Store().layout, keep=1, name="a")

    assert [str(tag) for tag in pruned.deleted] == ["a:v2"]
    assert [str(tag) for tag in pruned.in_use] == ["a:v1"]


def test_freed_bytes_leave_out_what_another_version_shares() -> None:
    for tag in ("a:v1", "a:v2"):
        _save(tag, b"x" * 100_000)

    assert gc.prune(Store().layout, keep=1).freed < 100_000


def test_keeping_nothing_is_refused() -> None:
    with pytest.raises(InvalidArgument, match="at least 1 version"):
        gc.prune(Store().layout, keep=0)


def test_an_administrator_can_forbid_pruning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rules = tmp_path / "bentobook.toml"
    rules.write_text("allow_delete = false")
    monkeypatch.setattr("bentobook.settings.ADMIN_FILE", rules)

    with pytest.raises(Refused, match="allow_delete = false"):
        gc.prune(Store().layout, keep=1)


def test_the_daily_clean_up_runs_once_a_day() -> None:
    _save("a:v1")
    stamp = Store().layout.private / "last-gc"

    gc.maybe(Store().layout)
    first = stamp.stat().st_mtime_ns
    gc.maybe(Store().layout)

    assert stamp.stat().st_mtime_ns == first
