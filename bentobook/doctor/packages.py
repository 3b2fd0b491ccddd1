"""Versions: what is installed, what is too old to be safe, and which clients of remote storage are there."""

from __future__ import annotations

import platform
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bentobook._version import __version__
from bentobook.doctor.checks import Check
from bentobook.store.needs import installed_version

if TYPE_CHECKING:
    from collections.abc import Iterator

GROUP = "packages"
# The first releases of CPython whose tarfile has no known hole (CVE-2025-4517 and its kin, CVE-2025-8194).
_SAFE_TARFILE = {(3, 11): 14, (3, 12): 12, (3, 13): 6}


@dataclass(frozen=True)
class Floor:
    """A package, the first release that is good, and why older ones are not."""

    name: str
    minimum: str = ""
    why: str = ""
    optional: bool = True


_PACKAGES = (
    Floor("bentoml"),
    Floor("ipython"),
    Floor("jupyterlab", "4.5.7", "older ones let HTML in a notebook run commands (CVE-2026-42557)"),
    Floor("notebook", "7.5.6", "older ones let HTML in a notebook run commands (CVE-2026-42557)"),
    Floor("jupyter-server", "2.20.0", "older ones show notebooks without a sandbox (CVE-2026-44727)"),
    Floor("starlette", "0.49.0", "older ones can be kept busy by one request"),
    Floor("python-multipart", "0.0.27", "older ones can be kept busy by one request"),
)
_MLFLOW = Floor("mlflow", "3.11.0", "older clients unpack models in a folder that others on this machine can write")
# The scheme of the URI, the distribution that fetches from there, and how to install it.
_CLIENTS = (
    ("s3:", "boto3", '"bentobook[s3]"'),
    ("gs:", "google-cloud-storage", "google-cloud-storage"),
    ("wasbs:", "azure-storage-blob", "azure-storage-blob azure-identity"),
    ("abfss:", "azure-storage-file-datalake", "azure-storage-file-datalake azure-identity"),
    ("sftp:", "pysftp", "pysftp"),
)


def look() -> Iterator[Check]:
    """Check every package."""
    yield _python(sys.version_info[:3])
    yield Check(GROUP, "bentobook", __version__)
    yield _mlflow()
    for floor in _PACKAGES:
        yield compared(floor, installed_version(floor.name))
    yield _clients()


def _python(version: tuple[int, int, int]) -> Check:
    """Check the interpreter; our own reader of archives does not depend on tarfile's protection."""
    safe = _SAFE_TARFILE.get(version[:2], 0)
    if version[2] >= safe:
        return Check(GROUP, "python", platform.python_version())
    wanted = f"{version[0]}.{version[1]}.{safe}"
    advice = f"Its tarfile has known holes; bentobook does not need it, other programs may: go to {wanted}."
    return Check(GROUP, "python", platform.python_version(), "warn", advice)


def _mlflow() -> Check:
    full, skinny = installed_version("mlflow"), installed_version("mlflow-skinny")
    if full is None and skinny is None:
        return Check(GROUP, "mlflow", "not installed", "bad", "pip install mlflow")
    check = compared(_MLFLOW, full or skinny)
    if full is not None or check.state != "ok":
        return check
    advice = "runs:/ and models:/ of a local database need the whole of it: pip install mlflow"
    return Check(GROUP, "mlflow", f"{skinny} (skinny)", "ok", advice)


def compared(floor: Floor, installed: str | None) -> Check:
    """Compare what is installed with the first good release."""
    if installed is None:
        return Check(GROUP, floor.name, "not installed")
    if not floor.minimum or not _is_older(installed, floor.minimum):
        return Check(GROUP, floor.name, installed)
    advice = f'{floor.why[0].upper()}{floor.why[1:]}: pip install "{floor.name}>={floor.minimum}"'
    return Check(GROUP, floor.name, installed, "warn", advice)


def _is_older(installed: str, minimum: str) -> bool:
    from packaging.version import InvalidVersion, Version

    try:
        return Version(installed) < Version(minimum)
    except InvalidVersion:
        return False


def _clients() -> Check:
    found = [(scheme, installed_version(name), requirement) for scheme, name, requirement in _CLIENTS]
    there = ", ".join(scheme for scheme, version, _ in found if version) or "none"
    missing = "; ".join(f"{scheme} pip install {requirement}" for scheme, version, requirement in found if not version)
    return Check(GROUP, "remote storage", there, advice=missing)
