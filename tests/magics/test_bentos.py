"""``%bento_build``, ``--bento`` on the magics that list, show, export and delete, and a Bento where SVC stands."""

from __future__ import annotations

from pathlib import Path

import pytest
from IPython.core.error import UsageError

from bentobook import bentos
from bentobook.service import live

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


@pytest.fixture
def closed():
    """Close what a test has made live."""
    yield
    for service in list(live.services().values()):
        service.close()


@pytest.mark.parametrize("what", ["echo:v1", "echo:v1.echo", "echo:latest.echo", "echo.echo", "echo", "bento.echo"])
def test_a_tag_of_a_bento_is_called_like_a_service(built, closed, what):
    assert built(f"%bento_call {what} [1, 2]").value == [1, 2]


def test_a_bento_is_loaded_once_and_the_line_says_which_version_it_is(built, closed, capsys):
    served = built("%bento_serve echo --port 0")
    assert "echo is echo:v1" in capsys.readouterr().out

    service = live.services()["echo"]
    built("%bento_call echo:v1 1")
    assert live.services() == {"echo": service}
    assert built("%bento_call -q echo:latest.echo 1\nNone") is None
    assert served.url.startswith("http://127.0.0.1:")
    assert "echo:latest is" not in capsys.readouterr().out
    assert repr(built("%bento_stop echo:v1")) == "Stopped echo."
    assert live.services() == {}
    assert built("%bento_call echo:v1 1").value == 1


def test_versions_may_hold_dots(shell, closed, tmp_path: Path):
    (tmp_path / "service.py").write_text(SERVICE)
    shell("%bento_build service.py:svc --version 1.2")

    assert shell("%bento_call echo:1.2 3").value == shell("%bento_call echo:1.2.echo 3").value == 3
    assert shell("%bento_call echo:1.echo 3").value == 3
    assert "echo:1.2" in shell.complete("%bento_serve echo:")


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("%bento_call echo:v1.ecko 1", r"echo:v1 has no API ecko\. Did you mean echo"),
        ("%bento_serve echo:v2", r"there is no Bento echo:v2: %bento_models --bento"),
        ("%bento_stop echo:v1", "echo:v1 is not live in this kernel"),
        ("%bento_call nothing.echo 1", r"there is no service nothing\."),
    ],
)
def test_what_is_no_bento_is_one_line(built, line, problem):
    with pytest.raises(UsageError, match=problem):
        built(line)
