"""Hostile input of the kinds that other projects published advisories about."""

from __future__ import annotations

import io
import pickle
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

YAML = """\
name: {name}
version: v1
module: {module}
labels: {{}}
options: {{}}
metadata: {{}}
context:
  framework_name: mlflow
  framework_versions:
    mlflow: 3.0.0
  bentoml_version: 1.4.40
  python_version: 3.11.7
signatures: {{}}
api_version: v1
creation_time: '2026-01-01T00:00:00.000000+00:00'
"""


class Touch:
    """Touches a file when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return (Path.touch, (self.path,))


@pytest.fixture
def canary(tmp_path: Path) -> Path:
    """Name a file that appears when code of a model runs."""
    return tmp_path / "canary"


@pytest.fixture
def trap(tmp_path: Path, canary: Path) -> Path:
    """Make an MLflow model each part of which runs code when it is loaded."""
    folder = tmp_path / "trap"
    (folder / "code").mkdir(parents=True)
    (folder / "code" / "trap_loader.py").write_text(f"import pathlib\npathlib.Path({str(canary)!r}).touch()\n")
    for name in ("model.pkl", "python_model.pkl"):
        (folder / name).write_bytes(pickle.dumps(Touch(canary)))
    (folder / "requirements.txt").write_text("scikit-learn\n")
    (folder / "MLmodel").write_text(
        "flavors:\n"
        "  python_function:\n    loader_module: trap_loader\n    code: code\n    python_model: python_model.pkl\n"
        "  sklearn:\n    pickled_model: model.pkl\n    serialization_format: cloudpickle\n    code: code\n"
        "mlflow_version: 3.0.0\nmodel_uuid: 0123456789abcdef0123456789abcdef\n"
    )
    return folder


@pytest.fixture
def plant(store_home: Path) -> Callable[..., Path]:
    """Put a version into the store by hand, as another program may."""

    def make(name: str, record: str | bytes | None = None, module: str = "bentoml.mlflow") -> Path:
        folder = store_home / "models" / name / "v1"
        folder.mkdir(parents=True)
        text = YAML.format(name=name, module=module) if record is None else record
        (folder / "model.yaml").write_bytes(text.encode() if isinstance(text, str) else text)
        return folder

    return make


@pytest.fixture
def archive(tmp_path: Path) -> Callable[..., Path]:
    """Write a tar with a good record and whatever members a test adds."""

    def make(*members: tarfile.TarInfo | tuple[str, bytes]) -> Path:
        path = tmp_path / "hostile.tar"
        with tarfile.open(path, "w") as tar:
            for member in [("./model.yaml", YAML.format(name="hostile", module="bentoml.mlflow").encode()), *members]:
                if isinstance(member, tarfile.TarInfo):
                    tar.addfile(member)
                else:
                    info = tarfile.TarInfo(member[0])
                    info.size = len(member[1])
                    tar.addfile(info, io.BytesIO(member[1]))
        return path

    return make


@pytest.fixture
def link() -> Callable[..., tarfile.TarInfo]:
    """Make a link member."""

    def make(name: str, target: str, kind: bytes = tarfile.SYMTYPE) -> tarfile.TarInfo:
        info = tarfile.TarInfo(name)
        info.type, info.linkname = kind, target
        return info

    return make
