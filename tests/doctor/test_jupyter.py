"""What the doctor says about the Jupyter server and both halves of the sidebar."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bentobook import __version__, doctor
from bentobook.doctor import jupyter, jupyter_files, jupyter_server
from bentobook.doctor.checks import Check
from bentobook.doctor.jupyter_files import Environment

ON = {"ServerApp": {"jpserver_extensions": {"bentobook": True}}}
OFF = {"ServerApp": {"jpserver_extensions": {"bentobook": False}}}
ENABLE, CONFIG = "etc/jupyter/jupyter_server_config.d/bentobook.json", "etc/jupyter/jupyter_server_config.json"
SIDEBAR = "share/jupyter/labextensions/@bentobook/labextension/package.json"
PAGE = "etc/jupyter/labconfig/page_config.json"


@pytest.fixture
def prefix(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A virtual environment with both halves, and no settings of a person's."""
    for name in ("JUPYTER_PATH", "JUPYTER_CONFIG_PATH", "JUPYTER_PREFER_ENV_PATH"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(tmp_path / "own" / "config"))
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "own" / "data"))
    folder = tmp_path / "env"
    write(folder / "pyvenv.cfg", {})
    write(folder / ENABLE, ON)
    write(folder / SIDEBAR, {"version": __version__})
    install(folder, "bentobook", __version__)
    return folder


def write(file: Path, values: object) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(values))


def install(folder: Path, name: str, version: str) -> None:
    record = folder / "lib" / "python3.11" / "site-packages" / f"{name}-{version}.dist-info" / "METADATA"
    record.parent.mkdir(parents=True, exist_ok=True)
    record.write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")


def server_in(folder: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Check]:
    """Look as a kernel does whose server runs in that environment."""
    monkeypatch.setattr(jupyter_server, "find", lambda: folder / "bin" / "python")
    return {check.name: check for check in jupyter.look()}


def test_both_halves_of_another_environment_are_found(prefix: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = server_in(prefix, monkeypatch)

    assert {check.state for check in found.values()} == {"ok"}
    assert found["this python"].found == sys.executable
    assert found["server"].found == str(prefix / "bin" / "python")
    assert "another environment" in found["server"].advice
    assert found["server extension"].found.startswith("enabled by")
    assert found["sidebar"].found.startswith(__version__)


def test_a_server_without_bentobook_gets_the_line_that_installs_it(
    tmp_path: Path, prefix: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare = tmp_path / "bare"

    found = server_in(bare, monkeypatch)

    assert [found[name].state for name in ("bentobook there", "server extension", "sidebar")] == ["warn"] * 3
    assert f"{bare / 'bin' / 'python'} -m pip install bentobook" in found["bentobook there"].advice


def test_halves_of_other_releases_are_warnings(prefix: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.rmtree(prefix / "lib")
    install(prefix, "bentobook", "0.0.1")

    found = server_in(prefix, monkeypatch)

    assert found["bentobook there"].state == found["sidebar"].state == "warn"
    assert found["bentobook there"].found == f"0.0.1, and {__version__} here"
    assert "of another release" in found["sidebar"].advice


def test_a_half_that_is_switched_off_names_the_file_that_does_it(prefix: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(prefix / CONFIG, OFF)
    write(prefix / PAGE, {"disabledExtensions": {"@bentobook/labextension": True}})

    found = server_in(prefix, monkeypatch)

    assert "jupyter_server_config.json" in found["server extension"].found
    assert "jupyter server extension enable bentobook" in found["server extension"].advice
    assert "page_config.json" in found["sidebar"].found


def test_nothing_is_missed_where_no_server_could_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("JUPYTER_PATH", "JUPYTER_CONFIG_PATH"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(jupyter_server, "find", lambda: None)
    monkeypatch.setattr(jupyter_files, "environment", lambda prefix: Environment(tmp_path))

    assert {check.state for check in jupyter.look()} == {"ok"}


def test_a_persons_folder_comes_first_only_outside_of_virtual_environments(
    prefix: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(Path(os.environ["JUPYTER_CONFIG_DIR"]) / "jupyter_server_config.json", OFF)

    assert Environment(prefix).server_extension()[1]
    monkeypatch.setenv("JUPYTER_PREFER_ENV_PATH", "0")
    assert not Environment(prefix).server_extension()[1]


@pytest.mark.parametrize("text", ["", "][", "[]", '{"ServerApp": 1}', '{"ServerApp": {"jpserver_extensions": []}}'])
def test_files_that_say_nothing_are_passed_over(prefix: Path, text: str) -> None:
    (prefix / CONFIG).write_text(text)
    write(prefix / PAGE, {"disabledExtensions": ["@other/extension"]})

    assert Environment(prefix).server_extension() == (prefix / ENABLE, True)
    assert Environment(prefix).sidebar() is not None


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="this system does not tell the parents of a process")
def test_a_process_finds_the_server_above_it(tmp_path: Path) -> None:
    python = tmp_path / "env" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.symlink_to(sys.executable)
    program = tmp_path / "jupyter-lab"
    program.write_text("import subprocess, sys\nsubprocess.run(sys.argv[1:], check=True)\n")
    look = "from bentobook.doctor import jupyter_server; print(jupyter_server.find())"

    said = subprocess.run([python, program, sys.executable, "-c", look], capture_output=True, text=True, check=True)

    assert said.stdout.strip() == str(python)


def test_the_report_has_them() -> None:
    groups = [check.group for check in doctor.report().checks]

    assert groups.count("jupyter") == 5
