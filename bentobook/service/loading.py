"""Find the service that a command line names: ``service.py:svc``, or ``package.module:svc``."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from pathlib import Path
from types import ModuleType

from bentobook.errors import InvalidArgument
from bentobook.service.service import Service


def load(target: str) -> Service:
    """Import a service.

    Parameters
    ----------
    target : str
        A file or module, a colon, and the name of the variable; the name may be left out where there is one service.

    Raises
    ------
    InvalidArgument
        When there is no such file, module or service.
    """
    where, name = _parts(target)
    module = _module(where, target)
    found = {key: value for key, value in vars(module).items() if isinstance(value, Service)}
    if name:
        if name not in found:
            raise InvalidArgument("target", target, f"a service of {where}", hint=_known(found))
        return found[name]
    if len({id(each) for each in found.values()}) != 1:
        raise InvalidArgument("target", target, "a file with one service", hint=_known(found))
    return next(iter(found.values()))


def _parts(target: str) -> tuple[str, str]:
    where, _, name = target.rpartition(":")
    return (where, name) if where and (name.isidentifier() or not name) else (target, "")


def _known(found: dict[str, Service]) -> str:
    return f"It has {', '.join(found)}." if found else "It has none: write svc = bentobook.Service(…)."


def _module(where: str, target: str) -> ModuleType:
    path = Path(where)
    if path.suffix != ".py":
        if str(Path.cwd()) not in sys.path:
            sys.path.insert(0, str(Path.cwd()))
        try:
            return importlib.import_module(where)
        except ModuleNotFoundError as error:
            if error.name is not None and where.startswith(error.name):
                raise InvalidArgument("target", target, "a file such as service.py:svc, or a module") from None
            raise
    if not path.is_file():
        raise InvalidArgument("target", target, "a file that is there")
    return _from_file(path.resolve())


def _from_file(path: Path) -> ModuleType:
    folder = str(path.parent)
    if folder not in sys.path:  # what stands beside the file can be imported, as when it is run
        sys.path.insert(0, folder)
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise InvalidArgument("target", str(path), "a Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module
