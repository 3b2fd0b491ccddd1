"""G2: the torch example: ``mlflow.get_artifact_uri`` names a place where MLflow 3 no longer keeps the model."""

import mlflow
import numpy as np
import pytest
import torch

import bentobook as bentoml

IMAGES = np.random.default_rng(0).random((3, 1, 28, 28), dtype="float32")


class Net(torch.nn.Module):
    """A small classifier of images of digits."""

    def __init__(self):
        super().__init__()
        self.layers = torch.nn.Sequential(torch.nn.Conv2d(1, 2, 5), torch.nn.Flatten(), torch.nn.Linear(1152, 10))

    def forward(self, images):
        return self.layers(images)


# MLflow 3 refuses the guide's own line, because its new default format wants an example.
WAYS = {"pickle": {"serialization_format": "pickle"}, "pt2": {"input_example": IMAGES[:2]}}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_the_lines_of_the_guide(tracking, way):
    torch.manual_seed(0)
    model = Net().eval()
    with mlflow.start_run() as run:
        mlflow.pytorch.log_model(model, artifact_path="pytorch-model", pip_requirements=["torch"], **way)
        model_uri = mlflow.get_artifact_uri("pytorch-model")
        bento_model = bentoml.mlflow.import_model(
            "mlflow_pytorch_mnist", model_uri, signatures={"predict": {"batchable": True}}
        )
    assert bento_model.info.signatures["predict"].batchable
    assert bento_model.lineage["run"]["id"] == run.info.run_id
    answer = bento_model.load_model().predict(IMAGES[:2])
    np.testing.assert_allclose(answer, model(torch.from_numpy(IMAGES[:2])).detach().numpy(), rtol=1e-4, atol=1e-5)
