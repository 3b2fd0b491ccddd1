"""What an import may load: people wait for it in every notebook and on every command line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = ["numpy", "pandas", "pyarrow", "mlflow", "sklearn", "torch", "uvicorn", "IPython", "click", "yaml"]


def _loaded_after(statement: str, tmp_path: Path) -> set[str]:
    code = f"import sys, json\n{statement}\nprint(json.dumps(sorted(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
        env={**os.environ, "HOME": str(tmp_path), "IPYTHONDIR": str(tmp_path)},
    )
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_importing_the_package_loads_nothing_heavy(tmp_path: Path) -> None:
    assert not _loaded_after("import bentobook", tmp_path).intersection(HEAVY)


def test_importing_the_mlflow_face_does_not_load_mlflow(tmp_path: Path) -> None:
    loaded = _loaded_after("import bentobook as bentoml; bentoml.mlflow.MLFLOW_MODEL_FOLDER", tmp_path)

    assert not loaded.intersection({"numpy", "pandas", "mlflow", "sklearn", "IPython"})


def test_listing_models_loads_nothing_heavy(tmp_path: Path) -> None:
    loaded = _loaded_after("import bentobook; bentobook.models.list()", tmp_path)

    assert not loaded.intersection({"numpy", "pandas", "mlflow", "sklearn", "IPython", "click", "blake3", "filelock"})


def test_the_runner_loads_no_array_library(tmp_path: Path) -> None:
    assert not _loaded_after("import bentobook; bentobook.Runner, bentobook.Runnable", tmp_path).intersection(HEAVY)


def test_the_descriptors_load_no_array_library(tmp_path: Path) -> None:
    assert not _loaded_after("import bentobook; bentobook.io.JSON, bentobook.io.infer", tmp_path).intersection(HEAVY)


def test_loading_the_extension_loads_no_framework(tmp_path: Path) -> None:
    statement = (
        "from IPython.core.interactiveshell import InteractiveShell\n"
        "shell = InteractiveShell.instance()\n"
        "shell.extension_manager.load_extension('bentobook')"
    )

    assert not _loaded_after(statement, tmp_path).intersection({"mlflow", "sklearn", "uvicorn", "torch", "pandas"})


@pytest.mark.parametrize(
    "name",
    [
        *(
            "Model",
            "Runnable",
            "Runner",
            "Service",
            "serve",
            "Tag",
            "errors",
            "exceptions",
            "io",
            "live",
            "mlflow",
            "models",
            "trust",
            "doctor",
            "__version__",
        ),
        *("catboost", "lightgbm", "onnx", "pytorch", "sklearn", "xgboost"),
    ],
)
def test_every_public_name_is_there(name: str) -> None:
    import bentobook

    assert name in dir(bentobook)
    assert getattr(bentobook, name) is not None


def test_an_unknown_name_is_an_attribute_error() -> None:
    import bentobook

    with pytest.raises(AttributeError, match="no attribute 'nope'"):
        _ = bentobook.nope
