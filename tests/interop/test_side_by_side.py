"""BentoML lists, gets and exports in a loop while we write: nothing that it sees is ever half a model."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from real_bentoml import RealBentoML

import bentobook

pytestmark = [pytest.mark.interop, pytest.mark.xdist_group("interop"), pytest.mark.timeout(900)]


def _archives(mlflow_folder: str, folder: Path, count: int) -> list[str]:
    """Make archives whose models are not in the store any more."""
    made = []
    for number in range(count):
        tag = f"moved:v{number}"
        bentobook.mlflow.import_model(tag, mlflow_folder)
        made.append(str(bentobook.models.export_model(tag, str(folder / f"ours{number}.tar"))))
        bentobook.models.delete(tag)
    return made


def _busy(bentoml: RealBentoML, mlflow_folder: str, tmp_path: Path, rounds: int) -> dict[str, list[str]]:
    """Import models and archives while BentoML reads.

    Nothing is deleted: a version that goes while BentoML lists is an error of its, whoever deletes it and however.
    """
    stop = tmp_path / "stop"
    archives = _archives(mlflow_folder, tmp_path, rounds // 10)
    bentobook.mlflow.import_model("steady:v1", mlflow_folder)
    assert bentoml.tags() == ["steady:v1"]
    bentoml.begin("look_until", str(stop), "steady", str(tmp_path))
    try:
        for number in itertools.count():
            if number >= rounds and (tmp_path / "seen").exists():
                break
            bentobook.mlflow.import_model(f"busy{number % 3}:v{number}", mlflow_folder)
            if archives and number % 10 == 5:
                bentobook.models.import_model(archives.pop())
    finally:
        stop.touch()
        seen = bentoml.end()
    return seen


def test_bentoml_reads_without_error_while_we_write(bentoml: RealBentoML, mlflow_folder: str, tmp_path: Path) -> None:
    seen = _busy(bentoml, mlflow_folder, tmp_path, 30)

    assert seen["errors"] == []
    assert seen["gets"]


@pytest.mark.soak
@pytest.mark.timeout(1200)
def test_bentoml_reads_without_error_beside_three_hundred_writes(
    bentoml: RealBentoML, mlflow_folder: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    seen = _busy(bentoml, mlflow_folder, tmp_path, 300)

    with capsys.disabled():
        print(f"\nBentoML beside 300 imports: {seen | {'errors': len(seen['errors'])}}")
    assert seen["errors"] == []
