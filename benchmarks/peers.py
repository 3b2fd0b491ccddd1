"""Environments for the peers, each its own, made once and kept in ``${XDG_CACHE_HOME:-~/.cache}/bentobook``."""

from __future__ import annotations

import functools
import hashlib
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

REQUIREMENTS = {
    "bentoml": ("bentoml", "numpy"),
    "ray": ("ray[serve]", "numpy"),
    "mlserver": ("mlserver", "numpy"),
    "batchers": ("batched", "async-batcher", "numpy"),
    "bentoml-serving": ("bentoml", "scikit-learn"),
    "litserve": ("litserve", "scikit-learn"),
    "mlserver-sklearn": ("mlserver", "mlserver-sklearn"),
}


@functools.cache
def interpreter(peer: str) -> tuple[str, str]:
    """Return the interpreter that has a peer, or an empty string and why there is none."""
    requirements = REQUIREMENTS[peer]
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "bentobook"
    key = hashlib.sha256("\n".join([sys.version, *requirements]).encode()).hexdigest()[:16]
    place = cache / f"bench-{peer}-{key}"
    why_not = "" if place.exists() else _install(place, requirements)
    return ("" if why_not else str(place / "bin" / "python")), why_not


def _install(place: Path, requirements: tuple[str, ...]) -> str:
    """Build the environment aside and rename it, so that an interrupted installation is never used."""
    print(f"Installing {', '.join(requirements)} into {place.name} …", flush=True)
    aside = place.with_name(f"{place.name}.{os.getpid()}")
    try:
        venv.create(aside, with_pip=True)
        command = [str(aside / "bin" / "python"), "-m", "pip", "install", "-q", *requirements]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            return done.stderr.strip()[-500:]
        aside.rename(place)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return ""
