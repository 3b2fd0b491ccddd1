from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from bentobook.store.layout import Layout
from bentobook.store.tag import Tag


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_everything_of_ours_lies_in_one_folder_beside_the_models(tmp_path):
    layout = Layout(tmp_path)
    layout.make_private()

    assert sorted(path.name for path in tmp_path.iterdir()) == [".bentobook", "models"]
    assert sorted(path.name for path in layout.private.iterdir()) == ["locks", "quarantine", "staging", "trash"]


@pytest.mark.parametrize("wanted", [0o700, 0o755, 0o2770, 0o2775, 0o1777], ids=oct)
def test_new_folders_have_the_mode_of_the_store_whatever_the_umask(tmp_path, wanted):
    tmp_path.chmod(wanted)
    layout = Layout(tmp_path)
    before = os.umask(0o077)
    try:
        layout.make_private()
        layout.make_name("iris")
    finally:
        os.umask(before)

    assert {mode(path) for path in (layout.private, layout.staging, layout.trash, layout.name("iris"))} == {wanted}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder to another group")
def test_new_folders_have_the_group_of_the_store(tmp_path):
    os.chown(tmp_path, -1, 61000)
    layout = Layout(tmp_path)
    layout.make_private()

    assert {path.stat().st_gid for path in (layout.models, layout.staging, layout.locks)} == {61000}


def test_a_folder_that_is_there_is_left_as_it_is(tmp_path):
    layout = Layout(tmp_path)
    layout.models.mkdir(mode=0o700)
    layout.make_private()

    assert mode(layout.models) == 0o700
    assert layout.make_name("iris")
    assert not layout.make_name("iris")


def test_a_version_lies_under_its_name(tmp_path):
    assert Layout(tmp_path).version(Tag("iris", "v1")) == tmp_path / "models/iris/v1"


def test_a_tag_without_version_has_no_folder(tmp_path):
    with pytest.raises(ValueError, match="has no version"):
        Layout(tmp_path).version(Tag("iris"))
