"""The Jupyter server that a kernel or a terminal belongs to, found among the parents of this process.

Linux tells them under ``/proc``; elsewhere, and for kernels of other machines, there is no answer.
"""

from __future__ import annotations

import re
from pathlib import Path

_PROCESSES = Path("/proc")
_PROGRAM = re.compile(
    r"jupyter-(lab|notebook|server|labhub)(\.exe)?|jupyterlab|jupyter_server|notebook|jupyterhub-singleuser"
)
_INTERPRETER = re.compile(r"python[\d.]*")
_MOST = 30  # parents; a damaged table must not keep anybody busy


def find() -> Path | None:
    """Return the interpreter of the server, as it was called: a link into an environment stays that link."""
    pid = "self"
    for _ in range(_MOST):
        if (found := _interpreter(pid)) is not None:
            return found
        parent = _parent(pid)
        if parent in ("", "0"):
            return None
        pid = parent
    return None


def prefix_of(interpreter: Path) -> Path:
    """Return the environment that an interpreter belongs to."""
    return interpreter.parent.parent


def _parent(pid: str) -> str:
    try:
        status = (_PROCESSES / pid / "stat").read_text("utf-8", "replace")
    except OSError:
        return ""
    # The name of the program stands in brackets and may hold any character; the parent is the second word after it.
    return status.rpartition(")")[2].split()[1]


def _interpreter(pid: str) -> Path | None:
    """Return the interpreter of a process that is a Jupyter server."""
    try:
        words = (_PROCESSES / pid / "cmdline").read_text("utf-8", "replace").split("\0")
        folder = (_PROCESSES / pid / "cwd").readlink()
    except OSError:
        return None
    if not is_server(words):
        return None
    called = Path(words[0])
    if called.parent != Path():
        return folder / called
    # Found through PATH, which may be another one here; a script lies beside its interpreter.
    script = next((folder / word for word in words[1:3] if "/" in word), None)
    return None if script is None else script.parent / called.name


def is_server(words: list[str]) -> bool:
    """Tell whether a command line is that of a Jupyter server.

    >>> is_server(["/env/bin/python", "/env/bin/jupyter-lab", "--no-browser"])
    True
    >>> is_server(["python3.11", "-m", "jupyterlab"])
    True
    >>> is_server(["/env/bin/python", "-m", "ipykernel_launcher"])
    False
    """
    if not words or not _INTERPRETER.fullmatch(Path(words[0]).name):
        return False
    return any(_PROGRAM.fullmatch(Path(word).name) for word in words[1:4])
