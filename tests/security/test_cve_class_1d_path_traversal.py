"""Names, pointers and paths inside models never lead out of the folder that they belong to.

MLflow CVE-2023-1177 and its many followers, BentoML CVE-2026-24123, Jupyter Server CVE-2026-35397 (a check by prefix).
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import bentobook
from bentobook.errors import BentobookError, InvalidArgument, InvalidTag, NotFound

OUTSIDE = [
    "../outside.pkl",
    "/etc/passwd",
    "a/../../outside.pkl",
    "..\\outside.pkl",
    "../trap-secret/model.pkl",
    "a\0b",
]


@pytest.mark.parametrize("tag", ["../x", "a/b", "a\n", "a:b\n", "a:..", "..", "a:../../b", "a\\b", "a:%2e%2e", "\0"])
def test_cve_class_1d_a_path_is_no_tag(tag: str) -> None:
    with pytest.raises(InvalidTag, match="tag"):
        bentobook.models.get(tag)


def test_cve_class_1d_no_version_is_called_latest(trap: Path) -> None:
    with pytest.raises(InvalidTag, match="latest"):
        bentobook.mlflow.import_model("a:latest", str(trap))


@pytest.mark.parametrize("pointer", ["../../../outside", "/etc", "..", "v1/../../x", "v1\n../x"])
def test_cve_class_1d_a_pointer_is_not_followed_out_of_the_store(
    plant: Callable[..., Path], tmp_path: Path, pointer: str
) -> None:
    outside = tmp_path / "outside"
    plant("iris").rename(outside)
    (tmp_path / "bentoml/models/iris/latest").write_text(pointer)

    with pytest.raises(NotFound, match="iris"):
        bentobook.models.get("iris")


@pytest.mark.parametrize("field", ["pickled_model", "data", "code", "python_model"])
@pytest.mark.parametrize("path", OUTSIDE)
def test_cve_class_1d_a_path_in_mlmodel_stays_inside(trap: Path, field: str, path: str) -> None:
    (trap.parent / "outside.pkl").touch()
    (trap.parent / "trap-secret").mkdir()
    (trap.parent / "trap-secret" / "model.pkl").touch()
    quoted = '"' + path.replace("\\", "\\\\").replace("\0", "\\0") + '"'
    (trap / "MLmodel").write_text(
        f"flavors:\n  python_function:\n    loader_module: mlflow.sklearn\n    {field}: {quoted}\n"
        f"  sklearn:\n    {field}: {quoted}\nmlflow_version: 3.0.0\n"
    )

    with pytest.raises(BentobookError, match=r"leads out of the model's folder"):
        bentobook.mlflow.import_model("iris", str(trap))

    assert not bentobook.models.list()


def test_cve_class_1d_a_link_in_a_model_does_not_bring_files_of_the_machine_along(trap: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    (trap / "notes.txt").symlink_to(secret)

    with pytest.raises(BentobookError, match=r"notes\.txt"):
        bentobook.mlflow.import_model("iris", str(trap))


@pytest.mark.parametrize("item", ["../v2/model.yaml", "a/../../x"])
def test_cve_class_1d_path_of_stays_inside(plant: Callable[..., Path], item: str) -> None:
    plant("iris")

    with pytest.raises(InvalidArgument, match="inside the model"):
        bentobook.models.get("iris").path_of(item)
