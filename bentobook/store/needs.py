"""What a model needs of the environment, and whether it is there.

Requirements are pip's lines (PEP 508) as MLflow recorded them. Installed versions come from the metadata of the
distributions; nothing is imported.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from packaging.requirements import Requirement

_CREDENTIALS = re.compile(r"(?<=://)[^/@\s]*@")
# The smaller distributions that stand in for a bigger one.
_STAND_IN = {"mlflow": "mlflow-skinny"}


@dataclass(frozen=True)
class Need:
    """One requirement and what is installed for it.

    Attributes
    ----------
    name : str
        The name of the distribution, or the whole line where it is none that pip understands.
    wanted : str
        ``"1.9.1"`` for ``==1.9.1``, else the specifier; ``""`` when any version will do.
    installed : str or None
        The version that is there; ``None`` when it is not installed, or not known.
    met : bool or None
        ``None`` when the line is not understood.
    """

    name: str
    wanted: str = ""
    installed: str | None = None
    met: bool | None = None

    @property
    def note(self) -> str:
        """What to say after name and version: ``✓``, ``not installed``, ``(2.3.1 here)`` or ``not checked``."""
        if self.met is None:
            return "not checked"
        if self.met:
            return "✓"
        return "not installed" if self.installed is None else f"({self.installed} here)"

    def __str__(self) -> str:
        return f"{self.name} {self.wanted}".rstrip()


def check(requirements: Iterable[str]) -> tuple[Need, ...]:
    """Compare requirements with what is installed; those that do not apply here are left out.

    >>> check(["no-such-thing==1.0"])[0].note
    'not installed'
    """
    found = (_check(line.strip()) for line in requirements if line.strip() and not line.lstrip().startswith("#"))
    return tuple(need for need in found if need is not None)


def installed_version(name: str) -> str | None:
    """Return the version of an installed distribution, or None."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(name)
    except (PackageNotFoundError, ValueError):
        return None


def _check(line: str) -> Need | None:
    requirement = _parsed(line)
    if requirement is None:
        return Need(_CREDENTIALS.sub("", line))
    if requirement.marker is not None and not requirement.marker.evaluate():
        return None
    installed = installed_version(requirement.name)
    if installed is None and requirement.name in _STAND_IN:
        installed = installed_version(_STAND_IN[requirement.name])
    wanted = "from a URL" if requirement.url else _wanted(str(requirement.specifier))
    met = installed is not None and requirement.specifier.contains(installed, prereleases=True)
    return Need(requirement.name, wanted, installed, met)


def _parsed(line: str) -> Requirement | None:
    from packaging.requirements import InvalidRequirement, Requirement

    try:
        return Requirement(line.partition(" #")[0])
    except InvalidRequirement:
        return None


def _wanted(specifier: str) -> str:
    exact = re.fullmatch(r"===?([^,*]+)", specifier)
    return exact[1] if exact else specifier
