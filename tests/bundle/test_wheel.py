"""The wheel that travels in a Bento: whole, equal each time, and installable by pip and uv without an index."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from bentobook.bundle import lock, wheel
from bentobook.errors import BuildFailed

ROOT = Path(__file__).parents[2]


def test_the_wheel_is_the_same_each_time_and_holds_the_package_only() -> None:
    first = wheel.build()
    wheel.build.cache_clear()
    second = wheel.build()

    names = zipfile.ZipFile(io.BytesIO(first.data)).namelist()
    assert first.data == second.data
    assert {"bentobook/__init__.py", "bentobook/card.css", "bentobook/py.typed"} <= set(names)
    assert not [name for name in names if "__pycache__" in name or name.startswith("tests")]
    assert not [line for line in first.requires if "ipython" in line.lower()]


def test_the_metadata_are_those_of_the_source_tree() -> None:
    members = zipfile.ZipFile(io.BytesIO(wheel.build().data))
    head = members.read(next(name for name in members.namelist() if name.endswith("METADATA"))).decode()

    assert "Requires-Dist: blake3>=1.0\n" in head
    assert "Requires-Dist: uvloop>=0.19; sys_platform != 'win32'\n" in head
    assert "Requires-Dist: boto3>=1.34 ; extra == 's3'\n" in head


def test_pip_installs_the_wheel_and_its_command_runs(tmp_path: Path) -> None:
    own = wheel.build()
    file = tmp_path / own.name
    file.write_bytes(own.data)
    target = tmp_path / "target"

    command = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-index", "--target", str(target)]
    subprocess.run([*command, str(file)], check=True, capture_output=True)

    shown = subprocess.run(
        [sys.executable, "-c", "import bentobook; print(bentobook.__file__)"],
        check=True, capture_output=True, text=True, cwd=tmp_path, env={"PYTHONPATH": str(target)},
    )  # fmt: skip
    assert shown.stdout.startswith(str(target))
    assert (target / "bin" / "bentobook").exists()


def test_versions_that_do_not_exist_are_said_in_the_words_of_uv() -> None:
    with pytest.raises(BuildFailed, match="uv found no versions that fit"):
        lock.compile_lock(["numpy==0.0.0.0.1"], python_version="3.12", offline=True)
