"""Many processes in one store: jobs that fork their own writers, deleters and readers, and count what happened."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections import Counter
from collections.abc import Callable
from multiprocessing.connection import Connection, Pipe
from pathlib import Path
from typing import Any

from faultkit import health, operations
from faultkit.party import together
from faultkit.zygote import Outcome


def without_locks() -> None:
    """Make ``flock`` say yes to everybody, as Lustre, GPFS and some network disks do."""
    fcntl.flock = fcntl.lockf = lambda *_args, **_kwargs: None
    with contextlib.suppress(ImportError):
        import filelock

        nothing = lambda _self: None  # noqa: E731
        for kind in (filelock.FileLock, filelock.UnixFileLock):
            kind._acquire = lambda self: setattr(self._context, "lock_file_fd", os.open(os.devnull, os.O_RDONLY))
            kind._release = nothing


def same_tag(home: str, source: str, members: int, rounds: int, locks: bool) -> dict[str, Any]:
    """Let all save ``race:rN`` at the same moment, ``rounds`` times; count winners and what is wrong."""
    if not locks:
        without_locks()
    tally: Counter[str] = Counter()
    wrong: list[str] = []

    def turn(_me: int, number: int) -> str:
        return operations.save(home, source, f"race:r{number}")

    def after(number: int, outcomes: list[Outcome]) -> None:
        won = sum(outcome.ok for outcome in outcomes)
        others = {outcome.error for outcome in outcomes if not outcome.ok}
        tally[f"{won} winners"] += 1
        if won != 1 or others - {"AlreadyExists"}:
            wrong.append(f"round {number}: {won} winners, others got {others}: {[o.text for o in outcomes if o.error]}")
        if number % 25 == 24 or number == rounds - 1:
            wrong.extend(f"after round {number}: {text}" for text in health.ailments(Path(home)))
            # The next rounds need not look at all earlier ones again.
            for done in health.tags(Path(home)):
                operations.delete(home, source, done)

    together(members, rounds, turn, after)
    return {"tally": dict(tally), "wrong": wrong, "left": health.leftovers(Path(home))}


def distinct_tags(home: str, source: str, members: int, rounds: int) -> dict[str, Any]:
    """Let each save its own version of one name; all must be there, and ``latest`` must be the newest."""
    errors: list[str] = []

    def turn(me: int, number: int) -> str:
        return operations.save(home, source, f"many:w{me}-{number}")

    together(members, rounds, turn, lambda _n, outcomes: errors.extend(o.text for o in outcomes if not o.ok))
    expected = {f"many:w{me}-{number}" for me in range(members) for number in range(rounds)}
    return {
        "errors": errors,
        "missing": sorted(expected - health.tags(Path(home))),
        "wrong": health.ailments(Path(home)),
    }


def _spawn(function: Callable[[], Any]) -> tuple[int, Connection]:
    ours, theirs = Pipe(duplex=False)
    child = os.fork()
    if child == 0:
        with contextlib.suppress(BaseException):
            theirs.send(function())
        os._exit(0)
    theirs.close()
    return child, ours


def readers_beside_writers(home: str, source: str, writes: int, readers: int = 2) -> dict[str, Any]:
    """Read all the time while one process saves and deletes versions of one name."""
    stop = Path(home, "stop")

    def write() -> int:
        for number in range(writes):
            operations.save(home, source, f"busy:w{number}")
            if number >= 2:
                operations.delete(home, source, f"busy:w{number - 2}")
        return writes

    operations.save(home, source, "steady:v1")
    lines = [_spawn(lambda: _read_until(stop, Path(home))) for _ in range(readers)]
    _child, line = _spawn(write)
    try:
        written = line.recv()
    finally:
        stop.touch()
    tally: Counter[str] = Counter()
    wrong: list[str] = []
    for child, answers in lines:
        seen, found = answers.recv()
        os.waitpid(child, 0)
        tally.update(seen)
        wrong += found
    return {"written": written, "tally": dict(tally), "wrong": wrong}


def _read_until(stop: Path, home: Path) -> tuple[dict[str, int], list[str]]:
    from bentobook.errors import NotFound
    from bentobook.store import verify
    from bentobook.store.store import Store

    tally: Counter[str] = Counter()
    wrong: list[str] = []
    store = Store(home)
    parent = os.getppid()
    while not stop.exists() and os.getppid() == parent:
        try:
            tally["reads"] += 1
            listed = store.list()
            wrong += [f"problem: {problem}" for problem in listed.problems]
            if "steady:v1" not in {str(model.tag) for model in listed}:
                wrong.append("the model that nobody touches is not listed")
            tally["reads"] += 1
            model = store.get("busy")
            found = model.verify(deep=tally["reads"] % 20 == 0)
            wrong += [] if found.ok else [str(found)]
            if tally["reads"] % 50 == 0:
                report = verify.verify(store.layout, verify.all_tags(store.layout), deep=True)
                wrong += [str(bad) for bad in report.wrong]
        except NotFound:
            tally["not found"] += 1
        except Exception as error:
            wrong.append(f"{type(error).__name__}: {error}")
    return dict(tally), wrong
