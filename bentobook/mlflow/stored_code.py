"""Importing the modules that a stored model brings along, without a trace in its folder and without mixing them up.

MLflow puts a model's ``code`` folder at the front of ``sys.path`` and leaves it there, so Python would write
``__pycache__`` into the published version, now or at a later import inside ``predict``. A path hook takes charge of
such folders and imports from them without writing.

Two models, most often two versions of one, may bring modules of the same name and different content. Python keeps the
first under that name, and the second model would silently run the first one's code: so modules that came from another
model's folder make room before a load. What the first model has already imported it keeps.
"""

from __future__ import annotations

import filecmp
import logging
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from importlib.machinery import (
    EXTENSION_SUFFIXES,
    SOURCE_SUFFIXES,
    ExtensionFileLoader,
    FileFinder,
    SourceFileLoader,
)
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer as Buffer

_logger = logging.getLogger("bentobook")
_lock = threading.RLock()
_roots: dict[str, str] = {}  # folder of a stored model, with a separator at its end → tag


class _NoBytecodeLoader(SourceFileLoader):
    """Compiles a module each time; stored folders hold sources only."""

    def set_data(self, path: str, data: Buffer, *, _mode: int = 0o666) -> None:
        """Write nothing."""


def _finder(path: str) -> FileFinder:
    if not any(_below(path, root) for root in _roots):
        raise ImportError(path=path)  # how a path hook says that a folder is none of its business
    return FileFinder(path, (ExtensionFileLoader, EXTENSION_SUFFIXES), (_NoBytecodeLoader, SOURCE_SUFFIXES))


def _below(path: str, root: str) -> bool:
    return f"{path}{os.sep}".startswith(root)


def register(folder: Path, tag: str) -> None:
    """Import from a stored model's folder without writing into it, from now on."""
    root = f"{folder.absolute()}{os.sep}"
    with _lock:
        if root in _roots and _finder in sys.path_hooks:
            return
        _roots[root] = tag
        if _finder not in sys.path_hooks:
            sys.path_hooks.insert(0, _finder)
        for known in [path for path in sys.path_importer_cache if _below(path, root)]:
            del sys.path_importer_cache[known]


@contextmanager
def importing(folder: Path, tag: str, codes: tuple[str, ...], *, from_code: bool) -> Iterator[None]:
    """Prepare Python for the load of one model.

    Parameters
    ----------
    folder : pathlib.Path
        The model's folder in the store.
    tag : str
        Its tag.
    codes : tuple of str
        The folders of modules in it, relative to ``folder``.
    from_code : bool
        Whether MLflow executes a source file of the model itself; it does so past every path hook, and Python is told
        for that long to write no bytecode at all.
    """
    register(folder, tag)
    # One at a time where code comes along: MLflow rebinds sys.path, and two loads at once would lose one's entry.
    with _lock if codes or from_code else nullcontext():
        for code in codes:
            _make_room(folder / code, tag)
        with _no_bytecode() if from_code else nullcontext():
            yield


@contextmanager
def _no_bytecode() -> Iterator[None]:
    before = sys.dont_write_bytecode
    sys.dont_write_bytecode = True
    try:
        yield
    finally:
        sys.dont_write_bytecode = before


def _make_room(code: Path, tag: str) -> None:
    """Forget the modules of other models that this one brings with another content."""
    for name, ours in _top_level(code):
        module = sys.modules.get(name)
        owner = _owner(module) if module is not None else None
        if owner is None or owner == tag or not isinstance(module, ModuleType) or _equal(module, ours):
            continue
        _logger.warning("%s brings a module %r that differs from that of %s, loaded before", tag, name, owner)
        for known in [key for key in sys.modules if key == name or key.startswith(f"{name}.")]:
            del sys.modules[known]


def _top_level(code: Path) -> Iterator[tuple[str, Path]]:
    for entry in sorted(code.iterdir()) if code.is_dir() else ():
        name = entry.name.partition(".")[0]
        if name.isidentifier() and (entry.is_dir() or entry.suffix in SOURCE_SUFFIXES):
            yield name, entry


def _origin(module: ModuleType) -> Path | None:
    """Return the file of a module, or the folder of a package."""
    paths = list(getattr(module, "__path__", ()))
    text = paths[0] if paths else getattr(module, "__file__", None)
    return Path(text) if text else None


def _owner(module: ModuleType) -> str | None:
    origin = _origin(module)
    return next((tag for root, tag in _roots.items() if origin and _below(str(origin), root)), None)


def _equal(module: ModuleType, ours: Path) -> bool:
    theirs = _origin(module)
    return theirs is not None and _same_content(theirs, ours)


def _same_content(one: Path, other: Path) -> bool:
    if one.is_file() and other.is_file():
        return filecmp.cmp(one, other, shallow=False)
    if not (one.is_dir() and other.is_dir()):
        return False
    names = {entry.name for entry in one.iterdir()}
    return names == {entry.name for entry in other.iterdir()} and all(
        _same_content(one / name, other / name) for name in names
    )
