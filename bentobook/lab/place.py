"""Which store and which tracking server the sidebar works with: those of the server's environment, or chosen ones.

What is chosen holds until the server stops; the environment is the place for what should last. Every process that
works for the sidebar gets the environment of the server (with its CA and proxy variables) and these two on top.
"""

from __future__ import annotations

import os
import re
import sys
import threading
from pathlib import Path
from typing import Any

from bentobook import settings
from bentobook._version import __version__
from bentobook.errors import InvalidArgument, Refused
from bentobook.mlflow.uri import without_credentials
from bentobook.store.store import Store
from bentobook.text import under_home

_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:\S+|databricks")


class Place:
    """A store and a tracking server.

    Parameters
    ----------
    settable : bool
        Whether they may be chosen here.
    """

    def __init__(self, *, settable: bool = True) -> None:
        self.settable = settable
        self._lock = threading.Lock()
        self._home: Path | None = None
        self._tracking: str | None = None

    @property
    def store(self) -> Store:
        """The store."""
        return Store(self._home or settings.home())

    @property
    def tracking(self) -> str:
        """The URI of the tracking server, ``""`` when none is set; it may hold credentials."""
        return self._tracking if self._tracking is not None else os.environ.get("MLFLOW_TRACKING_URI", "")

    def environment(self) -> dict[str, str]:
        """Return the environment of a process that works for the sidebar."""
        own = {"BENTOML_HOME": str(self.store.home), "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false"}
        found = {**os.environ, **own}
        if self.tracking:
            found["MLFLOW_TRACKING_URI"] = self.tracking
            if self._tracking is not None:
                found.pop("MLFLOW_REGISTRY_URI", None)  # the other server's registry is not this one's
        else:
            found.pop("MLFLOW_TRACKING_URI", None)
        return found

    def choose(self, *, home: str | None = None, tracking: str | None = None) -> None:
        """Take another store or another tracking server; ``""`` goes back to the environment's.

        Raises
        ------
        Refused
            When the server's configuration forbids it.
        InvalidArgument
            When it is no folder, or no URI.
        """
        if not self.settable:
            raise Refused(
                "Choosing a store or a tracking server", "BentobookApp.settable = False", "Jupyter's settings"
            )
        chosen = _folder(home) if home else None
        if tracking and not _URI.fullmatch(tracking):
            raise InvalidArgument("tracking_uri", without_credentials(tracking), "a URI such as http://127.0.0.1:5000")
        with self._lock:
            if home is not None:
                self._home = chosen
            if tracking is not None:
                self._tracking = tracking or None

    def describe(self) -> dict[str, Any]:
        """Return what the head of the panel shows; without credentials."""
        admin = settings.admin()
        home = self.store.home
        return {
            "home": str(home),
            "home_shown": under_home(home),
            "home_chosen": self._home is not None,
            "tracking_uri": without_credentials(self.tracking),
            "tracking_chosen": self._tracking is not None,
            "settable": self.settable,
            "may_delete": admin.allow_delete,
            "uri_schemes": None if admin.uri_schemes is None else list(admin.uri_schemes),
            "python": sys.executable,
            "prefix": sys.prefix,
            "version": __version__,
        }


def _folder(text: str) -> Path:
    folder = Path(text).expanduser()
    if not folder.is_absolute() or "\0" in text:
        raise InvalidArgument("home", text, "an absolute path")
    if not folder.is_dir():
        raise InvalidArgument("home", text, "a folder that is there", hint="Make it first.")
    return folder
