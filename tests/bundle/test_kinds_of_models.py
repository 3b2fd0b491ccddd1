"""Bentos of models that bring their own code, and of torch, come back from an archive where no store has the model."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import bentobook
from bentobook import bentos

SERVICE = """\
import numpy as np

import bentobook

runner = bentobook.models.get("any:latest").to_runner()
svc = bentobook.Service("any_svc", runners=[runner])


@svc.api(input=bentobook.io.NumpyNdarray(dtype="float32"), output=bentobook.io.JSON())
def predict(rows):
    return [float(each) for each in np.ravel(runner.run(rows))]
"""


def _with_code(folder: Path) -> None:
    """Import a PythonModel whose arithmetic lies in a module of its own."""
    import mlflow.pyfunc

    (folder / "own_arithmetic.py").write_text("def doubled(rows):\n    return [row[0] * 2 for row in rows]\n")

    class Doubler(mlflow.pyfunc.PythonModel):
        def predict(self, context, model_input, params=None):
            from own_arithmetic import doubled

            return doubled(model_input)

    code = [str(folder / "own_arithmetic.py")]
    path = folder / "model"
    mlflow.pyfunc.save_model(path, python_model=Doubler(), code_paths=code, pip_requirements=["numpy", "pytest"])
    bentobook.mlflow.import_model("any:v1", str(path))


def _torch(folder: Path) -> None:
    import torch

    model = torch.nn.Linear(1, 1, bias=False)
    torch.nn.init.constant_(model.weight, 2.0)
    bentobook.pytorch.save_model("any:v1", model)


@pytest.mark.filterwarnings("ignore:Add type hints:UserWarning", "ignore::FutureWarning")
@pytest.mark.parametrize("make", [_with_code, _torch], ids=["code_paths", "torch"])
def test_a_bento_answers_where_only_its_archive_is(
    make: Callable[[Path], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "saving").mkdir()
    make(tmp_path / "saving")
    (tmp_path / "service.py").write_text(SERVICE)
    archive = bentobook.build("service.py:svc", build_ctx=tmp_path).export(tmp_path / "any.tar")
    monkeypatch.setenv("BENTOML_HOME", str(tmp_path / "elsewhere"))

    bento = bentos.import_bento(archive)
    service = bentobook.load(bento.tag)

    assert service.call("predict", [[1.0], [2.5]]).value == [2.0, 5.0]
    service.close()
    left_out = [each["line"] for each in bento.info.private["left_out"]]
    assert left_out == (["pytest"] if make is _with_code else [])
