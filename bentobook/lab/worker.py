"""The process in which the sidebar's work is done: ``python -m bentobook.lab.worker job`` or ``… browse``.

It reads JSON lines on stdin and writes JSON lines on what was stdout when it started; stdout itself goes to stderr, so
that a library that prints breaks no line. ``job`` does one thing, tells of its bytes and ends with ``result`` or
``error``. ``browse`` answers questions about the tracking server until its stdin is closed. The store and the tracking
server are those of its environment.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Callable
from types import FrameType
from typing import IO, Any

from bentobook.errors import BentobookError, InvalidArgument

EVERY_S = 0.1
TERMINATED = 143


def main(arguments: list[str]) -> int:
    """Do what the first argument says."""
    signal.signal(signal.SIGTERM, _terminated)
    out = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    if arguments == ["job"]:
        _answer(out, _JOBS, json.loads(sys.stdin.readline()), Progress(out))
    elif arguments == ["browse"]:
        for line in sys.stdin:
            _answer(out, _QUESTIONS, json.loads(line))
    else:
        return 2
    return 0


def _answer(out: IO[str], table: dict[str, Callable[..., Any]], asked: dict[str, Any], *more: Any) -> None:
    what = asked.pop("do")
    try:
        if what not in table:
            raise InvalidArgument("do", what, f"one of {', '.join(table)}")
        say(out, {"result": table[what](*more, **asked)})
    except BentobookError as error:
        say(out, {"error": str(error), "status": int(error.http_status)})


def say(out: IO[str], event: dict[str, Any]) -> None:
    """Write one line."""
    out.write(json.dumps(event, default=str) + "\n")
    out.flush()


class Progress:
    """Tells of bytes, not more often than somebody can see.

    Parameters
    ----------
    out : file
    """

    def __init__(self, out: IO[str]) -> None:
        self._out = out
        self._next = 0.0

    def __call__(self, done: int, total: int) -> None:
        """Take note of bytes."""
        now = time.monotonic()
        if now >= self._next or done == total:
            self._next = now + EVERY_S
            say(self._out, {"done": done, "total": total})


def _import(
    progress: Progress,
    *,
    name: str,
    uri: str,
    labels: dict[str, str],
    methods: list[str],
    batchable: bool,
) -> dict[str, Any]:
    from bentobook import mlflow

    offered: Any = methods or None
    if batchable:
        offered = {method: {"batchable": True} for method in methods or ["predict"]}
    model = mlflow.import_model(
        name, uri, labels=labels, methods=offered, run_facts=True, reuse=True, progress=progress
    )
    return {"tag": str(model.tag)}


def _export(_: Progress, *, tag: str, folder: str) -> dict[str, Any]:
    from bentobook import models

    return {"tag": tag, "file": models.export_model(tag, folder).name}


def _verify(_: Progress, *, tag: str) -> dict[str, Any]:
    from bentobook import models

    found = models.get(tag).verify(deep=True)
    return {"tag": tag, "state": found.state, "sentence": str(found)}


def _ask(name: str) -> Callable[..., dict[str, Any]]:
    def ask(**arguments: Any) -> dict[str, Any]:
        from bentobook.mlflow import browse

        found: dict[str, Any] = getattr(browse, name)(**arguments).to_dict()
        return found

    return ask


_JOBS: dict[str, Callable[..., Any]] = {"import": _import, "export": _export, "verify": _verify}
QUESTIONS = ("registered_models", "versions", "experiments", "runs", "models_of_run")
_QUESTIONS: dict[str, Callable[..., Any]] = {name: _ask(name) for name in QUESTIONS}


def _terminated(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - the signature of a signal handler
    """Leave by an exception, so that what was begun is taken away."""
    sys.exit(TERMINATED)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
