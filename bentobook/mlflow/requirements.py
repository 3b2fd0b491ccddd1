"""The packages that a model was logged with: ``requirements.txt``, else ``conda.yaml`` with its conda part.

MLflow 0.9 wrote a conda file only, and there scikit-learn stands among the conda packages. A file that is missing or
odd is no reason to refuse a model: what can be read is kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from bentobook.mlflow.mlmodel import MLmodel
from bentobook.mlflow.uri import without_secrets
from bentobook.store import safe_yaml

_MOST_LINES, _LONGEST, _LARGEST = 400, 200, 1 << 20
_CONDA = re.compile(r"^(?:[\w.-]+::)?(?P<name>[A-Za-z0-9][\w.-]*)\s*(?P<rest>[=<>!~].*)?$")
_NOT_PACKAGES = {"python", "pip"}


def read(mlmodel: MLmodel, folder: Path) -> list[str]:
    """Return the requirements of a model as pip writes them.

    Parameters
    ----------
    mlmodel : MLmodel
        It may name the conda file.
    folder : pathlib.Path
        The model's folder.

    Returns
    -------
    list of str
        At most 400, without options, comments and credentials; empty where nothing can be read.
    """
    pip = _text(folder / "requirements.txt")
    lines = pip.splitlines() if pip is not None else _from_conda(folder / _conda_name(mlmodel))
    return [line for line in map(_clean, lines) if line][:_MOST_LINES]


def _clean(line: str) -> str:
    bare = re.split(r"(?:^|\s)#", line.strip(), maxsplit=1)[0].strip().rstrip("\\").strip()
    return "" if bare.startswith("-") else without_secrets(bare)[:_LONGEST]


def _text(file: Path) -> str | None:
    try:
        with file.open("rb") as stream:
            return stream.read(_LARGEST).decode("utf-8", "replace")
    except OSError:
        return None


def _conda_name(mlmodel: MLmodel) -> str:
    env = mlmodel.pyfunc.get("env")
    name = env.get("conda") if isinstance(env, Mapping) else env
    return name if isinstance(name, str) else "conda.yaml"


def _from_conda(file: Path) -> Iterator[str]:
    text = _text(file)
    try:
        fields: Any = safe_yaml.load((text or "").encode(), file.name)
    except Exception:  # noqa: BLE001 - any broken file: the list is for reading, not for loading
        return
    listed = fields.get("dependencies") if isinstance(fields, Mapping) else None
    for entry in listed if isinstance(listed, list) else ():
        if isinstance(entry, Mapping):
            pip = entry.get("pip")
            yield from (str(line) for line in pip) if isinstance(pip, list) else ()
        elif isinstance(entry, str) and (match := _CONDA.match(entry.strip())) and match["name"] not in _NOT_PACKAGES:
            yield match["name"] + _pinned(match["rest"] or "")


def _pinned(rest: str) -> str:
    """Turn conda's ``=1.3.2`` and ``=1.3.2=build`` into pip's ``==1.3.2``."""
    if rest.startswith("=") and not rest.startswith("=="):
        return "==" + rest[1:].partition("=")[0].strip()
    return rest
