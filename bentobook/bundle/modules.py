"""The modules of the user's own that a service imports, directly or through each other: they go along as source.

A module is the user's own when it lies below the folder that the service is imported from, or anywhere else where
nothing is installed: beside the notebook, or in the project of a distribution in editable mode. Installed packages
are requirements instead.
"""

from __future__ import annotations

import importlib.machinery
import importlib.util
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bentobook.bundle import distributions
from bentobook.bundle.imports import Import, imports_of
from bentobook.errors import BuildFailed

_SUFFIX = ".py"


@dataclass(frozen=True)
class Foreign:
    """An import of something that is not the user's own."""

    module: str
    where: str
    optional: bool


@dataclass
class Code:
    """What a service consists of.

    Attributes
    ----------
    files : dict of str to Path
        Where a file goes below ``src/``, and where it lies.
    foreign : list of Foreign
        What its files import from installed packages.
    reasons : dict of str to str
        Which line imports a module of the user's own.
    editable : dict of str to str
        Distributions in editable mode, and where their files lie.
    """

    files: dict[str, Path] = field(default_factory=dict)
    foreign: list[Foreign] = field(default_factory=list)
    reasons: dict[str, str] = field(default_factory=dict)
    editable: dict[str, str] = field(default_factory=dict)


def follow(code: Code, root: Path, start: Mapping[str, Path | bytes]) -> None:
    """Collect what a service imports; ``code`` is filled in.

    Parameters
    ----------
    code : Code
        The files that were chosen by hand, whose imports are followed, too.
    root : Path
        The folder that the service is imported from.
    start : mapping of str to Path or bytes
        The file of the service, by its name below ``src/``.

    Raises
    ------
    BuildFailed
        When one of the files is not Python.
    """
    collector = _Collector(root, code)
    for name, content in start.items():
        collector.read(name, content if isinstance(content, bytes) else content.read_bytes())
    for name, path in list(code.files.items()):
        if name.endswith(_SUFFIX):
            collector.follow(path, name)


class _Collector:
    def __init__(self, root: Path, code: Code) -> None:
        self.root, self.code = root, code
        self._followed: set[str] = set()

    def add(self, path: Path, name: str, reason: str = "") -> None:
        if name in self.code.files:
            return
        self.code.files[name] = path
        if reason:
            self.code.reasons[name] = reason
        if name.endswith(_SUFFIX):
            self.follow(path, name)

    def follow(self, path: Path, name: str) -> None:
        if name not in self._followed:
            self.read(name, path.read_bytes())

    def read(self, name: str, source: bytes) -> None:
        self._followed.add(name)
        package = ".".join(Path(name).parts[:-1])
        try:
            found = imports_of(source, package=package)
        except (SyntaxError, ValueError) as error:
            line = getattr(error, "lineno", None)
            raise BuildFailed(name, f"line {line or '?'} is not Python ({error.args[0]})") from error
        for each in found:
            if not each.is_standard:
                self._take(each, f"{name}:{each.line}")

    def _take(self, each: Import, where: str) -> None:
        if each.top == distributions.OWN:
            return
        own = list(self._own(each))
        for target, path in own:
            self.add(path, target, where)
        if not own:
            self.code.foreign.append(Foreign(each.module, where, each.optional))

    def _own(self, each: Import) -> Iterator[tuple[str, Path]]:
        """Find the files of an import that are the user's own; packages come with all that Python runs on the way."""
        base = self.root if self._is_below_root(each.top) else self._elsewhere(each.top)
        if base is None:
            return
        names = [each.module, *(f"{each.module}.{name}" for name in each.names)]
        for name in names:
            yield from _files_of(base, name)

    def _is_below_root(self, top: str) -> bool:
        return any(path.exists() for path in (self.root / f"{top}.py", self.root / top / "__init__.py")) or any(
            (self.root / top).glob("*.py")
        )

    def _elsewhere(self, top: str) -> Path | None:
        """Return the folder that a module is imported from which is neither below the root nor installed."""
        distribution = distributions.of_module(top)
        if distribution is not None and not distributions.is_editable(distribution):
            return None
        spec = _spec(top)
        if spec is None or spec.origin is None or _is_installed(spec.origin):
            return None
        base = Path(spec.origin).parent.parent if spec.submodule_search_locations else Path(spec.origin).parent
        if distribution is not None:
            self.code.editable[distribution] = str(base)
        return base


def _spec(top: str) -> importlib.machinery.ModuleSpec | None:
    try:
        return importlib.util.find_spec(top)
    except (ImportError, ValueError):  # a module that was made by hand has no spec
        return None


def _files_of(base: Path, name: str) -> Iterator[tuple[str, Path]]:
    parts = name.split(".")
    for depth in range(1, len(parts) + 1):
        stem = base.joinpath(*parts[:depth])
        for path in (stem / "__init__.py", stem.with_name(f"{stem.name}{_SUFFIX}")):
            if path.is_file():
                yield path.relative_to(base).as_posix(), path
                break


def _is_installed(origin: str) -> bool:
    """Tell whether a file lies where packages are installed, or is no source."""
    parts = Path(os.path.realpath(origin)).parts
    return not origin.endswith(_SUFFIX) or "site-packages" in parts or "dist-packages" in parts
