"""Services that were written for BentoML 1.x say ``import bentoml``; here that name means this package.

Only while a Bento's module is imported, and only where the real BentoML has not been imported before.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

_THEIRS, _OURS = "bentoml", "bentobook"
_SAME = ("bentoml.legacy",)  # where BentoML 1.4 keeps the classes of 1.0


class _Alias(Loader):
    def __init__(self, ours: str) -> None:
        self._ours = ours

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        found = importlib.import_module(self._ours)
        stand_in = ModuleType(spec.name, found.__doc__)
        stand_in.__getattr__ = lambda name: getattr(found, name)  # type: ignore[method-assign]
        if self._ours == _OURS:
            stand_in.legacy = stand_in  # type: ignore[attr-defined]
        return stand_in

    def exec_module(self, module: ModuleType) -> None:
        """Execute nothing: the names come from this package when they are asked for."""


class _Finder(MetaPathFinder):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        del path, target
        if fullname.partition(".")[0] != _THEIRS:
            return None
        ours = _OURS if fullname in _SAME else _OURS + fullname.removeprefix(_THEIRS)
        if importlib.util.find_spec(ours) is None:
            return None
        return ModuleSpec(fullname, _Alias(ours), is_package=True)


@contextmanager
def standing_in() -> Iterator[None]:
    """Let ``import bentoml`` mean this package inside the block."""
    if _THEIRS in sys.modules:
        yield
        return
    finder = _Finder()
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
        for name in [name for name in sys.modules if name.partition(".")[0] == _THEIRS]:
            del sys.modules[name]
