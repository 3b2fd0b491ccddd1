"""Guide row G13: a service around a PyTorch model, called in the kernel and over HTTP."""

from __future__ import annotations

import httpx
import mlflow
import numpy as np
import pytest
import torch

import bentobook as bentoml

X = np.random.default_rng(0).random((3, 1, 28, 28)).astype("float32")


@pytest.fixture(scope="module")
def network():
    torch.manual_seed(0)
    return torch.nn.Sequential(torch.nn.Conv2d(1, 2, 3), torch.nn.ReLU(), torch.nn.Flatten(), torch.nn.LazyLinear(10))


@pytest.fixture
def mnist_runner(network, tmp_path):
    with torch.no_grad():
        network(torch.from_numpy(X))
    mlflow.pytorch.save_model(network, tmp_path / "m", pip_requirements=["mlflow"], serialization_format="pickle")
    bentoml.mlflow.import_model("mlflow_pytorch_mnist", tmp_path / "m", signatures={"predict": {"batchable": True}})
    return bentoml.mlflow.get("mlflow_pytorch_mnist:latest").to_runner()


def with_def(mnist_runner):
    svc = bentoml.Service("mlflow_pytorch_mnist", runners=[mnist_runner])

    input_spec = bentoml.io.NumpyNdarray(
        dtype="float32",
        shape=[-1, 1, 28, 28],
        enforce_shape=True,
        enforce_dtype=True,
    )

    @svc.api(input=input_spec, output=bentoml.io.NumpyNdarray())
    def predict(input_arr):
        return mnist_runner.predict.run(input_arr)

    return svc


def with_async_def(mnist_runner):
    svc = bentoml.Service("mlflow_pytorch_mnist", runners=[mnist_runner])
    input_spec = bentoml.io.NumpyNdarray(dtype="float32", shape=[-1, 1, 28, 28], enforce_shape=True, enforce_dtype=True)

    @svc.api(input=input_spec, output=bentoml.io.NumpyNdarray())
    async def predict(input_arr):
        return await mnist_runner.predict.async_run(input_arr)

    return svc


@pytest.mark.parametrize("define", [with_def, with_async_def])
def test_the_service_answers_in_the_kernel_and_over_http(define, mnist_runner, network):
    svc = define(mnist_runner)
    with torch.no_grad():
        expected = network(torch.from_numpy(X)).numpy()

    np.testing.assert_allclose(svc.call("predict", X).value, expected, rtol=1e-5)
    with bentoml.serve(svc, port=0) as server:
        answer = httpx.post(f"{server.url}predict", json=X.tolist())
        wrong_shape = httpx.post(f"{server.url}predict", json=X[:, :, 1:].tolist())
        wrong_type = httpx.post(f"{server.url}predict", json=np.full((1, 1, 28, 28), "a").tolist())
    svc.close()

    np.testing.assert_allclose(answer.json(), expected, rtol=1e-4)
    assert (wrong_shape.status_code, wrong_type.status_code) == (422, 422)
