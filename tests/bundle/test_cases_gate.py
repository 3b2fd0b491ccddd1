"""A build replays the cases of its service in a fresh process, and refuses when an answer changed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import bentobook
from bentobook import bentos
from bentobook.bundle import cases, cases_record, cases_store, importing, loading, replay, replay_server
from bentobook.bundle.cases import Case
from bentobook.bundle.replay_http import Target
from bentobook.errors import BuildFailed, CasesFailed, InvalidArgument

ROOT = Path(__file__).parents[2]
SERVICE = """\
import bentobook
from bentobook.io import JSON
from helpers import scaled

svc = bentobook.Service("sums")


@svc.api(input=JSON(), output=JSON())
def total(rows):
    return scaled(sum(rows))
"""


@pytest.fixture
def case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Case:
    """Make a project and store a case with its service, as a notebook does."""
    project = tmp_path / "project"
    project.mkdir()
    monkeypatch.chdir(project)
    Path("service.py").write_text(SERVICE)
    _scale_by(2)
    service = importing.load(project, "service.py:svc")[2]
    made, result = cases_record.of_call(service, "total", "three", [1, 2])
    assert result.value == 6
    cases_store.add("sums", [made])
    return made


def _scale_by(factor: int) -> None:
    Path("helpers.py").write_text(f"def scaled(number):\n    return {factor} * number\n")


def test_a_bento_has_its_cases_and_says_that_they_match(case: Case) -> None:
    bento = bentobook.build("service.py:svc")

    assert cases.read(bento.path / "tests" / "cases.jsonl") == (case,)
    assert bento.info.private["cases"] == {"count": 1, "verified": True}
    (measured,) = bento.info.private["measured"]
    assert (measured["api"], measured["case"]) == ("total", "three")
    assert measured["per_second"] > 0
    assert 0 < measured["p50_ms"] <= measured["p95_ms"]
    assert "1 case replayed in a fresh process" in bento._repr_html_()
    assert bento.verify().state == "ok"
    _fails_when_the_answer_changes(bento)


def _fails_when_the_answer_changes(before: bentobook.bentos.Bento) -> None:
    _scale_by(3)
    said = r"1 of 1 cases no longer matches: 'three': answer: expected 6, got 9\."
    with pytest.raises(CasesFailed, match=said):
        bentobook.build("service.py:svc")
    assert [bento.tag for bento in bentos.list()] == [before.tag]
    staging = Path(os.environ["BENTOML_HOME"], ".bentobook", "staging")
    assert not list(staging.iterdir())


def test_without_verification_the_bento_says_so(case: Case) -> None:
    _scale_by(3)

    bento = bentobook.build("service.py:svc", verify=False)

    assert bento.info.private["cases"] == {"count": 1, "verified": False}
    assert bento.info.private["warnings"][0] == "built with --no-verify: its 1 case were not replayed"
    with replay_server.serving(bento.path, Path(os.environ["BENTOML_HOME"])) as target:
        report = replay.run("svc", "there", [case], replay.over_http(target))
        done = _pytest(bento.path, BENTO_URL=target.url)
    assert report.failed[0].said == "answer: expected 6, got 9"
    assert done.returncode == 1
    assert "expected 6, got 9" in done.stdout


def _pytest(folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests"]
    env = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1", **variables}
    env.pop("PYTEST_ADDOPTS", None)
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)


def test_the_pytest_file_of_the_bento_starts_the_service_by_itself(case: Case) -> None:
    bento = bentobook.build("service.py:svc", verify=False)

    done = _pytest(bento.path)

    assert (done.returncode, "1 passed" in done.stdout) == (0, True), done.stdout
    assert bento.verify().state == "ok"


def test_a_service_that_starts_only_here_is_refused(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("service.py").write_text(SERVICE + "\nimport os\nif 'PYTEST_VERSION' not in os.environ:\n    1 / 0\n")
    monkeypatch.setenv("PYTEST_VERSION", "1")
    monkeypatch.setattr(replay_server, "_NOT_HANDED_ON", (*replay_server._NOT_HANDED_ON, "PYTEST_VERSION"))

    with pytest.raises(BuildFailed, match="does not start in a fresh process: ZeroDivisionError: division by zero"):
        bentobook.build("service.py:svc")
    assert not bentos.list()


def test_the_process_ends_with_the_one_who_started_it(case: Case) -> None:
    bento = bentobook.build("service.py:svc")
    with replay_server.serving(bento.path, Path(os.environ["BENTOML_HOME"])) as target:
        assert target.ask("/total", cases.Body("application/json", b"[1]")).body.data == b"2"
    gone = replay.run("svc", "gone", [case], replay.over_http(target))
    assert gone.failed[0].said.startswith("no answer: ")
    assert loading.find(bento.path).tag == bento.tag


@pytest.mark.parametrize("url", ["file:///etc/passwd", "https://", "ftp://host/", "https://me:secret@host/", "host"])
def test_an_address_is_http_and_has_no_password(url: str) -> None:
    with pytest.raises(InvalidArgument, match="an address such as https://") as caught:
        Target(url)
    assert "secret" not in str(caught.value)


MODEL_SERVICE = """\
import bentobook

runner = bentobook.models.get("iris:latest").to_runner()
svc = bentobook.Service("iris_svc", runners=[runner])


@svc.api(
    input=bentobook.io.NumpyNdarray.from_sample([[0.0, 0.0], [1.0, 1.0]]), output=bentobook.io.NumpyNdarray()
)
def predict(rows):
    return runner.predict.run(rows){more}
"""


def test_parity_is_a_gate(iris, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("service.py").write_text(MODEL_SERVICE.format(more=" + 1"))
    said = r"predict gives different answers: HTTP/JSON: 2 of 2 rows differ, by up to 1"
    with pytest.raises(BuildFailed, match=said):
        bentobook.build("service.py:svc", require_parity=True)

    Path("service.py").write_text(MODEL_SERVICE.format(more=""))
    assert bentobook.build("service.py:svc", require_parity=True).info.private["parity"] == ["predict"]


def test_parity_is_asked_of_the_apis_that_are_named(iris, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    odd = "\n\n\n@svc.api(input=bentobook.io.JSON(), output=bentobook.io.JSON())\ndef odd(value):\n    return value\n"
    Path("service.py").write_text(MODEL_SERVICE.format(more="") + odd)

    assert bentobook.build("service.py:svc", require_parity=["predict"]).info.private["parity"] == ["predict"]
    with pytest.raises(InvalidArgument, match=r"an API of the service: predict, odd"):
        bentobook.build("service.py:svc", require_parity=["predikt"])


def test_parity_needs_rows_and_something_to_compare(case: Case) -> None:
    with pytest.raises(BuildFailed, match=r"total cannot be compared.*--against OBJ"):
        bentobook.build("service.py:svc", require_parity=True)
    cases_store.remove("sums", "three")
    with pytest.raises(BuildFailed, match=r"total has neither case nor example.*%bento_case sums\.total NAME DATA"):
        bentobook.build("service.py:svc", require_parity=True)
