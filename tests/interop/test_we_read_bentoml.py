"""What a real BentoML saves, we list, get, load, export, import, delete."""

from __future__ import annotations

from pathlib import Path

import pytest
from real_bentoml import RealBentoML

import bentobook

pytestmark = [pytest.mark.interop, pytest.mark.xdist_group("interop"), pytest.mark.timeout(900)]
ROWS = [[0.1, 0.2], [0.9, 0.8]]
OPTIONS = {
    "labels": {"team": "tree"},
    "metadata": {"accuracy": 0.5, "nested": {"classes": ["no", "yes"]}},
    "custom_objects": {"names": ["a", "b"]},
    "signatures": {"predict": {"batchable": True, "batch_dim": 0}},
}


@pytest.fixture
def theirs(bentoml: RealBentoML, mlflow_folder: str) -> bentobook.Model:
    """Let BentoML import the model of MLflow and get it with ours."""
    return bentobook.models.get(bentoml.import_mlflow("theirs", mlflow_folder, **OPTIONS))


def test_we_list_what_bentoml_saved(bentoml: RealBentoML, theirs: bentobook.Model) -> None:
    tree = bentoml.save_sklearn("tree")

    listed = bentobook.models.list()

    assert {str(model.tag) for model in listed} == {str(theirs.tag), tree}
    assert not listed.problems


def test_we_read_every_field_that_bentoml_wrote(bentoml: RealBentoML, theirs: bentobook.Model) -> None:
    record = bentoml.record("theirs")

    assert theirs.info.labels == record["labels"] == OPTIONS["labels"]
    assert theirs.info.metadata == record["metadata"] == OPTIONS["metadata"]
    assert theirs.custom_objects == record["custom_objects"] == OPTIONS["custom_objects"]
    assert {n: (s.batchable, s.batch_dim) for n, s in theirs.info.signatures.items()} == record["signatures"]
    assert theirs.info.creation_time == record["creation_time"]


def test_we_find_it_by_latest_and_prefix(theirs: bentobook.Model) -> None:
    version = theirs.tag.version or ""

    assert [bentobook.models.get(asked).tag for asked in ("theirs", "theirs:latest", f"theirs:{version[:10]}")] == [
        theirs.tag
    ] * 3


@pytest.mark.parametrize(("flavor", "kind"), [("pyfunc", "PyFuncModel"), ("native", "DecisionTreeClassifier")])
def test_we_load_what_bentoml_imported(theirs: bentobook.Model, flavor: str, kind: str) -> None:
    loaded = theirs.load_model(flavor=flavor)

    assert type(loaded).__name__ == kind
    assert list(loaded.predict(ROWS)) == ["no", "yes"]


def test_we_load_what_bentoml_saved_with_sklearn(bentoml: RealBentoML) -> None:
    tree = bentobook.models.get(bentoml.save_sklearn("tree", custom_objects={"names": ["a"]}))

    assert (tree.info.module, tree.custom_objects) == ("bentoml.sklearn", {"names": ["a"]})
    assert list(tree.load_model().predict([[0.1], [0.9]])) == [0, 1]


@pytest.mark.parametrize("ending", ["bentomodel", "tar", "tar.gz", "zip"])
def test_we_import_archives_of_bentoml(
    bentoml: RealBentoML, theirs: bentobook.Model, tmp_path: Path, ending: str
) -> None:
    tag = str(theirs.tag)
    archive = bentoml.export(tag, str(tmp_path / f"theirs.{ending}"))
    before = bentoml.record(tag)
    bentobook.models.delete(tag)

    back = bentobook.models.import_model(archive)

    assert str(back.tag) == tag
    assert bentoml.record(tag) == before
    assert list(back.load_model().predict(ROWS)) == ["no", "yes"]


def test_bentoml_takes_its_own_model_back_from_our_archive(
    bentoml: RealBentoML, theirs: bentobook.Model, tmp_path: Path
) -> None:
    tag = str(theirs.tag)
    before = bentoml.record(tag)
    archive = bentobook.models.export_model(tag, str(tmp_path / "theirs.bentomodel"))
    bentoml.delete(tag)

    assert bentoml.import_archive(str(archive)) == tag
    assert bentoml.record(tag) == before


def test_we_delete_what_bentoml_saved_and_it_sees_it(
    bentoml: RealBentoML, theirs: bentobook.Model, mlflow_folder: str
) -> None:
    newer = bentoml.import_mlflow("theirs", mlflow_folder)

    bentobook.models.delete(newer)

    assert bentoml.record("theirs")["tag"] == str(theirs.tag)
    bentobook.models.delete(theirs.tag)
    assert bentoml.tags() == []
