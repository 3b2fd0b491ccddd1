"""What saving and loading need to know of a framework: how BentoML calls it, and which packages it comes in.

Names of files, API versions and fields of the context are those that BentoML 1.4 writes
(``_bentoml_impl/frameworks`` and ``bentoml/_internal/frameworks``).
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import ModuleType

from bentobook._optional import require
from bentobook.errors import InvalidArgument, MissingDependency
from bentobook.store.needs import installed_version


@dataclass(frozen=True)
class Package:
    """A package and the distributions that may bring it.

    Attributes
    ----------
    module : str
        What is imported.
    distributions : tuple of str
        What may be installed for it; the first is what is proposed to who has none.
    """

    module: str
    distributions: tuple[str, ...]

    @property
    def installed(self) -> Iterator[tuple[str, str]]:
        """The name and version of the distributions that are there."""
        for name in self.distributions:
            version = installed_version(name)
            if version is not None:
                yield name, version


@dataclass(frozen=True)
class Framework:
    """One framework.

    Attributes
    ----------
    name : str
        BentoML's name of its module, which is MLflow's name of the flavor.
    context_name : str
        BentoML's ``framework_name``.
    packages : tuple of Package
        The first is what a save imports, the last what a load imports.
    files : tuple of str
        The model's file as BentoML writes it now, then as earlier releases wrote it.
    takes : str
        What can be saved, for error sentences.
    api_version : str
        BentoML's version of the layout.
    method : str
        The method that is recorded when the caller names none.
    """

    name: str
    context_name: str
    packages: tuple[Package, ...]
    files: tuple[str, ...]
    takes: str
    api_version: str = "v1"
    method: str = "predict"

    @property
    def module(self) -> str:
        """The ``module`` field of ``model.yaml``."""
        return f"bentoml.{self.name}"

    @property
    def face(self) -> str:
        """The module of ours that people import."""
        return f"bentobook.{self.name}"

    @property
    def versions(self) -> dict[str, str]:
        """The version of each distribution that is installed."""
        return dict(pair for package in self.packages for pair in package.installed)

    def import_for_saving(self) -> ModuleType:
        """Import the package that an object of the framework comes from.

        Raises
        ------
        MissingDependency
            With the pip line.
        """
        package = self.packages[0]
        return require(package.module, feature=self.face, package=package.distributions[0])

    def check_for_loading(self, tag: str, recorded: Mapping[str, str]) -> None:
        """Make sure that the package is installed; nothing is imported.

        Parameters
        ----------
        tag : str
            The model's tag.
        recorded : mapping of str to str
            The versions that it was saved with.

        Raises
        ------
        MissingDependency
            With the recorded version and the pip line.
        """
        package = self.packages[-1]
        if importlib.util.find_spec(package.module) is not None:
            return
        known = [name for name in package.distributions if name in recorded]
        name = known[0] if known else package.distributions[0]
        version = recorded.get(name, "").partition("+")[0]
        requirement = f"{name}=={version}" if version else name
        raise MissingDependency(name, feature=f"Loading {tag}", requirement=requirement, recorded=version)

    def refuse(self, obj: object, hint: str = "") -> InvalidArgument:
        """Make the error for an object of another kind."""
        return InvalidArgument("model", class_name(obj), self.takes, hint=hint)


def class_name(obj: object) -> str:
    """Name an object's class with its module: the object itself may be a page of text."""
    return f"{type(obj).__module__}.{type(obj).__qualname__}"
