"""Torch modules behind a runner: the caller gets back what it gave, from whatever device the module is on."""

from __future__ import annotations

import asyncio

import numpy as np
import pandas as pd
import pytest
import torch

import bentobook
from bentobook.errors import DeviceUnavailable
from bentobook.frameworks import torch_calls

X = np.random.default_rng(0).random((8, 3)).astype("float32")
WITHOUT_GPU = pytest.mark.skipif(not torch.cuda.is_available(), reason="this machine has no GPU that torch can use")


class Two(torch.nn.Module):
    """Gives two tensors, tells what it saw, and drops values while it is trained."""

    def __init__(self):
        super().__init__()
        self.linear = torch.nn.Linear(3, 2)
        self.drop = torch.nn.Dropout(0.9)

    def forward(self, x):
        assert torch.is_inference_mode_enabled()
        return self.drop(self.linear(x)), x[:, 0]

    def embed(self, x, scale=1.0):
        return {"x": x * scale}


@pytest.fixture
def net():
    torch.manual_seed(0)
    return torch.nn.Linear(3, 2)


@pytest.fixture
def expected(net):
    return net(torch.from_numpy(X)).detach().numpy()


@pytest.fixture
def stored(net):
    return bentobook.pytorch.save_model("net", net, signatures={"__call__": {"batchable": True}})


def test_each_kind_of_value_comes_back_as_it_was_given(stored, expected):
    with stored.to_runner() as runner:
        array, tensor, rows = runner.run(X), runner.run(torch.from_numpy(X)), runner.run(X.tolist())
        frame = runner.run(pd.DataFrame(X, index=range(8, 16)))
    np.testing.assert_allclose(array, expected, rtol=1e-5)
    assert (type(array), array.dtype) == (np.ndarray, np.float32)
    assert isinstance(tensor, torch.Tensor)
    np.testing.assert_allclose(tensor.numpy(), expected, rtol=1e-5)
    assert isinstance(rows, list)
    np.testing.assert_allclose(rows, expected, rtol=1e-5)
    np.testing.assert_allclose(frame.to_numpy(), expected, rtol=1e-5)
    assert frame.index.tolist() == list(range(8, 16))


def test_arrays_and_tensors_of_the_same_moment_are_not_mixed(stored, expected):
    async def ask(runner):
        values = [X[i : i + 1] if i % 2 else torch.from_numpy(X[i : i + 1]) for i in range(8)]
        return await asyncio.gather(*[runner.async_run(value) for value in values])

    with stored.to_runner() as runner:
        answers = asyncio.run(ask(runner))
    assert [isinstance(answer, torch.Tensor) for answer in answers] == [True, False] * 4
    np.testing.assert_allclose(np.concatenate([np.asarray(a) for a in answers]), expected, rtol=1e-5)


def test_tuples_and_dicts_are_brought_back_part_by_part_without_training():
    two = Two()
    model = bentobook.pytorch.save_model(
        "two", two, signatures={"__call__": {"batchable": True}, "embed": {"batchable": True}}
    )
    with model.to_runner() as runner:
        first, second = runner.run(X)
        scaled = runner.embed.run(X, params={"scale": 2.0})
    np.testing.assert_allclose(first, two.linear(torch.from_numpy(X)).detach().numpy(), rtol=1e-5)
    np.testing.assert_array_equal(second, X[:, 0])
    np.testing.assert_array_equal(scaled["x"], X * 2)


def test_named_arrays_are_tensors_for_the_module():
    class Sum(torch.nn.Module):
        def forward(self, parts):
            return parts["a"] + parts["b"]

    call = torch_calls.calling(Sum(), Sum())
    np.testing.assert_array_equal(call({"a": X, "b": X}), X + X)


def test_an_array_that_cannot_be_written_is_copied(stored, expected):
    frozen = X.copy()
    frozen.flags.writeable = False
    with stored.to_runner() as runner:
        np.testing.assert_allclose(runner.run(frozen), expected, rtol=1e-5)


def test_halves_of_a_kind_that_numpy_lacks_are_floats(net):
    call = torch_calls.calling(net, lambda x: net(x).to(torch.bfloat16))
    assert call(X).dtype == np.float32


@pytest.mark.parametrize("device", ["cpu", "auto"])
def test_the_device_is_reported(stored, device):
    with stored.to_runner(device=device) as runner:
        assert runner.device == ("cuda:0" if device == "auto" and torch.cuda.is_available() else "cpu")


@pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has a GPU")
def test_a_device_that_is_not_there_is_refused_when_the_model_is_loaded(stored):
    runner = stored.to_runner(device="cuda:0")
    with pytest.raises(DeviceUnavailable, match="This machine has no cuda:0 that pytorch can use"):
        runner.init_local()


@WITHOUT_GPU
@pytest.mark.parametrize("device", ["cuda:0", "auto"])
def test_a_gpu_computes_and_answers_come_back_to_the_caller(stored, expected, device):
    with stored.to_runner(device=device) as runner:
        assert runner.device == "cuda:0"
        np.testing.assert_allclose(runner.run(X), expected, rtol=1e-3)
        assert runner.run(torch.from_numpy(X)).device.type == "cpu"
        assert runner.run(torch.from_numpy(X).cuda()).device.type == "cuda"


@WITHOUT_GPU
def test_an_imported_model_computes_on_a_gpu(net, expected, tmp_path):
    import mlflow

    mlflow.pytorch.save_model(net, tmp_path / "m", serialization_format="pickle", pip_requirements=["mlflow"])
    model = bentobook.mlflow.import_model("net", tmp_path / "m")
    for flavor in ("pyfunc", "native"):
        with model.to_runner(device="cuda", flavor=flavor, batchable=True) as runner:
            assert runner.device == "cuda:0"
            np.testing.assert_allclose(runner.run(X), expected, rtol=1e-3)
