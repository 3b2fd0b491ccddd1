"""Our Bentos under a real BentoML, and Bentos of a real BentoML under our tools: the same answers on both sides."""

from __future__ import annotations

import json
import os
import sys
import urllib.request
from pathlib import Path

import pytest
import servers
from real_bentoml import RealBentoML

import bentobook
from bentobook import bentos, models
from bentobook.bundle.bento import Bento

pytestmark = [pytest.mark.interop, pytest.mark.xdist_group("interop"), pytest.mark.timeout(900)]
ROWS = [[0.1, 0.2], [0.9, 0.8]]
ROOT = Path(__file__).parents[2]
SERVICE = """\
import bentobook

runner = bentobook.models.get("ours:latest").to_runner()
svc = bentobook.Service("our_svc", runners=[runner])


@svc.api(input=bentobook.io.NumpyNdarray(), output=bentobook.io.JSON())
def predict(rows):
    return [str(each) for each in runner.predict.run(rows)]
"""
LEGACY = """\
import bentoml
from bentoml.io import JSON, NumpyNdarray

runner = bentoml.mlflow.get("theirs:latest").to_runner()
svc = bentoml.legacy.Service("their_svc", runners=[runner])


@svc.api(input=NumpyNdarray(), output=JSON())
def predict(rows):
    return [str(each) for each in runner.predict.run(rows)]
"""


@pytest.fixture
def built(ours: bentobook.Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bento:
    """Build a Bento of a service of ours, bound to a model of MLflow's."""
    project = tmp_path / "project"
    project.mkdir()
    (project / "service.py").write_text(SERVICE)
    monkeypatch.chdir(project)
    return bentobook.build("service.py:svc", version="v1", labels={"owner": "ada"})


def _ask(address: str, rows: list[list[float]]) -> object:
    request = urllib.request.Request(
        f"{address}/predict", json.dumps(rows).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.loads(answer.read())


def test_bentoml_lists_and_reads_our_bento(bentoml: RealBentoML, built: Bento) -> None:
    code, text = bentoml.cli("list", "-o", "json")
    theirs = bentoml.bento_record("our_svc")

    assert (code, [row["tag"] for row in json.loads(text)]) == (0, ["our_svc:v1"])
    assert Path(theirs["path"]) == built.path
    assert (theirs["labels"], theirs["models"]) == ({"owner": "ada"}, ["ours:v1"])
    assert theirs["creation_time"] == built.info.creation_time


def test_bentoml_serves_our_bento_with_the_model_of_its_build(
    bentoml: RealBentoML, built: Bento, mlflow_folder: str, tmp_path: Path
) -> None:
    service = bentobook.load(built.tag)
    here = service.call("predict", ROWS).value
    service.close()
    with models.create("ours:v2", module="bentoml.mlflow") as newer:
        (newer.path / "not-a-model").write_text("whoever loads this fails")

    with bentoml.serving("our_svc:v1", tmp_path, str(ROOT)) as address:
        assert _ask(address, ROWS) == here == ["no", "yes"]
    assert built.verify().ok


def test_without_our_wheel_bentoml_says_the_line_that_installs_it(
    bentoml: RealBentoML, built: Bento, tmp_path: Path
) -> None:
    said = bentoml.refused_to_serve("our_svc:v1", tmp_path)

    assert f"pip install {built.path}/env/python/wheels/bentobook-" in said


def test_bentoml_exports_our_bento_and_we_take_it_back(bentoml: RealBentoML, built: Bento, tmp_path: Path) -> None:
    digest = built.digest
    archive = bentoml.export_bento("our_svc:v1", str(tmp_path / "theirs.bento"))
    code, text = bentoml.cli("delete", "-y", "our_svc:v1")
    assert code == 0, text
    models.delete("ours:v1")

    back = bentos.import_bento(archive)

    assert (back.digest, back.verify().state) == (digest, "ok")


def test_bentoml_imports_our_archive_with_its_models(bentoml: RealBentoML, built: Bento, tmp_path: Path) -> None:
    archive = bentos.export_bento("our_svc:v1", tmp_path)
    bentos.delete("our_svc:v1")
    models.delete("ours:v1")

    assert bentoml.import_bento(str(archive)) == "our_svc:v1"

    assert bentoml.predict("ours:v1", ROWS) == ["no", "yes"]
    assert bentos.get("our_svc").verify().state == "ok"


def test_bentoml_makes_a_dockerfile_of_our_bento(bentoml: RealBentoML, built: Bento) -> None:
    text = bentoml.dockerfile("our_svc:v1")

    assert "FROM python:" in text
    assert "env/python/requirements.txt" in text


@pytest.fixture
def legacy(bentoml: RealBentoML, mlflow_folder: str, tmp_path: Path) -> str:
    """Let BentoML build a Bento of a service in the form of BentoML 1.0, and give its tag."""
    bentoml.import_mlflow("theirs:v1", mlflow_folder)
    project = tmp_path / "legacy"
    project.mkdir()
    (project / "service.py").write_text(LEGACY)
    return bentoml.build_legacy(str(project), version="v1")


def test_a_bento_that_bentoml_built_of_a_legacy_service_works_with_our_tools(
    legacy: str, tmp_path: Path, store_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert [str(bento.tag) for bento in bentos.list()] == [legacy]
    assert [str(model.tag) for model in bentos.get(legacy).models] == ["theirs:v1"]
    with pytest.raises(bentobook.errors.ModelInUse, match=legacy):
        models.delete("theirs:v1")
    archive = bentos.get(legacy).export(tmp_path)
    monkeypatch.setenv("BENTOML_HOME", str(tmp_path / "elsewhere"))
    service = bentobook.load(bentos.import_bento(archive).tag)
    assert service.call("predict", ROWS).value == ["no", "yes"]
    service.close()


def test_our_server_answers_for_a_legacy_service_as_bentomls_does(
    bentoml: RealBentoML, legacy: str, tmp_path: Path, store_home: Path
) -> None:
    command = [sys.executable, "-m", "bentobook", "serve", legacy]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "BENTOML_HOME": str(store_home)}
    with servers.serving(command, tmp_path, environment) as address:
        ours = _ask(address, ROWS)

    with bentoml.serving(legacy, tmp_path) as address:
        assert _ask(address, ROWS) == ours == ["no", "yes"]
