"""Nothing but a whole version ever appears, whichever call fails and whoever else writes."""

from __future__ import annotations

import builtins
import errno
import multiprocessing
import os
from collections.abc import Callable
from typing import Any

import pytest

from bentobook.errors import AlreadyExists, BentobookError, DiskFull, StoreNotWritable
from bentobook.store.model_yaml import new_info
from bentobook.store.store import Store

FAILURES: dict[str, tuple[BaseException, type[BaseException]]] = {
    "ENOSPC": (OSError(errno.ENOSPC, "No space left on device"), DiskFull),
    "EIO": (OSError(errno.EIO, "Input/output error"), StoreNotWritable),
    "EROFS": (OSError(errno.EROFS, "Read-only file system"), StoreNotWritable),
    "EACCES": (OSError(errno.EACCES, "Permission denied"), StoreNotWritable),
    "KeyboardInterrupt": (KeyboardInterrupt(), KeyboardInterrupt),
}
MANY = 40


class Nth:
    """Fails at the n-th call, and at all later ones where that is wanted."""

    def __init__(self, original: Callable[..., Any], n: int, error: BaseException, *, persistent: bool) -> None:
        self.original, self.n, self.error, self.persistent = original, n, error, persistent
        self.calls = 0

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        self.calls += 1
        if self.calls == self.n or (self.persistent and self.calls > self.n):
            raise self.error
        return self.original(*args, **kwargs)


def save(store: Store, tag: str) -> None:
    with store.draft(tag) as draft:
        draft.write("data/weights.bin", tag.encode())
        draft.publish(new_info(draft.tag))


@pytest.mark.parametrize(
    ("name", "persistent"),
    [(name, False) for name in FAILURES] + [(name, True) for name in FAILURES if name != "KeyboardInterrupt"],
    ids=lambda value: value if isinstance(value, str) else ("from then on" if value else "once"),
)
@pytest.mark.parametrize("call", ["rename", "replace", "fsync", "open", "mkdir", "chmod", "utime"])
def test_a_failing_call_leaves_the_store_as_it_was(  # noqa: PLR0917 (fixtures and parameters)
    store, snapshot, monkeypatch, call, name, persistent
):
    monkeypatch.setenv("BENTOBOOK_FSYNC", "1")
    error, expected = FAILURES[name]
    save(store, "iris:v1")
    before = snapshot()
    for n in range(1, MANY):
        with monkeypatch.context() as patch:
            nth = Nth(getattr(os, call), n, error, persistent=persistent)
            patch.setattr(os, call, nth)
            try:
                save(store, "iris:v2")
            except (BentobookError, KeyboardInterrupt) as raised:
                assert isinstance(raised, expected)  # noqa: PT017 (success is allowed too)
                failed = True
            else:
                failed = False
        if not failed:
            assert store.get("iris:v2").digest
            store.delete("iris:v2")
        # A folder cannot be removed while opening it fails; gc does it later.
        ignored = str(store.layout.private) if call == "open" else "nothing"
        after = {path: data for path, data in snapshot().items() if not path.startswith(ignored)}
        assert after == before, f"{call} number {n}"
        if nth.calls < n:
            return
    pytest.fail(f"more than {MANY} calls of {call}")


def test_a_failing_open_for_reading_or_writing_leaves_the_store_as_it_was(store, snapshot, monkeypatch):
    save(store, "iris:v1")
    before = snapshot()
    for n in range(1, MANY):
        nth = Nth(builtins.open, n, OSError(errno.EIO, "Input/output error"), persistent=False)
        with monkeypatch.context() as patch:
            patch.setattr(builtins, "open", nth)
            try:
                save(store, "iris:v2")
            except BentobookError:
                pass
            else:
                store.delete("iris:v2")
        assert snapshot() == before
        if nth.calls < n:
            return


def test_only_a_taken_tag_means_already_exists(store, monkeypatch):
    with store.draft("iris:v1") as draft:
        draft.write("a", b"1")
        save(store, "iris:v1")
        with pytest.raises(AlreadyExists, match="iris:v1 already exists"):
            draft.publish(new_info(draft.tag))

    assert store.get("iris:v1").path.joinpath("data/weights.bin").read_bytes() == b"iris:v1"
    assert list(store.layout.staging.iterdir()) == []


def test_a_rename_across_file_systems_says_what_is_wrong(store, monkeypatch):
    monkeypatch.setattr(
        os, "rename", Nth(os.rename, 1, OSError(errno.EXDEV, "Invalid cross-device link"), persistent=True)
    )

    with pytest.raises(StoreNotWritable, match="must lie in one file system"):
        save(store, "iris:v1")
    assert store.list() == []


def test_an_interrupt_after_the_rename_takes_the_version_back(store, monkeypatch):
    save(store, "iris:v1")
    monkeypatch.setattr(os, "replace", Nth(os.replace, 1, KeyboardInterrupt(), persistent=False))

    with pytest.raises(KeyboardInterrupt):
        save(store, "iris:v2")
    assert [str(model.tag) for model in store.list()] == ["iris:v1"]
    assert str(store.get("iris").tag) == "iris:v1"


def test_a_name_whose_folder_vanishes_meanwhile_is_made_again(store, monkeypatch):
    rename = os.rename

    def vanish(source: Any, target: Any) -> None:
        monkeypatch.setattr(os, "rename", rename)
        os.rmdir(store.layout.name("iris"))  # noqa: PTH106
        rename(source, target)

    monkeypatch.setattr(os, "rename", vanish)
    save(store, "iris:v1")

    assert str(store.get("iris").tag) == "iris:v1"


def _race(home: str, rounds: int, me: int, barrier: Any, won: Any, *, locks: bool) -> None:
    if not locks:
        import fcntl

        fcntl.flock = lambda *args: None  # type: ignore[assignment]
    store = Store(home)
    for n in range(rounds):
        barrier.wait()
        try:
            with store.draft(f"race:v{n}") as draft:
                for part in range(3):
                    draft.write(f"part{part}", bytes([me]))
                draft.publish(new_info(draft.tag))
        except AlreadyExists:
            continue
        won[n * 8 + me] = 1


@pytest.mark.parametrize("locks", [True, False], ids=["with locks", "with locks that do nothing"])
def test_exactly_one_of_eight_writers_of_a_tag_wins_with_all_its_files(store, locks):
    fork = multiprocessing.get_context("fork")
    rounds, barrier = 6, fork.Barrier(8)
    won = fork.Array("i", rounds * 8)
    writers = [
        fork.Process(target=_race, args=(str(store.home), rounds, me, barrier, won), kwargs={"locks": locks})
        for me in range(8)
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    assert [writer.exitcode for writer in writers] == [0] * 8
    for n in range(rounds):
        winners = [me for me in range(8) if won[n * 8 + me]]
        assert len(winners) == 1
        model = store.get(f"race:v{n}")
        assert {path.read_bytes() for path in model.path.glob("part*")} == {bytes(winners)}
    assert store.resolve("race").version == f"v{rounds - 1}"
    assert list(store.layout.staging.iterdir()) == []
