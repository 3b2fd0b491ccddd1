"""Guide row G5: get the record, take the path, and load the native flavor with MLflow; and the same in one line."""

from __future__ import annotations

import mlflow
import numpy as np
import pytest
import torch

import bentobook as bentoml


class Digits(torch.nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.layers = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(28 * 28, 10))

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return self.layers(images)


IMAGES = np.random.default_rng(0).random((3, 1, 28, 28)).astype("float32")


@pytest.fixture
def net(tmp_path):
    net = Digits().eval()
    mlflow.pytorch.save_model(net, tmp_path / "m", serialization_format="pickle", pip_requirements=["mlflow"])
    bentoml.mlflow.import_model("mlflow_pytorch_mnist", tmp_path / "m", signatures={"predict": {"batchable": True}})
    return net


def test_mlflow_loads_the_path_of_the_model(net):
    bento_model = bentoml.mlflow.get("mlflow_pytorch_mnist:latest")
    mlflow_model_path = bento_model.path_of(bentoml.mlflow.MLFLOW_MODEL_FOLDER)
    loaded_pytorch_model = mlflow.pytorch.load_model(mlflow_model_path)
    loaded_pytorch_model.eval()
    with torch.no_grad():
        answer = loaded_pytorch_model(torch.from_numpy(IMAGES))
        assert torch.equal(answer, net(torch.from_numpy(IMAGES)))


def test_one_line_gives_the_same_object(net):
    model = bentoml.mlflow.get("mlflow_pytorch_mnist:latest").load_model(flavor="native")
    assert type(model) is Digits
    assert not model.training
    assert torch.equal(model.layers[1].weight, net.layers[1].weight)
