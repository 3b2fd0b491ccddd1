"""``%bento_build``, and ``--bento`` on the magics that list, show, export and delete."""

from __future__ import annotations

from pathlib import Path

import pytest
from IPython.core.error import UsageError

from bentobook import bentos

SERVICE = """\
import bentobook

svc = bentobook.Service("echo")


@svc.api(input=bentobook.io.JSON(), output=bentobook.io.JSON())
def echo(value):
    return value
"""


@pytest.fixture
def built(shell, tmp_path: Path):
    """Build a Bento of a service in a file."""
    (tmp_path / "service.py").write_text(SERVICE)
    shell("bento = %bento_build service.py:svc --version v1 --label owner=ada")
    return shell


def test_a_file_is_built_and_the_result_is_a_bento(built):
    bento = built.names["bento"]

    assert (str(bento.tag), dict(bento.info.labels)) == ("echo:v1", {"owner": "ada"})
    assert "!bentobook serve echo:v1" in bento._repr_html_()


def test_a_variable_of_the_kernel_is_built(shell, tmp_path: Path, monkeypatch):
    (tmp_path / "kernel_service.py").write_text(SERVICE)
    monkeypatch.syspath_prepend(str(tmp_path))
    shell("from kernel_service import svc")

    assert shell("%bento_build svc").info.module == "kernel_service:svc"


def test_a_name_that_is_nothing_is_said(shell):
    with pytest.raises(UsageError, match="there is no variable svk"):
        shell("%bento_build svk")


def test_bentos_are_listed_shown_exported_and_deleted(built, tmp_path: Path):
    assert [str(bento.tag) for bento in built("%bento_models --bento")] == ["echo:v1"]
    assert built("%bento_show --bento echo").tag == built("%bento_show --bento bento").tag
    assert Path(built("%bento_export --bento echo")).name == "echo-v1.bento"
    assert repr(built("%bento_delete --bento -y echo")) == "Deleted echo:v1."
    assert list(bentos.list()) == []


def test_an_archive_of_a_bento_is_imported_as_a_bento(built):
    archive = built("%bento_export --bento echo")
    built("%bento_delete --bento -y echo")

    bento = built(f"%bento_import {archive}")
    assert (str(bento.tag), [each.tag for each in bentos.list()]) == ("echo:v1", [bento.tag])
    with pytest.raises(UsageError, match="an archive carries its own tag"):
        built(f"%bento_import echo {archive}")
