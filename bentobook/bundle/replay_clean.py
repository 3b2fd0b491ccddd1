"""A new environment with what a Bento says it needs, and nothing else: made, used once, removed.

It is made below ``${XDG_CACHE_HOME:-~/.cache}/bentobook``, where links to what an installer has already downloaded
cost no space. uv is used where it is installed and finds what is asked for; else pip, which reads its own settings.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from bentobook.bundle.bento import SRC, Bento
from bentobook.errors import BuildFailed
from bentobook.text import one_line

TIMEOUT_S = 1800
MAX_WORDS = 1500
FILES = ("env/python/requirements.lock.txt", "env/python/requirements.txt")

Progress = Callable[[str], object]


@contextmanager
def environment(bento: Bento, progress: Progress = lambda _: None) -> Iterator[str]:
    """Install the requirements of a Bento into a new environment, which is removed afterwards.

    Parameters
    ----------
    bento : Bento
    progress : callable
        Gets a line for each step.

    Yields
    ------
    str
        Its interpreter.

    Raises
    ------
    BuildFailed
        When something cannot be installed; the installer's own last words.
    """
    requirements = _requirements(bento)
    cache = cache_home()
    cache.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="clean-", dir=cache))
    try:
        progress(f"Making an environment with Python {sys.version_info[0]}.{sys.version_info[1]}")
        python = _make(folder / "env")
        progress(f"Installing {requirements.relative_to(bento.path)}")
        _install(python, requirements, bento)
        yield str(python)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def cache_home() -> Path:
    """Return the folder for what can be made again."""
    text = os.environ.get("XDG_CACHE_HOME")
    return (Path(text) if text else Path.home() / ".cache") / "bentobook"


def _requirements(bento: Bento) -> Path:
    for name in FILES:
        path = Path(bento.path_of(name))
        if path.is_file():
            return path
    raise BuildFailed(str(bento.tag), "it has no env/python/requirements.txt", hint="Only bentobook's Bentos have one.")


def _make(folder: Path) -> Path:
    import venv

    venv.create(folder, with_pip=False, symlinks=os.name != "nt")
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def _install(python: Path, requirements: Path, bento: Bento) -> None:
    """Install with uv; what it does not find, pip may: each has its own settings for indexes."""
    cwd = bento.path / SRC
    words = ""
    for command in _commands(python, requirements):
        done = _run(command, cwd)
        if not done.returncode:
            return
        words = done.stderr or done.stdout
    told = one_line(" ".join(words.split())[-MAX_WORDS:], MAX_WORDS)
    raise BuildFailed(f"an environment for {bento.tag}", f"its requirements cannot be installed: {told}")


def _commands(python: Path, requirements: Path) -> Iterator[Sequence[str]]:
    if find_spec("uv") is not None:
        import uv

        yield (uv.find_uv_bin(), "pip", "install", "--quiet", "--python", str(python), "-r", str(requirements))
    yield (sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "-r", str(requirements))


def _run(command: Sequence[str], cwd: Path) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(  # noqa: S603 (uv's or our own path; the Bento's lines are in a file)
            command, cwd=cwd, capture_output=True, text=True, timeout=TIMEOUT_S, check=False, env=_environment()
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return subprocess.CompletedProcess(command, 1, "", str(error))


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
