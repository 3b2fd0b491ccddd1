"""Versions that have moved on between the saving of a model and its load.

MLflow records the version of the framework, of cloudpickle and of Python in ``MLmodel``. A difference in the first
two numbers is where pickles break, so that is what is told; patch releases and build tags are not.
"""

from __future__ import annotations

import platform
import sys
import warnings
from collections.abc import Iterator
from importlib import metadata

from bentobook.mlflow.flavors import PACKAGES, Choice
from bentobook.mlflow.mlmodel import MLmodel


class VersionDrift(UserWarning):
    """A model is about to be loaded with another version of a package than it was saved with."""


def warn(mlmodel: MLmodel, choice: Choice, tag: str) -> None:
    """Warn once, naming every version that has moved, recorded and installed.

    Parameters
    ----------
    mlmodel : MLmodel
        What the model's ``MLmodel`` file says.
    choice : Choice
        How it is about to be loaded.
    tag : str
        The model's tag.

    Warns
    -----
    VersionDrift
        When the first or second number of a version differs.
    """
    moved = [
        f"{name} {recorded} (installed: {installed})"
        for name, recorded, installed in _versions(mlmodel, choice)
        if _release(recorded) != _release(installed)
    ]
    if moved:
        message = f"{tag} was saved with {', '.join(moved)}. If it fails or predicts otherwise, install those."
        warnings.warn(VersionDrift(message), stacklevel=_level_of_caller())


def installed_version(distribution: str) -> str | None:
    """Return the installed version of a distribution, without importing it."""
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return None


def _versions(mlmodel: MLmodel, choice: Choice) -> Iterator[tuple[str, str, str]]:
    package = PACKAGES.get(choice.framework)
    pyfunc = mlmodel.pyfunc
    wanted = [(package.distribution, choice.settings.get(package.field))] if package else []
    pickled_python = "cloudpickle_version" in pyfunc or choice.settings.get("serialization_format") == "cloudpickle"
    if pickled_python:
        wanted.append(("cloudpickle", pyfunc.get("cloudpickle_version")))
    for distribution, recorded in wanted:
        installed = installed_version(distribution) if recorded else None
        if installed:
            yield distribution, str(recorded), installed
    if pickled_python and pyfunc.get("python_version"):
        yield "Python", str(pyfunc["python_version"]), platform.python_version()


def _release(version: str) -> tuple[str, ...]:
    return tuple(version.partition("+")[0].split(".")[:2])


def _level_of_caller() -> int:
    """Count the frames up to the first that is not ours, so that the warning shows the user's line."""
    level, frame = 1, sys._getframe(1)  # noqa: SLF001 - the only cheap way to walk up the stack
    while frame.f_back is not None and frame.f_globals.get("__name__", "").partition(".")[0] == "bentobook":
        level, frame = level + 1, frame.f_back
    return level
