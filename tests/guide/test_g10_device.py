"""Guide row G10: the device of a load is applied, verified and reported; torch's meta device stands for a GPU."""

from __future__ import annotations

import logging

import mlflow
import numpy as np
import pytest
import torch

import bentobook as bentoml
from bentobook.errors import DeviceUnavailable
from bentobook.frameworks.device import device_of


@pytest.fixture
def model(tmp_path):
    net = torch.nn.Linear(4, 2)
    mlflow.pytorch.save_model(net, tmp_path / "m", serialization_format="pickle", pip_requirements=["mlflow"])
    return bentoml.mlflow.import_model("net", tmp_path / "m")


@pytest.mark.parametrize("flavor", ["pyfunc", "native"])
def test_the_model_is_where_it_was_wanted_and_says_so(model, flavor, caplog):
    caplog.set_level(logging.INFO, "bentobook")
    loaded = bentoml.mlflow.load_model(model.tag, flavor=flavor, device="meta")
    assert device_of(loaded) == "meta"
    assert f"{model.tag} is loaded on meta" in caplog.messages


@pytest.mark.parametrize("device", ["cpu", "auto", None])
def test_a_model_that_was_loaded_on_a_device_predicts(model, device):
    loaded = model.load_model(device=device)
    assert loaded.predict(np.zeros((3, 4), "float32")).shape == (3, 2)


@pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has a GPU")
@pytest.mark.parametrize("flavor", ["pyfunc", "native", "pytorch"])
def test_a_device_that_is_not_there_is_a_clear_error(model, flavor):
    with pytest.raises(DeviceUnavailable, match=r"one of cpu, got 'cuda:0'. This machine has no cuda:0 that pytorch"):
        model.load_model(flavor=flavor, device="cuda:0")


@pytest.mark.skipif(not torch.cuda.is_available(), reason="this machine has no GPU")
@pytest.mark.parametrize("flavor", ["pyfunc", "native"])
def test_a_gpu_is_really_used(model, flavor):
    assert device_of(model.load_model(flavor=flavor, device="cuda")) == "cuda:0"
