"""Versions that have moved on between the saving of a model and its load.

A difference in the first two numbers is where pickles break, so that is what is told; patch releases and build tags
are not.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterable


class VersionDrift(UserWarning):
    """A model is about to be loaded with another version of a package than it was saved with."""


def warn(tag: str, versions: Iterable[tuple[str, str, str]]) -> None:
    """Warn once, naming every version that has moved, recorded and installed.

    Parameters
    ----------
    tag : str
        The model's tag.
    versions : iterable of (str, str, str)
        Name, recorded version and installed version of each package.

    Warns
    -----
    VersionDrift
        When the first or second number of a version differs.
    """
    moved = [
        f"{name} {recorded} (installed: {installed})"
        for name, recorded, installed in versions
        if _release(recorded) != _release(installed)
    ]
    if moved:
        message = f"{tag} was saved with {', '.join(moved)}. If it fails or predicts otherwise, install those."
        warnings.warn(VersionDrift(message), stacklevel=level_of_caller())


def _release(version: str) -> tuple[str, ...]:
    return tuple(version.partition("+")[0].split(".")[:2])


def level_of_caller() -> int:
    """Count the frames up to the first that is not ours, so that a warning shows the user's line."""
    level, frame = 1, sys._getframe(1)  # noqa: SLF001 - the only cheap way to walk up the stack
    while frame.f_back is not None and frame.f_globals.get("__name__", "").partition(".")[0] == "bentobook":
        level, frame = level + 1, frame.f_back
    return level
