"""The two halves of the sidebar: whether the environment of the Jupyter server has them, and which one that is.

The server may run in another environment than this kernel. A kernel knows the process that started it, and a terminal
of JupyterLab has the server among its parents; where nothing is found, or where the system does not tell, this
environment is looked at. Only files are read: Jupyter is not imported, and no server is asked.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from bentobook import text
from bentobook._version import __version__
from bentobook.doctor import jupyter_files, jupyter_server
from bentobook.doctor.checks import Check

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bentobook.doctor.jupyter_files import Environment

GROUP = "jupyter"
_RESTART = "start the Jupyter server again"


def look() -> Iterator[Check]:
    """Check the interpreters and both halves."""
    server = jupyter_server.find()
    environment = jupyter_files.environment(jupyter_server.prefix_of(server) if server else None)
    yield Check(GROUP, "kernel" if _is_kernel() else "this python", sys.executable)
    yield _server(server, environment)
    wanted = server is not None or environment.has_server
    yield _package(environment, wanted=wanted)
    yield _server_half(environment, wanted=wanted)
    yield _browser_half(environment, wanted=wanted)


def _is_kernel() -> bool:
    return "ipykernel.zmqshell" in sys.modules


def _server(server: Path | None, environment: Environment) -> Check:
    if server is None:
        return Check(GROUP, "server", "none found above this process", advice="what follows is about this environment")
    advice = "" if environment.is_here else "another environment than this one: both need bentobook"
    return Check(GROUP, "server", str(server), advice=advice)


def _package(environment: Environment, *, wanted: bool) -> Check:
    name, found = "bentobook there", environment.version
    if found is None:
        install = f"{environment.python} -m pip install bentobook, then {_RESTART}"
        return Check(GROUP, name, "not installed", "warn" if wanted else "ok", install if wanted else "")
    if found == __version__:
        return Check(GROUP, name, found)
    return Check(
        GROUP, name, f"{found}, and {__version__} here", "warn", f"install the same release in both, {_RESTART}"
    )


def _server_half(environment: Environment, *, wanted: bool) -> Check:
    name = "server extension"
    file, is_enabled = environment.server_extension()
    if file is not None and is_enabled:
        return Check(GROUP, name, f"enabled by {_shown(file)}")
    if file is not None:
        advice = f"jupyter server extension enable bentobook, then {_RESTART}"
        return Check(GROUP, name, f"switched off by {_shown(file)}", "warn", advice)
    return _missing(name, environment, wanted=wanted)


def _browser_half(environment: Environment, *, wanted: bool) -> Check:
    name = "sidebar"
    found = environment.sidebar()
    if found is None:
        return _missing(name, environment, wanted=wanted)
    where = f"{found.version} in {_shown(found.folder)}"
    if found.switched_off_by is not None:
        advice = "jupyter labextension enable @bentobook/labextension, then reload the page"
        return Check(GROUP, name, f"{where}, switched off by {_shown(found.switched_off_by)}", "warn", advice)
    if environment.version is not None and found.version != environment.version:
        advice = f"of another release than the server's: install bentobook again there, {_RESTART} and reload the page"
        return Check(GROUP, name, where, "warn", advice)
    return Check(GROUP, name, where)


def _missing(name: str, environment: Environment, *, wanted: bool) -> Check:
    if not wanted:
        return Check(GROUP, name, "not found", advice="needed only where JupyterLab runs")
    advice = f"{environment.python} -m pip install --force-reinstall --no-deps bentobook, then {_RESTART}"
    return Check(GROUP, name, "not found", "warn", advice)


def _shown(path: str | os.PathLike[str]) -> str:
    from pathlib import Path

    return text.under_home(Path(path))
