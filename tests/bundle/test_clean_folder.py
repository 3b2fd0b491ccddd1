"""The install and entry steps of an image, run as they stand in a clean folder and a new environment."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import tarfile
import urllib.request
from pathlib import Path

import pytest
import servers
import uv
from dockerfile_parse import DockerfileParser

import bentobook
from bentobook.bundle.docker import BENTO

SERVICE = """\
import bentobook

svc = bentobook.Service("echo")


@svc.api(input=bentobook.io.JSON(), output=bentobook.io.JSON())
def echo(value):
    return value
"""


@pytest.mark.timeout(900)
def test_the_steps_of_the_dockerfile_make_a_service_that_answers(tmp_path: Path) -> None:
    folder = _exported(tmp_path)
    environment = _new_environment(tmp_path)
    parser = DockerfileParser(fileobj=io.BytesIO((folder / "env/docker/Dockerfile").read_bytes()))
    steps = [(each["instruction"], each["value"]) for each in parser.structure]
    install = next(json.loads(value) for name, value in steps if name == "RUN" and '"install", "--no-cache' in value)
    entry = [each.replace(BENTO, str(folder)) for each in json.loads(steps[-1][1])]

    done = subprocess.run(
        _with_uv(install), cwd=folder / "src", env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode and "error sending request" in done.stderr:
        pytest.skip(f"packages cannot be fetched here: {done.stderr[-300:]}")
    assert done.returncode == 0, done.stderr
    shown = subprocess.run(
        ["python", "-c", "import importlib.util as u; print(u.find_spec('IPython'))"],
        env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip

    assert shown.stdout.strip() == "None"
    with servers.serving(entry, tmp_path, {**environment, "BENTO_PATH": str(folder)}) as address:
        request = urllib.request.Request(f"{address}/echo", b'{"a": 1}', {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            assert json.loads(answer.read()) == {"a": 1}
        health = subprocess.run(
            ["python", str(folder / "env/docker/healthcheck.py")],
            env={**environment, "BENTOML_PORT": address.rpartition(":")[2]}, check=False,
        )  # fmt: skip
        assert health.returncode == 0


def _exported(tmp_path: Path) -> Path:
    project = tmp_path / "project"
    project.mkdir()
    (project / "service.py").write_text(SERVICE)
    archive = bentobook.build("service.py:svc", build_ctx=project).export(tmp_path / "echo.tar")
    with tarfile.open(archive) as opened:
        opened.extractall(tmp_path / "bento", filter="data")
    return tmp_path / "bento"


def _new_environment(tmp_path: Path) -> dict[str, str]:
    """Make an environment without packages; of ours only the way to the index is taken over."""
    place = tmp_path / "venv"
    subprocess.run([uv.find_uv_bin(), "venv", "-q", str(place)], check=True)
    shutil.copy(uv.find_uv_bin(), place / "bin" / "uv")
    kept = {name: value for name, value in os.environ.items() if name.startswith(("UV_", "PIP_", "SSL_", "HTTP"))}
    home = {"HOME": os.environ.get("HOME", str(tmp_path)), "BENTOML_HOME": str(tmp_path / "home")}
    return {**kept, **home, "VIRTUAL_ENV": str(place), "PATH": f"{place}/bin:/usr/bin:/bin"}


def _with_uv(install: list[str]) -> list[str]:
    """Let uv do what pip would: it has what was downloaded before."""
    assert install[:4] == ["python", "-m", "pip", "install"]
    return ["uv", "pip", *(word for word in install[3:] if word != "--no-cache-dir")]
