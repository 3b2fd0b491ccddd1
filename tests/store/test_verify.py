"""Stored versions are compared with what was recorded when they were stored."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

import bentobook
from bentobook.errors import NotFound
from bentobook.store.model import Model
from bentobook.store.store import Store


@pytest.fixture
def model() -> Model:
    with bentobook.models.create("vectors:v1") as draft:
        Path(draft.path_of("table.bin")).write_bytes(b"0123456789")
    return bentobook.models.get("vectors:v1")


def _rewrite(path: Path, data: bytes) -> None:
    path.chmod(0o644)
    path.write_bytes(data)


def test_an_untouched_version_is_ok(model: Model) -> None:
    found = model.verify()

    assert found.ok
    assert str(found) == "vectors:v1: ok, content of 2 files as recorded"


def test_a_flipped_byte_is_found_by_a_deep_look_only(model: Model) -> None:
    _rewrite(model.path / "table.bin", b"0123456780")

    assert model.verify(deep=False).ok
    assert model.verify().problems == ("table.bin has another content",)


@pytest.mark.parametrize(
    ("harm", "problem"),
    [
        (lambda path: _rewrite(path / "table.bin", b"short"), "table.bin has 5 bytes instead of 10"),
        (lambda path: (path / "table.bin").unlink(), "table.bin is missing"),
        (lambda path: (path / "new.txt").write_text("x"), "new.txt was added"),
        (lambda path: (path / "link").symlink_to(path), "link was added"),
    ],
    ids=["another size", "missing", "added", "a link added"],
)
def test_a_shallow_look_finds_what_names_and_sizes_tell(model: Model, harm, problem: str) -> None:
    harm(model.path)

    found = model.verify(deep=False)

    assert found.state == "changed"
    assert problem in found.problems


def test_a_changed_manifest_is_noticed(model: Model) -> None:
    path = model.path / ".bentobook-manifest.json"
    _rewrite(path, path.read_bytes().replace(b'"size":10', b'"size":11'))

    assert "checksum" in model.verify(deep=False).problems[0]


def test_a_version_without_manifest_is_unverified_and_not_wrong(model: Model) -> None:
    (model.path / ".bentobook-manifest.json").unlink()

    assert model.verify().state == "unverified"
    assert bentobook.models.verify().ok


def test_a_repair_sets_the_version_aside_and_moves_latest(model: Model) -> None:
    with bentobook.models.create("vectors:v2") as draft:
        Path(draft.path_of("table.bin")).write_bytes(b"abc")
    _rewrite(bentobook.models.get("vectors:v2").path / "table.bin", b"xyz")

    report = bentobook.models.verify("vectors", deep=True, repair=True)

    assert [str(tag) for tag in report.set_aside] == ["vectors:v2"]
    assert bentobook.models.get("vectors:latest").tag == model.tag
    assert len(list(Store().layout.quarantine.iterdir())) == 1


def test_a_repair_leaves_alone_what_may_be_under_way(model: Model) -> None:
    young, old = model.path.parent / "young", model.path.parent / "old"
    young.mkdir()
    old.mkdir()
    os.utime(old, (time.time() - 7200, time.time() - 7200))

    report = bentobook.models.verify(repair=True)

    assert [str(tag) for tag in report.set_aside] == ["vectors:old"]
    assert young.is_dir()


def test_an_unknown_tag_is_not_found(model: Model) -> None:
    with pytest.raises(NotFound, match="'nope'"):
        bentobook.models.verify("nope")
