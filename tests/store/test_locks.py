from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import asdict, replace

import pytest

from bentobook.store import locks
from bentobook.store.layout import Layout
from bentobook.store.locks import Mark, Owner, is_abandoned, owner_of

LATER = time.time() + 7200


def dead() -> Owner:
    child = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True)
    return replace(Owner.here(), pid=int(child.stdout))


def sign(folder, owner: Owner) -> None:
    folder.joinpath(locks.OWNER_FILE).write_text(json.dumps(asdict(owner)))


def test_a_mark_says_which_process_writes(tmp_path):
    mark = Mark(tmp_path)

    assert owner_of(tmp_path) == Owner.here()
    mark.release()


def test_a_folder_of_a_running_writer_is_never_abandoned(tmp_path):
    mark = Mark(tmp_path)

    assert not is_abandoned(tmp_path, now=LATER)
    mark.release()
    assert not is_abandoned(tmp_path, now=LATER)


def test_a_folder_of_a_dead_writer_is_abandoned_once_it_is_old(tmp_path):
    sign(tmp_path, dead())

    assert not is_abandoned(tmp_path)
    assert is_abandoned(tmp_path, now=LATER)


@pytest.mark.parametrize("change", [{"host": "other"}, {"boot_id": "before"}], ids=["other machine", "earlier start"])
def test_a_process_of_another_machine_or_start_is_not_taken_for_alive(tmp_path, change):
    sign(tmp_path, replace(Owner.here(), **change))

    assert is_abandoned(tmp_path, now=LATER)


def test_a_locked_folder_is_not_abandoned_even_if_its_note_is_wrong(tmp_path):
    mark = Mark(tmp_path)
    tmp_path.joinpath(locks.OWNER_FILE).chmod(0o600)
    sign(tmp_path, dead())

    assert not is_abandoned(tmp_path, now=LATER)
    mark.release()
    assert is_abandoned(tmp_path, now=LATER)


def test_a_file_that_still_grows_keeps_its_folder(tmp_path):
    sign(tmp_path, dead())
    (tmp_path / "content").mkdir()
    (tmp_path / "content/weights").write_bytes(b"x")
    os.utime(tmp_path, (0, 0))

    assert not is_abandoned(tmp_path)


@pytest.mark.parametrize("note", [b"", b"{}", b"[]", b"\xff", b'{"pid": "x"}'])
def test_a_note_that_cannot_be_read_names_nobody(tmp_path, note):
    tmp_path.joinpath(locks.OWNER_FILE).write_bytes(note)

    assert owner_of(tmp_path) is None


def test_work_goes_on_when_a_lock_cannot_be_had_in_time(tmp_path):
    layout = Layout(tmp_path)
    layout.make_private()
    code = (
        "import sys; from filelock import FileLock; lock = FileLock(sys.argv[1]); lock.acquire();"
        "print('held', flush=True); sys.stdin.read()"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", code, layout.locks / "iris.lock"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert other.stdout is not None
    assert other.stdout.readline() == b"held\n"
    with locks.name_lock(layout, "iris", timeout_s=0.05):
        went_on = True
    other.communicate(b"")

    assert went_on


def test_work_goes_on_where_the_lock_file_cannot_be_made(tmp_path):
    layout = Layout(tmp_path)
    layout.make_private()
    (layout.locks / "iris.lock").mkdir()
    with locks.name_lock(layout, "iris", timeout_s=0.05):
        went_on = True

    assert went_on
