"""``bentobook serve TAG``: a Bento answers from a process of its own, with the models of its build."""

from __future__ import annotations

import json
import os
import sys
import tarfile
import urllib.request
from pathlib import Path

import pytest
import servers

import bentobook
from bentobook.bundle import loading
from bentobook.errors import NotFound

ROOT = Path(__file__).parents[2]
ROWS = [[0.0, 0.0], [1.0, 1.0]]


def _answer(target: str, folder: Path, home: Path) -> object:
    command = [sys.executable, "-m", "bentobook", "serve", target]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "BENTOML_HOME": str(home)}
    with servers.serving(command, folder, environment) as address:
        request = urllib.request.Request(
            f"{address}/predict", json.dumps(ROWS).encode(), {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.loads(answer.read())


def test_a_tag_is_served_with_the_version_of_its_build(project: Path, flip, tmp_path: Path, store_home: Path) -> None:
    bento = bentobook.build("service.py:svc")
    flip("iris:v2")

    assert _answer("iris_svc", tmp_path, store_home) == [0, 1]
    assert bento.verify().ok


def test_an_unpacked_bento_is_served_where_no_store_has_its_models(project: Path, tmp_path: Path) -> None:
    archive = bentobook.build("service.py:svc").export(tmp_path / "svc.tar")
    folder = tmp_path / "unpacked"
    with tarfile.open(archive) as opened:
        opened.extractall(folder, filter="data")

    assert _answer(str(folder), tmp_path, tmp_path / "empty") == [0, 1]


def test_files_and_modules_are_not_taken_for_bentos(project: Path) -> None:
    bento = bentobook.build("service.py:svc", version="v1")

    assert loading.exact("iris_svc") == str(bento.path)
    assert [loading.exact(each) for each in ("service.py:svc", "service:svc", "json.tool:main")] == [
        "service.py:svc",
        "service:svc",
        "json.tool:main",
    ]
    with pytest.raises(NotFound, match="Did you mean 'iris_svc'"):
        loading.exact("iris_svk")
