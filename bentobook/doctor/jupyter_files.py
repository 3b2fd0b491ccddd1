"""What an environment tells Jupyter through files: which server extensions are on, which parts of the page there are.

Places and their order are those of ``jupyter --paths``: what comes first wins.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

_PACKAGE = "@bentobook/labextension"
_SERVER = "bentobook"


@dataclass(frozen=True)
class Sidebar:
    """The browser's half: where it lies, its release, and the file that switches it off, if one does."""

    folder: Path
    version: str
    switched_off_by: Path | None = None


@dataclass(frozen=True)
class Environment:
    """An environment in which a Jupyter server runs, or could.

    Attributes
    ----------
    prefix : Path
        Its folder.
    """

    prefix: Path

    @property
    def is_here(self) -> bool:
        """Whether this process runs in it."""
        return self.prefix.resolve() == Path(sys.prefix).resolve()

    @property
    def python(self) -> str:
        """The interpreter, for a line to copy."""
        return sys.executable if self.is_here else str(self.prefix / "bin" / "python")

    @property
    def version(self) -> str | None:
        """The release of bentobook that is installed there."""
        return self._installed(_SERVER)

    @property
    def has_server(self) -> bool:
        """Whether a Jupyter server could run there."""
        return self._installed("jupyter-server") is not None

    def _installed(self, name: str) -> str | None:
        where = sys.path if self.is_here else [str(each) for each in self.prefix.glob("lib/python3*/site-packages")]
        return next(
            (version for found in metadata.distributions(name=name, path=where) if (version := found.version)), None
        )

    def config(self) -> list[Path]:
        """Return the folders of settings."""
        own = os.environ.get("JUPYTER_CONFIG_DIR") or "~/.jupyter"
        return [
            *_listed("JUPYTER_CONFIG_PATH"),
            *self._ordered(Path(own).expanduser(), self.prefix / "etc" / "jupyter"),
            Path("/usr/local/etc/jupyter"),
            Path("/etc/jupyter"),
        ]

    def data(self) -> list[Path]:
        """Return the folders of what is installed."""
        own = os.environ.get("JUPYTER_DATA_DIR") or "~/.local/share/jupyter"
        return [
            *_listed("JUPYTER_PATH"),
            *self._ordered(Path(own).expanduser(), self.prefix / "share" / "jupyter"),
            Path("/usr/local/share/jupyter"),
            Path("/usr/share/jupyter"),
        ]

    def _ordered(self, own: Path, of_environment: Path) -> tuple[Path, Path]:
        """Put the environment before the person's folder where it is a virtual one, as Jupyter does."""
        chosen = os.environ.get("JUPYTER_PREFER_ENV_PATH")
        first = chosen not in ("0", "no", "false") if chosen else (self.prefix / "pyvenv.cfg").exists()
        return (of_environment, own) if first else (own, of_environment)

    def server_extension(self) -> tuple[Path | None, bool]:
        """Return the file that decides about the server's half, and whether it is on."""
        for folder in self.config():
            for file in (folder / "jupyter_server_config.json", *_drop_ins(folder / "jupyter_server_config.d")):
                decided = _inside(_read(file), "ServerApp", "jpserver_extensions").get(_SERVER)
                if isinstance(decided, bool):
                    return file, decided
        return None, False

    def sidebar(self) -> Sidebar | None:
        """Return the browser's half."""
        for folder in (each / "labextensions" / _PACKAGE for each in self.data()):
            if version := _read(folder / "package.json").get("version"):
                return Sidebar(folder, str(version), self._switched_off_by())
        return None

    def _switched_off_by(self) -> Path | None:
        for folder in self.config():
            file = folder / "labconfig" / "page_config.json"
            names = _read(file).get("disabledExtensions")
            if isinstance(names, dict) and _PACKAGE in names:
                return file if names[_PACKAGE] else None
            if isinstance(names, list) and _PACKAGE in names:
                return file
        return None


def environment(prefix: Path | None) -> Environment:
    """Return the environment in a folder, or the one of this process."""
    return Environment(prefix or Path(sys.prefix))


def _listed(variable: str) -> list[Path]:
    return [Path(each) for each in os.environ.get(variable, "").split(os.pathsep) if each]


def _drop_ins(folder: Path) -> list[Path]:
    """Return the files of a folder; of several that decide the same, the last one wins."""
    return sorted(folder.glob("*.json"), reverse=True)


def _read(file: Path) -> dict[str, Any]:
    """Read a file of settings; one that is not there, or is none, says nothing."""
    try:
        found = json.loads(file.read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _inside(values: dict[str, Any], *names: str) -> dict[str, Any]:
    for name in names:
        inner = values.get(name)
        values = inner if isinstance(inner, dict) else {}
    return values
