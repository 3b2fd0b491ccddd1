"""A server of a Bento in a process of its own: fresh, without the notebook, with nothing of its working folder.

The process gets the folder of the Bento, tells on its standard output where it answers, and ends when its standard
input does. So it never outlives the one who started it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import bentobook._version
from bentobook.bundle.replay_http import Target
from bentobook.errors import BuildFailed
from bentobook.text import one_line

START_TIMEOUT_S = 600.0
STOP_TIMEOUT_S = 20.0
MAX_WORDS = 1000
_MODULE = "bentobook.bundle.replay_child"
# The user's modules go along in the Bento; what a path of the notebook adds would hide that one is missing.
_NOT_HANDED_ON = ("PYTHONPATH", "PYTHONSTARTUP", "PYTHONHOME", "VIRTUAL_ENV", "BENTOBOOK_WORKERS")


@contextmanager
def serving(folder: Path, home: Path, *, python: str | None = None, what: str = "") -> Iterator[Target]:
    """Serve a Bento while a block runs.

    Parameters
    ----------
    folder : Path
        Of the Bento.
    home : Path
        The store that has its models.
    python : str, optional
        The interpreter of another environment, which has its own bentobook.
    what : str
        What an error calls the Bento.

    Raises
    ------
    BuildFailed
        When the service does not start; the last words of the process.
    """
    command = [python or sys.executable, "-P", "-m", _MODULE, str(folder)]
    with tempfile.TemporaryFile("w+b") as errors, tempfile.TemporaryDirectory() as place:
        process = subprocess.Popen(  # noqa: S603 (our own module, in an interpreter that the caller chose)
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            cwd=place,
            env=_environment(home, own=python is None),
        )
        try:
            yield _target(process, errors, what or str(folder))
        finally:
            _stop(process)


def _environment(home: Path, *, own: bool) -> Mapping[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in _NOT_HANDED_ON}
    package = Path(bentobook._version.__file__).resolve().parent  # noqa: SLF001 (our own module)
    path = {"PYTHONPATH": str(package.parent)} if own else {}
    return {**kept, **path, "BENTOML_HOME": str(home), "PYTHONDONTWRITEBYTECODE": "1"}


def _target(process: subprocess.Popen[bytes], errors: IO[bytes], what: str) -> Target:
    assert process.stdout is not None  # noqa: S101 - it is a pipe
    alarm = threading.Timer(START_TIMEOUT_S, process.kill)
    alarm.daemon = True
    alarm.start()
    try:
        line = process.stdout.readline()
    finally:
        alarm.cancel()
    if not line:
        process.wait()
        raise BuildFailed(what, f"its service does not start in a fresh process: {_last_words(errors)}")
    told = json.loads(line)
    return Target(told["url"], told["token"])


def _last_words(errors: IO[bytes]) -> str:
    errors.seek(0)
    lines = [line for line in errors.read().decode("utf-8", "replace").splitlines() if line.strip()]
    return one_line(lines[-1] if lines else "it said nothing", MAX_WORDS)


def _stop(process: subprocess.Popen[bytes]) -> None:
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()
    try:
        process.wait(STOP_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
