"""Guide row G4: ``bentoml models list NAME``, here ``bentobook models list NAME``."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

import bentobook as bentoml


@pytest.fixture
def model(tmp_path: Path) -> bentoml.Model:
    with bentoml.models.create("mlflow_pytorch_mnist:v1", module="bentoml.mlflow", labels={"team": "vision"}) as model:
        Path(model.path_of("weights.bin")).write_bytes(b"x" * 2048)
    with bentoml.models.create("other:v1", module="bentoml.sklearn"):
        pass
    return model


def _list(*arguments: str) -> str:
    command = [sys.executable, "-m", "bentobook", "models", "list", *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, check=True, env=os.environ | {"COLUMNS": "120"}
    ).stdout


def test_the_table_has_the_columns_of_bentoml(model: bentoml.Model) -> None:
    head, *rows = _list("mlflow_pytorch_mnist").strip().splitlines()

    assert head.split("  ")[0].strip() == "Tag"
    assert all(word in head for word in ("Module", "Size", "Creation Time"))
    assert len(rows) == 1
    assert rows[0].split()[:2] == ["mlflow_pytorch_mnist:v1", "bentoml.mlflow"]


@pytest.mark.parametrize(("form", "read"), [("json", json.loads), ("yaml", yaml.safe_load)], ids=["json", "yaml"])
def test_other_forms_carry_bytes_and_iso_times(model: bentoml.Model, form: str, read: object) -> None:
    (row,) = read(_list("mlflow_pytorch_mnist", "-o", form))

    assert (row["tag"], row["module"], row["size"]) == ("mlflow_pytorch_mnist:v1", "bentoml.mlflow", 2048)
    assert row["labels"] == {"team": "vision"}
    assert row["creation_time"] == model.info.creation_time.isoformat()
