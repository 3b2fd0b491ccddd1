"""``bentobook test``: what a pipeline runs on a Bento, with nothing of the notebook at hand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import bentobook
from bentobook.bundle import cases_record, cases_store, importing

SERVICE = """\
import numpy as np

import bentobook
from bentobook.io import JSON

svc = bentobook.Service("sums")


@svc.api(input=JSON(), output=JSON())
def total(rows):
    return float(np.sum(rows)) * {factor}
"""


@pytest.fixture
def bento(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> bentobook.bentos.Bento:
    """Build a Bento with two cases; it needs nothing but what bentobook needs."""
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "service.py").write_text(SERVICE.format(factor=2))
    monkeypatch.chdir(folder)
    service = importing.load(folder, "service.py:svc")[2]
    made = [cases_record.of_call(service, "total", f"up to {n}", list(range(n)))[0] for n in (2, 3)]
    cases_store.add("sums", made)
    return bentobook.build("service.py:svc", version="v1", verify=False)


def test_cases_match_in_a_fresh_process(cli, bento) -> None:
    outcome = cli("test", bento.tag)
    assert (outcome.code, "2 of 2 cases match" in outcome.out) == (0, True)
    assert "Serving sums:v1 in a fresh process" in outcome.err


def test_a_server_that_runs_is_asked_and_what_differs_is_shown(cli, bento, monkeypatch, tmp_path) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "service.py").write_text(SERVICE.format(factor=3))
    service = importing.load(tmp_path / "other", "service.py:svc")[2]
    with bentobook.serve(service, port=0, token="open sesame") as server:
        refused = cli("test", bento.path, "--url", server.local_url, "-o", "json")
        monkeypatch.setenv("MY_TOKEN", "open sesame")
        differs = cli("test", bento.path, "--url", server.local_url, "--token-env", "MY_TOKEN", "-o", "json")
    service.close()
    assert [each["said"][:31] for each in json.loads(refused.out)["outcomes"]] == [
        "status: expected 200, got 401 ("
    ] * 2
    assert differs.code == 1
    assert [each["said"] for each in json.loads(differs.out)["outcomes"]] == [
        "answer: expected 2.0, got 3.0",
        "answer: expected 6.0, got 9.0",
    ]
    assert "open sesame" not in differs.out + differs.err


def test_an_archive_is_tested_in_another_store(cli, bento, monkeypatch, tmp_path) -> None:
    archive = bento.export(tmp_path)
    monkeypatch.setenv("BENTOML_HOME", str(tmp_path / "elsewhere"))
    assert cli("test", archive).code == 0


def test_a_new_environment_is_made_of_the_requirements_of_the_bento(cli, bento) -> None:
    outcome = cli("test", bento.tag, "--clean-env")
    assert outcome.code == 0, outcome.err
    assert "Installing env/python/requirements.txt" in outcome.err
    assert "a new environment" in outcome.out


def test_requirements_that_cannot_be_installed_are_said(cli, bento) -> None:
    path = Path(bento.path_of("env/python/requirements.txt"))
    path.chmod(0o644)
    path.write_text("no-such-package-of-anybody @ file:///nowhere/at/all.whl\n")
    outcome = cli("test", bento.tag, "--clean-env")
    assert outcome.code == 1
    assert "its requirements cannot be installed" in outcome.err


def test_mistakes(cli, bento) -> None:
    assert "choose one" in cli("test", bento.tag, "--clean-env", "--url", "http://localhost:1").err
    assert "holds no token" in cli("test", bento.tag, "--url", "http://localhost:1", "--token-env", "NOTHING").err
    assert "'nobody' is not found" in cli("test", "nobody").err
    gone = cli("test", bento.tag, "--url", "http://127.0.0.1:1")
    assert (gone.code, "no answer: " in gone.out) == (1, True)


def test_a_bento_without_cases_has_an_exit_code_of_its_own(cli, bento) -> None:
    for name in ("up to 2", "up to 3"):
        cases_store.remove("sums", name)
    bare = bentobook.build("service.py:svc", version="v2")
    outcome = cli("test", bare.tag, "--url", "http://127.0.0.1:1")
    assert (outcome.code, outcome.err) == (3, "sums:v2 has no cases.\n")
