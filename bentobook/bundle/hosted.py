"""The module that ``bentoml serve`` imports: it mounts our application, and loads nothing before it is asked to."""

from __future__ import annotations

from bentobook.errors import BuildFailed
from bentobook.store.tag import is_part

MODULE = "bentobook_hosted"
NAME = "Hosted"

_TEXT = '''\
"""Lets `bentoml serve` run this Bento. `bentobook serve` does not need it."""

from pathlib import Path

import bentoml

BENTO = Path(__file__).resolve().parent.parent

try:
    from bentobook.engines.bentoml_runtime import Mounted
except ModuleNotFoundError as error:
    if error.name != "bentobook":
        raise
    wheels = " ".join(str(path) for path in BENTO.glob("env/python/wheels/bentobook-*.whl"))
    raise ImportError(f"This Bento needs bentobook, which is not installed: pip install {{wheels}}") from None

mounted = Mounted(BENTO)


@bentoml.service(name={name})
@bentoml.asgi_app(mounted, path="/")
class {cls}:
    def __init__(self):
        mounted.start()

    @bentoml.on_shutdown
    def stop(self):
        mounted.close()
'''


def module_text(service: str) -> str:
    """Write the module for a service.

    Parameters
    ----------
    service : str
        Its name: lower-case letters, digits, ``-``, ``_`` and ``.``.

    Raises
    ------
    BuildFailed
        When the name is none that a store accepts.
    """
    if not is_part(service):
        raise BuildFailed("the module for BentoML", f"{service!r} is no name of a service")
    return _TEXT.format(name=ascii(service), cls=NAME)
