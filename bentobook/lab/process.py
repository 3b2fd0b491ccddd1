"""How the server starts a worker: its own interpreter, the chosen store and tracking server, pipes of text."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from typing import Any


def start(kind: str, environment: Mapping[str, str]) -> subprocess.Popen[str]:
    """Start a worker.

    Parameters
    ----------
    kind : {"job", "browse"}
    environment : mapping

    Returns
    -------
    subprocess.Popen
        It reads and writes JSON lines; what it says otherwise goes to the server's log.
    """
    # -P: the folder in which the server was started may hold anything, also an mlflow.py.
    return subprocess.Popen(  # noqa: S603 (a list of our own words)
        [sys.executable, "-P", "-m", "bentobook.lab.worker", kind],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
        env=dict(environment),
    )


def talk(process: subprocess.Popen[str], request: Mapping[str, Any]) -> Iterator[str]:
    """Send the one request of a job and give its lines until it ends."""
    with process:
        if process.stdin is None or process.stdout is None:
            return
        with process.stdin as stdin:
            stdin.write(json.dumps(request) + "\n")
        yield from process.stdout


def exchange(process: subprocess.Popen[str], question: Mapping[str, Any]) -> dict[str, Any] | None:
    """Send a question and read the answer; nothing when the worker is gone."""
    if process.stdin is None or process.stdout is None:
        return None
    try:
        process.stdin.write(json.dumps(question) + "\n")
        process.stdin.flush()
        line = process.stdout.readline()
    except OSError:
        return None
    found: dict[str, Any] | None = json.loads(line) if line else None
    return found


def end(process: subprocess.Popen[str], patience_s: float) -> None:
    """Ask a worker to end, and make it end when it does not in time."""
    process.terminate()
    try:
        process.wait(patience_s)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
