"""Which versions of an MLflow model may have moved on since it was saved.

MLflow records the version of the framework, of cloudpickle and of Python in ``MLmodel``.
"""

from __future__ import annotations

import platform
from collections.abc import Iterator

from bentobook.frameworks import drift
from bentobook.frameworks.drift import VersionDrift
from bentobook.mlflow.flavors import PACKAGES, Choice
from bentobook.mlflow.mlmodel import MLmodel
from bentobook.store.needs import installed_version

__all__ = ["VersionDrift", "warn"]


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
    drift.warn(tag, _versions(mlmodel, choice))


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
