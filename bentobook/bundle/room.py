"""Room for the modules of a folder, beside those of the same names that a process has already.

Every Bento may have a ``service.py``, and so may the notebook's own folder. While a folder is imported, modules of
these names make room; afterwards the user's own come back.

A function may import a module of its Bento much later, when it is called. Then the names mean the user's modules again,
or nothing. So the modules of a Bento get an ``import`` of their own: these names come from the Bento, always.
"""

from __future__ import annotations

import builtins
import importlib
import os
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from importlib.util import resolve_name
from pathlib import Path
from types import ModuleType
from typing import Any

from bentobook.bundle import distributions

_STANDARD = Path(os.__file__).parent
lock = threading.RLock()
"""Taken before any other: names of modules mean one folder at a time, and a module may load a model."""


@contextmanager
def room_for(folder: Path) -> Iterator[None]:
    """Let modules be imported from a folder inside the block; what the user had under their names comes back."""
    names = _names_in(folder)
    before = {name: module for name, module in sys.modules.items() if name.partition(".")[0] in names}
    before = {name: module for name, module in before.items() if _could_be_replaced(module)}
    for name in before:
        del sys.modules[name]
    sys.path.insert(0, str(folder))
    importlib.invalidate_caches()
    try:
        yield
    finally:
        sys.path.remove(str(folder))
        for name, module in before.items():
            sys.modules[name] = module


def _names_in(folder: Path) -> frozenset[str]:
    return frozenset(entry.name.partition(".")[0] for entry in folder.iterdir())


def _could_be_replaced(module: ModuleType) -> bool:
    """Tell whether a module is a file of somebody's own; what is installed, and this package, stay."""
    file, name = getattr(module, "__file__", None), module.__name__.partition(".")[0]
    if not file or name in ("__main__", distributions.OWN):
        return False
    path = Path(file)
    return "site-packages" not in path.parts and not path.is_relative_to(_STANDARD)


class Own(MetaPathFinder):
    """The modules of one Bento, and their ``import``.

    Parameters
    ----------
    folder : Path
        Where they lie.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._names = _names_in(folder)
        self._modules: dict[str, ModuleType] = {}

    @contextmanager
    def importing(self) -> Iterator[None]:
        """Let the names of the folder mean its modules inside the block; one block at a time."""
        with lock, room_for(self._folder):
            sys.modules.update(self._modules)
            sys.meta_path.insert(0, self)
            try:
                yield
            finally:
                sys.meta_path.remove(self)
                self._modules |= {name: module for name, module in sys.modules.items() if self._has(name)}

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Find a module of the folder as Python does, and see to it that it gets this ``import``."""
        if not self._has(fullname):
            return None
        spec = PathFinder.find_spec(fullname, [str(self._folder)] if path is None else path, target)
        if spec is not None and isinstance(spec.loader, SourceFileLoader):
            spec.loader = _Loader(spec.loader, self)
        return spec

    def _has(self, name: str) -> bool:
        return name.partition(".")[0] in self._names

    def take(
        self,
        name: str,
        globals: Mapping[str, Any] | None = None,  # noqa: A002  # Python's name for it
        locals: Mapping[str, Any] | None = None,  # noqa: A002
        fromlist: Sequence[str] | None = (),
        level: int = 0,
    ) -> ModuleType:
        """Import as a statement in one of the modules says."""
        full = resolve_name("." * level + name, str((globals or {}).get("__package__"))) if level else name
        if not self._has(full):
            return builtins.__import__(name, globals, locals, fromlist or (), level)
        known = self._modules.get(full)
        if known is not None and all(hasattr(known, each) for each in fromlist or ()):
            return known if fromlist else self._modules[full.partition(".")[0]]
        with self.importing():
            return builtins.__import__(name, globals, locals, fromlist or (), level)


class _Loader(Loader):
    """Another loader, whose modules find the given ``import`` among their builtins."""

    def __init__(self, loader: SourceFileLoader, own: Own) -> None:
        self._loader, self._own = loader, own

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loader, name)

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        module.__dict__["__builtins__"] = {**vars(builtins), "__import__": self._own.take}
        self._loader.exec_module(module)
