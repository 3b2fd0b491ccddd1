"""Guide row G6: ``load_model`` gives a ``PyFuncModel`` that predicts."""

from __future__ import annotations

import mlflow
import numpy as np
import torch

import bentobook as bentoml


def test_load_model_gives_a_pyfunc_that_predicts(tmp_path):
    net = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(28 * 28, 10))
    test_input_arr = np.random.default_rng(0).random((4, 1, 28, 28)).astype("float32")
    mlflow.pytorch.save_model(net, tmp_path / "m", input_example=test_input_arr, pip_requirements=["mlflow"])
    bentoml.mlflow.import_model("mlflow_pytorch_mnist", tmp_path / "m")

    model: mlflow.pyfunc.PyFuncModel = bentoml.mlflow.load_model("mlflow_pytorch_mnist:latest")

    assert isinstance(model, mlflow.pyfunc.PyFuncModel)
    with torch.no_grad():
        expected = net(torch.from_numpy(test_input_arr)).numpy()
    np.testing.assert_allclose(model.predict(test_input_arr), expected, rtol=1e-5)
