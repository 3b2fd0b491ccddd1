"""Packages that a model needs and that are not installed: said in one sentence, before the framework's traceback."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from bentobook.errors import MissingDependency
from bentobook.mlflow.flavors import PACKAGES, Choice

_REQUIREMENT = re.compile(r"^\s*([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[[^]]*\])?\s*(?:==\s*([^\s;,]+))?")
# Modules whose distribution has another name; beside those of the flavors.
_DISTRIBUTIONS = {
    "PIL": "pillow",
    "cv2": "opencv-python",
    "skimage": "scikit-image",
    "yaml": "pyyaml",
    "bs4": "beautifulsoup4",
}
_DISTRIBUTIONS |= {package.module: package.distribution for package in PACKAGES.values()}


def check(choice: Choice, tag: str, requirements: Sequence[str]) -> None:
    """Make sure that what a flavor needs is installed; nothing is imported.

    Parameters
    ----------
    choice : Choice
        How the model is about to be loaded.
    tag : str
        The model's tag.
    requirements : sequence of str
        What it was logged with, as pip writes it.

    Raises
    ------
    MissingDependency
        With the recorded version and the pip line.
    """
    package = PACKAGES.get(choice.framework)
    if package and not _installed(package.module):
        recorded = str(choice.settings.get(package.field) or "")
        raise _missing(package.distribution, tag, recorded)
    if choice.settings.get("serialization_format") == "skops" and not _installed("skops"):
        raise _missing("skops", tag, _recorded("skops", requirements) or "")


@contextmanager
def translated(tag: str, requirements: Sequence[str]) -> Iterator[None]:
    """Turn an import that fails during a load into MissingDependency; the original error stays its cause.

    Raises
    ------
    MissingDependency
        Names the module; the pip line is there only when the model's requirements name the package, since a module
        of the user's own may bear the name of a stranger's package.
    """
    try:
        yield
    except Exception as error:
        name = _missing_module(error)
        if name is None or isinstance(error, MissingDependency):
            raise
        raise _explain(name, tag, requirements) from error


def _explain(name: str, tag: str, requirements: Sequence[str]) -> MissingDependency:
    top = name.partition(".")[0]
    distribution = _DISTRIBUTIONS.get(top, top)
    recorded = _recorded(distribution, requirements)
    if name != top and _installed(top):
        wanted = f"{distribution}=={recorded}" if recorded else distribution
        hint = f"The installed {distribution} is another version than the model was saved with: pip install {wanted}"
        return MissingDependency(name, feature=f"Loading {tag}", recorded=recorded or "", hint=hint)
    if recorded is None and distribution == top:
        hint = "No requirement names it: put its folder on sys.path, or log the model with code_paths=[…]."
        return MissingDependency(top, feature=f"Loading {tag}", hint=hint)
    return _missing(distribution, tag, recorded or "")


def _missing(distribution: str, tag: str, recorded: str) -> MissingDependency:
    wanted = f"{distribution}=={recorded}" if recorded else distribution
    return MissingDependency(distribution, feature=f"Loading {tag}", requirement=wanted, recorded=recorded)


def _missing_module(error: BaseException | None) -> str | None:
    """Find the module that was not found: MLflow wraps the error for models from code."""
    while error is not None:
        if isinstance(error, ModuleNotFoundError) and error.name:
            return error.name
        error = error.__cause__
    return None


def _recorded(distribution: str, requirements: Sequence[str]) -> str | None:
    """Return the version that the requirements pin, ``""`` where they name the package without one."""
    for line in requirements:
        match = _REQUIREMENT.match(line)
        if match and _plain(match[1]) == _plain(distribution):
            return match[2] or ""
    return None


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _installed(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except (ImportError, ValueError):
        return False
