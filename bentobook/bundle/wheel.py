"""A wheel of this package, made of its own files: a Bento runs where no index has bentobook.

From a source tree the metadata come from ``pyproject.toml``, because an installation in editable mode may be older
than the tree; from an installed package they are those of the installation. Equal files give an equal wheel.
"""

from __future__ import annotations

import base64
import hashlib
import io
import tomllib
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

import bentobook._version
from bentobook._version import __version__
from bentobook.errors import BuildFailed

NAME = "bentobook"
_TIME = (1980, 1, 1, 0, 0, 0)  # the oldest that zip knows
_SKIPPED = {"__pycache__", ".ipynb_checkpoints"}
_ENDINGS = {".pyc", ".pyo", ".orig"}
_GENERATOR = "Wheel-Version: 1.0\nGenerator: bentobook\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


@dataclass(frozen=True)
class Wheel:
    """A wheel in memory.

    Attributes
    ----------
    name : str
        Of the file.
    data : bytes
    requires : tuple of str
        What the package needs, without extras.
    """

    name: str
    data: bytes
    requires: tuple[str, ...]

    @property
    def sha256(self) -> str:
        """The digest that pip compares with ``--hash``."""
        return hashlib.sha256(self.data).hexdigest()


@cache
def build() -> Wheel:
    """Make the wheel of the package that runs.

    Raises
    ------
    BuildFailed
        When neither a source tree nor an installation says what the package needs.
    """
    package = Path(bentobook._version.__file__).resolve().parent  # noqa: SLF001 (our own module, named for its purpose)
    head, requires, scripts = _metadata(package)
    info = f"{NAME}-{__version__}.dist-info"
    members = dict(_modules(package))
    members[f"{info}/METADATA"] = head.encode()
    members[f"{info}/WHEEL"] = _GENERATOR.encode()
    members[f"{info}/entry_points.txt"] = scripts.encode()
    members[f"{info}/RECORD"] = _record(members, f"{info}/RECORD")
    return Wheel(f"{NAME}-{__version__}-py3-none-any.whl", _zipped(members), requires)


def _modules(package: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(package.rglob("*")):
        relative = path.relative_to(package.parent)
        if path.is_file() and not _SKIPPED.intersection(relative.parts) and path.suffix not in _ENDINGS:
            yield relative.as_posix(), path.read_bytes()


def _metadata(package: Path) -> tuple[str, tuple[str, ...], str]:
    project = package.parent / "pyproject.toml"
    if project.is_file():
        values = tomllib.loads(project.read_text("utf-8")).get("project", {})
        if values.get("name") == NAME:
            return _of_project(values)
    try:
        installed = metadata.distribution(NAME)
    except metadata.PackageNotFoundError:
        raise BuildFailed(
            "a wheel of bentobook", f"{package} is neither installed nor in a source tree", hint="Install bentobook."
        ) from None
    requires = tuple(line for line in installed.requires or () if "extra ==" not in line)
    return installed.read_text("METADATA") or "", requires, installed.read_text("entry_points.txt") or ""


def _of_project(values: dict[str, Any]) -> tuple[str, tuple[str, ...], str]:
    requires = tuple(values.get("dependencies", ()))
    lines = [
        "Metadata-Version: 2.1",
        f"Name: {NAME}",
        f"Version: {__version__}",
        f"Summary: {values.get('description', '')}",
        f"License: {values.get('license', '')}",
        f"Requires-Python: {values.get('requires-python', '')}",
        *(f"Requires-Dist: {each}" for each in requires),
    ]
    for extra, needed in values.get("optional-dependencies", {}).items():
        lines.append(f"Provides-Extra: {extra}")
        lines += [f"Requires-Dist: {_with_extra(each, extra)}" for each in needed]
    scripts = "".join(f"{name} = {where}\n" for name, where in values.get("scripts", {}).items())
    return "\n".join(lines) + "\n", requires, f"[console_scripts]\n{scripts}"


def _with_extra(requirement: str, extra: str) -> str:
    name, semicolon, marker = requirement.partition(";")
    condition = f"({marker.strip()}) and extra == '{extra}'" if semicolon else f"extra == '{extra}'"
    return f"{name.strip()} ; {condition}"


def _record(members: dict[str, bytes], own: str) -> bytes:
    lines = [f"{name},sha256={_digest(data)},{len(data)}" for name, data in members.items()]
    return "\n".join([*lines, f"{own},,", ""]).encode()


def _digest(data: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()


def _zipped(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, data in members.items():
            info = zipfile.ZipInfo(name, _TIME)
            info.external_attr = 0o100644 << 16
            info.create_system = 3
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, data)
    return out.getvalue()
