"""Exact pins with hashes, compiled by uv through its package."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bentobook._optional import require
from bentobook.errors import BuildFailed

TIMEOUT_S = 600
_LONGEST = 600


def compile_lock(lines: Sequence[str], *, python_version: str, offline: bool = False) -> str:
    """Resolve requirements to exact versions with hashes.

    Parameters
    ----------
    lines : sequence of str
        Requirements, as pip reads them.
    python_version : str
        Of the environment that will be made of it, such as ``"3.12"``.
    offline : bool
        Whether only what was downloaded before may be used.

    Returns
    -------
    str
        Lines of a requirements file, without comments.

    Raises
    ------
    MissingDependency
        When uv is not installed.
    BuildFailed
        With uv's own last words, when there is no solution.
    """
    uv = require("uv", feature="Compiling exact pins", extra="build")
    with tempfile.TemporaryDirectory() as folder:
        wanted = Path(folder, "requirements.in")
        wanted.write_text("\n".join([*lines, ""]), "utf-8")
        options = ["--generate-hashes", "--no-header", "--no-annotate", "--quiet", "--python-version", python_version]
        command = [uv.find_uv_bin(), "pip", "compile", *options, *(["--offline"] if offline else []), str(wanted)]
        try:
            done = subprocess.run(  # noqa: S603 (uv's own path; what users wrote is in a file)
                command, capture_output=True, text=True, timeout=TIMEOUT_S, check=False, cwd=folder
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise BuildFailed("the lock file", str(error)) from error
    if done.returncode:
        words = " ".join(done.stderr.split())
        raise BuildFailed("the lock file", f"uv found no versions that fit: {words[:_LONGEST]}")
    return done.stdout
