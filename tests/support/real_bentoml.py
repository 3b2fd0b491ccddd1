"""A real BentoML in an environment of its own, made on first use and kept outside the checkout.

``BENTOBOOK_BENTOML_PYTHON`` names an interpreter that has BentoML already; else the newest BentoML that pip installs
goes to ``${XDG_CACHE_HOME:-~/.cache}/bentobook/bentoml-HASH``.
"""

from __future__ import annotations

import functools
import hashlib
import os
import shutil
import subprocess
import sys
import tomllib
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

import bentoml_side
import pytest
import servers
from faultkit.zygote import PATIENCE, Zygote

ROOT = Path(__file__).parents[2]
# What wrote a model and what loads it have the same versions on both sides, so that only BentoML is under test. What
# this package needs is there, too, but not the package: a Bento brings its wheel along.
REQUIREMENTS = (
    "bentoml",
    "pandas",
    "skops",
    *(f"{name}=={version(name)}" for name in ("mlflow-skinny", "scikit-learn", "numpy", "cloudpickle")),
    *tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"],
)


class RealBentoML:
    """Asks BentoML to do things in one store; each question runs in a fresh process with warm imports."""

    def __init__(self, zygote: Zygote, home: Path, python: str) -> None:
        self._zygote, self._python = zygote, python
        quiet = {"BENTOML_DO_NOT_TRACK": "True", "MLFLOW_DISABLE_TELEMETRY": "true"}
        self._env = {"BENTOML_HOME": str(home), PATIENCE: "1700", **quiet}

    def __getattr__(self, name: str) -> Any:
        """Give a function of `bentoml_side` that runs on the other side."""
        function = getattr(bentoml_side, name)
        return lambda *args, **kwargs: self._zygote.run(function, *args, env=self._env, **kwargs).unwrap()

    def begin(self, name: str, *args: Any) -> None:
        """Start a function on the other side and go on."""
        self._zygote.begin(getattr(bentoml_side, name), *args, env=self._env)

    @contextmanager
    def serving(self, tag: str, folder: Path, python_path: str = "") -> Iterator[str]:
        """Run ``bentoml serve`` as a program of its own and give its address."""
        environment = {**os.environ, **self._env, "PYTHONPATH": python_path}
        command = [self._python, "-m", "bentoml", "serve", tag]
        with servers.serving(command, folder, environment) as address:
            yield address

    def refused_to_serve(self, tag: str, folder: Path) -> str:
        """Run ``bentoml serve`` where it cannot work and give what it says."""
        environment = {**os.environ, **self._env, "PYTHONPATH": ""}
        command = [self._python, "-m", "bentoml", "serve", tag, "--port", str(servers.free_port())]
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, env=environment, cwd=folder, timeout=120
        )
        return done.stdout + done.stderr

    def end(self) -> Any:
        """Wait for what `begin` started."""
        return self._zygote.end().unwrap()


@functools.cache
def _environment() -> tuple[str, str]:
    """Return the interpreter, or why there is none."""
    given = os.environ.get("BENTOBOOK_BENTOML_PYTHON")
    if given:
        return given, ""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "bentobook"
    key = hashlib.sha256("\n".join([sys.version, *REQUIREMENTS]).encode()).hexdigest()[:16]
    place = cache / f"bentoml-{key}"
    why_not = "" if place.exists() else _install(place)
    return str(place / "bin" / "python"), why_not


def _install(place: Path) -> str:
    """Build the environment aside and rename it, so that an interrupted installation is never used."""
    aside = place.with_name(f"{place.name}.{os.getpid()}")
    try:
        venv.create(aside, with_pip=True)
        command = [str(aside / "bin" / "python"), "-m", "pip", "install", "-q", *REQUIREMENTS]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            return done.stderr.strip()[-2000:]
        if not place.exists():
            aside.rename(place)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return ""


@functools.cache
def _zygote(python: str) -> Zygote:
    """Start BentoML once for all tests of this process; it ends with us, when its pipe closes."""
    return Zygote(bentoml_side.PRELOAD, python=python)


def running(home: Path) -> RealBentoML:
    """Give a BentoML that works in one store, or skip the test with pip's reason."""
    python, why_not = _environment()
    if why_not:
        pytest.skip(f"BentoML cannot be installed: {why_not}")
    return RealBentoML(_zygote(python), home, python)
