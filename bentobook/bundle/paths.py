"""Paths in a bentofile: ``$NAME`` is expanded, and what comes out must lie in the project or in the store.

BentoML once copied any file that a bentofile named (CVE-2026-24123), and refuses every path outside of the project
since; the guide's ``$BENTOML_MLFLOW_MODEL_PATH/mlflow_model/requirements.txt`` lies in the store, so it works here.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from bentobook.errors import BentofileRefused

_VARIABLE = re.compile(r"\$(?:(?P<plain>[A-Za-z_][A-Za-z0-9_]*)|\{(?P<braced>[A-Za-z_][A-Za-z0-9_]*)\})")


def expand(text: str, field: str, where: Path | str) -> str:
    """Replace ``$NAME`` and ``${NAME}`` by the values of the environment.

    Raises
    ------
    BentofileRefused
        When a variable is not set; the sentence has the line that sets it.
    """

    def value(match: re.Match[str]) -> str:
        name = match["plain"] or match["braced"]
        found = os.environ.get(name)
        if not found:
            advice = f"set it with `export {name}=…`, or `%env {name}=…` in a notebook"
            if "MODEL" in name:
                advice = f"set it with `export {name}=$(bentobook models get NAME:latest -o path)`"
            raise BentofileRefused(where, [f"{field}: the environment variable {name} is not set; {advice}"])
        return found

    return _VARIABLE.sub(value, text)


def inside(text: str, field: str, *, project: Path, home: Path, where: Path | str) -> Path:
    """Return the file that a field names.

    Parameters
    ----------
    text : str
        Absolute, or relative to the project.
    field : str
        The key, for the error.
    project : Path
        The folder of the bentofile.
    home : Path
        The folder of the store.

    Raises
    ------
    BentofileRefused
        When it is no file inside the project or the store; links are followed first.
    """
    named = Path(expand(text, field, where)).expanduser()
    real = Path(os.path.realpath(project / named))
    roots = [Path(os.path.realpath(root)) for root in (project, home)]
    if not any(real.is_relative_to(root) for root in roots):
        problem = f"{field}: {text!r} lies outside of the project and of the store; copy the file into the project"
        raise BentofileRefused(where, [problem])
    if not real.is_file():
        raise BentofileRefused(where, [f"{field}: there is no file {text!r}"])
    return real
