"""Which installed distribution a module belongs to, and which version is installed."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import metadata

OWN = "bentobook"


def normal(name: str) -> str:
    """Return the name of a distribution as indexes compare it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def of_module(module: str) -> str | None:
    """Return the distribution that brings a module; of several the one whose name is closest."""
    found = _packages().get(module.partition(".")[0], ())
    if not found:
        return None
    exact = [name for name in found if normal(name) == normal(module)]
    return exact[0] if exact else min(found)


@cache
def _packages() -> Mapping[str, Sequence[str]]:
    return metadata.packages_distributions()


def version_of(distribution: str) -> str | None:
    """Return the installed version; ``None`` where it is not installed."""
    try:
        return metadata.version(distribution)
    except (metadata.PackageNotFoundError, ValueError):
        return None


def is_editable(distribution: str) -> bool:
    """Tell whether a distribution is installed in editable mode: its files lie in somebody's project (PEP 610)."""
    try:
        text = metadata.distribution(distribution).read_text("direct_url.json")
        values = json.loads(text) if text else {}
    except (metadata.PackageNotFoundError, ValueError):
        return False
    info = values.get("dir_info") if isinstance(values, dict) else None
    return bool(info.get("editable")) if isinstance(info, dict) else False


def is_wheel(name: str) -> bool:
    """Tell whether a file is called as a wheel is."""
    from packaging.utils import InvalidWheelFilename, parse_wheel_filename

    try:
        parse_wheel_filename(name)
    except InvalidWheelFilename:
        return False
    return True
