"""The wheel: installed into a fresh environment, without node, both halves of the sidebar are there and enabled."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def fresh(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment of its own; what the wheel stands on is borrowed from this one, so that nothing is downloaded."""
    folder = tmp_path_factory.mktemp("fresh")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    (packages,) = folder.glob("lib/python*/site-packages")
    packages.joinpath("borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n")
    python = str(folder / "bin" / "python")
    install = [sys.executable, "-m", "pip", "--python", python, "install", "-qq", "--no-deps", "--no-index"]
    subprocess.run([*install, "--force-reinstall", str(wheel)], check=True, capture_output=True)
    return folder


def _said(fresh: Path, module: str) -> str:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "PYTHON"))}
    places = {"PATH": str(fresh / "bin"), "HOME": str(fresh), "JUPYTER_PREFER_ENV_PATH": "1"}
    done = subprocess.run(
        [fresh / "bin" / "python", "-m", module, "list"],
        capture_output=True,
        text=True,
        check=True,
        cwd=fresh,
        env={**kept, **places},
    )
    return done.stdout + done.stderr


def test_the_wheel_holds_one_entry_and_the_servers_configuration(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()

    shared = [name for name in names if "share/jupyter/labextensions/@bentobook/labextension/" in name]
    assert sum("remoteEntry" in name for name in shared) == 1
    assert {"package.json", "install.json"} <= {name.rpartition("/")[2] for name in shared}
    assert any(name.endswith("etc/jupyter/jupyter_server_config.d/bentobook.json") for name in names)


def test_lab_shows_the_panel_as_enabled(fresh: Path) -> None:
    said = _said(fresh, "jupyterlab.labextensions")

    (line,) = [line for line in said.splitlines() if "@bentobook/labextension" in line]
    assert "enabled" in line
    assert "OK" in line
    assert str(fresh) in said


def test_the_server_shows_its_half_as_enabled(fresh: Path) -> None:
    said = _said(fresh, "jupyter_server.extension.serverextension")

    lines = [line for line in said.splitlines() if "bentobook" in line]
    assert any("enabled" in line for line in lines), said
    assert any("OK" in line for line in lines), said
