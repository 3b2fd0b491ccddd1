"""Moving live models, and looking where they are. Torch's meta device stands for an accelerator."""

from __future__ import annotations

import lightgbm
import numpy as np
import pytest
import torch
import xgboost
from sklearn.svm import SVC

from bentobook.errors import DeviceUnavailable
from bentobook.frameworks.device import device_of, move, verify

X, Y = np.random.default_rng(0).random((40, 3)), np.arange(40) % 2


class Spread(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.here, self.there = torch.nn.Linear(1, 1), torch.nn.Linear(1, 1, device="meta")


def booster():
    return xgboost.train({}, xgboost.DMatrix(X, Y), 1)


@pytest.mark.parametrize(
    ("obj", "device"),
    [
        (SVC(), "cpu"),
        (lightgbm.LGBMClassifier(), "cpu"),
        (xgboost.XGBClassifier(device="cuda"), "cuda"),
        (booster(), "cpu"),
        (torch.nn.Linear(1, 1), "cpu"),
        (torch.nn.Linear(1, 1, device="meta"), "meta"),
        (torch.nn.ReLU(), None),
        (Spread(), "cpu, meta"),
        (object(), None),
    ],
    ids=lambda value: type(value).__name__,
)
def test_the_device_of_a_live_model_is_told(obj, device):
    assert device_of(obj) == device


def test_a_torch_model_really_moves():
    model = torch.nn.Linear(2, 1)
    move(model, "meta")
    assert verify(model, "meta") == "meta" == str(model.weight.device)


def test_a_module_without_tensors_is_wherever_its_input_is():
    assert verify(torch.nn.ReLU(), "cuda:1") == "cuda:1"


@pytest.mark.filterwarnings("ignore:.*(No visible GPU|Device is changed):UserWarning")
@pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has a GPU")
@pytest.mark.parametrize(
    "make", [booster, lambda: xgboost.XGBClassifier(n_estimators=1).fit(X, Y)], ids=["core", "sklearn"]
)
def test_xgboost_that_falls_back_to_the_cpu_is_noticed(make):
    model = make()
    move(model, "cuda")
    with pytest.raises(DeviceUnavailable, match="The model did not move: it stayed on cpu"):
        verify(model, "cuda")


def test_a_model_that_is_spread_is_not_on_one_device():
    with pytest.raises(DeviceUnavailable, match="it stayed on cpu, meta"):
        verify(Spread(), "meta")


def test_what_cannot_be_told_is_only_believed_for_the_cpu():
    assert verify(object(), "cpu") == "cpu"
    with pytest.raises(DeviceUnavailable, match="where it runs cannot be told"):
        verify(object(), "cuda")
