"""The magics: ``%load_ext bentobook`` registers them, ``%bento`` lists them.

A magic reads its line with one grammar, calls one plain function and returns an object. Nothing here imports MLflow or
a framework before a magic needs it.
"""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

from bentobook.magics.bentos import BUILD
from bentobook.magics.cases import CASE, CASES, TEST
from bentobook.magics.complete import Completer
from bentobook.magics.doctor import DOCTOR
from bentobook.magics.import_ import IMPORT
from bentobook.magics.load import LOAD
from bentobook.magics.loadtest import LOADTEST
from bentobook.magics.magic import Magic, bind
from bentobook.magics.models import DELETE, EXPORT, LIST, SHOW
from bentobook.magics.monitor import MONITOR
from bentobook.magics.overview import overview
from bentobook.magics.parity import PARITY
from bentobook.magics.ps import PS
from bentobook.magics.runner import RUNNER
from bentobook.magics.save import SAVE
from bentobook.magics.seen import Seen
from bentobook.magics.serve import SERVE, STOP
from bentobook.magics.service import CALL, SERVICE
from bentobook.magics.try_ import TRY

__all__ = ["MAGICS", "register", "unregister"]

_OF_MODELS = (IMPORT, SAVE, LIST, SHOW, LOAD, RUNNER)
_OF_SERVICES = (SERVICE, CALL, TRY, CASE, CASES, TEST, PARITY, MONITOR, LOADTEST, SERVE, STOP)
_ALL = (*_OF_MODELS, *_OF_SERVICES, BUILD, EXPORT, DELETE, PS, DOCTOR)
MAGICS: tuple[Magic, ...] = (overview(_ALL), *_ALL)

_registered: WeakKeyDictionary[Any, Completer] = WeakKeyDictionary()


def register(shell: Any) -> None:
    """Add the magics and their completion to a shell; a second call replaces the first.

    Parameters
    ----------
    shell : InteractiveShell
        A terminal's or a kernel's.
    """
    unregister(shell)
    seen = Seen()
    for magic in MAGICS:
        kind = "line_cell" if magic.cell else "line"
        shell.register_magic_function(bind(magic, shell, seen), magic_kind=kind, magic_name=magic.name)
    completer = Completer(MAGICS, shell, seen)
    shell.Completer.custom_matchers.append(completer.matcher)
    _registered[shell] = completer


def unregister(shell: Any) -> None:
    """Take the magics and their completion away again; other extensions' stay.

    Parameters
    ----------
    shell : InteractiveShell
        The shell that was given to :func:`register`; any other is left alone.
    """
    completer = _registered.pop(shell, None)
    if completer is None:
        return
    shell.Completer.custom_matchers.remove(completer.matcher)
    for magic in MAGICS:
        for kind in ("line", "cell"):
            shell.magics_manager.magics[kind].pop(magic.name, None)
