"""What we import, a real BentoML lists, gets, loads, exports, deletes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from real_bentoml import RealBentoML

import bentobook

pytestmark = [pytest.mark.interop, pytest.mark.xdist_group("interop"), pytest.mark.timeout(900)]
ROWS = [[0.1, 0.2], [0.9, 0.8]]


def test_bentoml_lists_our_model(bentoml: RealBentoML, ours: bentobook.Model) -> None:
    code, text = bentoml.cli("models", "list", "-o", "json")

    assert code == 0, text
    assert [(row["tag"], row["module"]) for row in json.loads(text)] == [("ours:v1", "bentoml.mlflow")]


@pytest.mark.parametrize("asked", ["ours:v1", "ours", "ours:latest", "ours:v"])
def test_bentoml_finds_our_model_by_tag_latest_and_prefix(
    bentoml: RealBentoML, ours: bentobook.Model, asked: str
) -> None:
    code, text = bentoml.cli("models", "get", asked, "-o", "path")

    assert (code, Path(text.strip())) == (0, Path(ours.path))


def test_bentoml_reads_every_field_that_we_wrote(bentoml: RealBentoML, ours: bentobook.Model) -> None:
    theirs = bentoml.record("ours")

    assert theirs["labels"] == ours.info.labels
    assert theirs["metadata"] == ours.info.metadata
    assert theirs["custom_objects"] == ours.custom_objects == {"names": ["a", "b"], "limit": 0.25}
    assert theirs["signatures"] == {"predict": (True, (0, 0))}
    assert theirs["creation_time"] == ours.info.creation_time
    assert theirs["module"] == ours.info.module


def test_bentoml_prints_the_same_record_as_we_do(bentoml: RealBentoML, ours: bentobook.Model) -> None:
    _, text = bentoml.cli("models", "get", "ours", "-o", "json")
    written = yaml.safe_load(Path(ours.path_of("model.yaml")).read_text("utf-8"))
    written.pop("bentobook")

    assert (
        json.loads(text).items() >= {k: written[k] for k in ("name", "version", "labels", "metadata", "module")}.items()
    )


def test_our_fields_stand_in_the_order_of_bentoml(
    bentoml: RealBentoML, ours: bentobook.Model, mlflow_folder: str
) -> None:
    theirs = bentobook.models.get(bentoml.import_mlflow("theirs", mlflow_folder))

    def keys(model: bentobook.Model) -> list[str]:
        return list(yaml.safe_load(Path(model.path_of("model.yaml")).read_text("utf-8")))

    assert [key for key in keys(ours) if key != "bentobook"] == keys(theirs)


def test_bentoml_loads_our_model_and_predicts(bentoml: RealBentoML, ours: bentobook.Model) -> None:
    assert bentoml.predict("ours:latest", ROWS) == ["no", "yes"]


def test_bentoml_deletes_our_models_and_we_see_it(
    bentoml: RealBentoML, ours: bentobook.Model, mlflow_folder: str
) -> None:
    bentobook.mlflow.import_model("ours:v2", mlflow_folder)

    code, text = bentoml.cli("models", "delete", "-y", "ours:v2")

    assert code == 0, text
    assert bentobook.models.get("ours").tag == ours.tag
    bentoml.delete("ours:v1")
    assert not bentobook.models.list()
    with pytest.raises(bentobook.errors.NotFound, match="ours"):
        bentobook.models.get("ours")


@pytest.mark.parametrize("ending", ["bentomodel", "tar", "tar.gz", "tar.xz", "tar.bz2", "zip"])
def test_bentoml_imports_our_archives(bentoml: RealBentoML, ours: bentobook.Model, tmp_path: Path, ending: str) -> None:
    before = bentoml.record("ours:v1")
    archive = bentobook.models.export_model("ours:v1", str(tmp_path / f"ours.{ending}"))
    bentobook.models.delete("ours:v1")

    assert bentoml.import_archive(str(archive)) == "ours:v1"

    assert bentoml.record("ours:v1") == before
    assert bentoml.predict("ours:v1", ROWS) == ["no", "yes"]
    assert bentobook.models.get("ours:v1").verify(deep=True).state == "ok"


def test_bentoml_exports_our_model_and_we_take_it_back(
    bentoml: RealBentoML, ours: bentobook.Model, tmp_path: Path
) -> None:
    digest, lineage = ours.digest, ours.lineage
    archive = bentoml.export("ours:v1", str(tmp_path / "ours.bentomodel"))
    bentobook.models.delete("ours:v1")

    back = bentobook.models.import_model(archive)

    assert (back.digest, back.lineage["source_uri"]) == (digest, lineage["source_uri"])
    assert back.verify(deep=True).state == "ok"
