"""Exact pins with hashes: compiled by uv, for the wheel's own needs, too, and installable as they stand."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import bentobook
from bentobook.errors import BuildFailed

SERVICE = """\
import six

import bentobook

svc = bentobook.Service("echo")


@svc.api(input=bentobook.io.JSON(), output=bentobook.io.JSON())
def echo(value):
    return value
"""


def test_every_line_of_a_lock_file_is_pinned_and_has_a_hash(tmp_path: Path) -> None:
    (tmp_path / "service.py").write_text(SERVICE)

    try:
        bento = bentobook.build("service.py:svc", build_ctx=tmp_path, lock=True)
    except BuildFailed as error:
        if "error sending request" in str(error) or "Failed to fetch" in str(error):
            pytest.skip(f"no index can be reached: {error}")
        raise

    text = Path(bento.path_of("env/python/requirements.lock.txt")).read_text()
    lines = [line for line in text.replace("\\\n", " ").splitlines() if line]
    assert any(line.startswith("six==") for line in lines)
    assert any(line.startswith("starlette==") for line in lines)
    assert all(re.match(r"(\S+==\S+|\.\./env/python/wheels/\S+\.whl)\s", line) for line in lines)
    assert all("--hash=sha256:" in line for line in lines)
    assert "requirements.lock.txt" in Path(bento.path_of("env/docker/Dockerfile")).read_text()
