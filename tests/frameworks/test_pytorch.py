"""PyTorch: the whole module, its code where nobody could import it, on the device that is asked for."""

from __future__ import annotations

import subprocess
import sys
import textwrap

import pytest
from framework_models import X

import bentobook
from bentobook.errors import InvalidArgument
from bentobook.frameworks.device import device_of

torch = pytest.importorskip("torch")


@pytest.fixture
def model():
    return bentobook.pytorch.save_model("net:v1", torch.nn.Linear(3, 2))


@pytest.mark.parametrize(
    "load",
    [
        lambda: bentobook.pytorch.load_model("net", "meta"),
        lambda: bentobook.pytorch.load_model("net", device_id="meta"),
        lambda: bentobook.pytorch.load_model("net", device="meta"),
        lambda: bentobook.models.get("net").load_model(device="meta"),
    ],
    ids=["BentoML's place", "BentoML's name", "ours", "the record"],
)
def test_the_device_is_taken_by_both_names(model, load):
    assert device_of(load()) == "meta"


def test_without_a_device_it_is_the_cpu_as_in_bentoml(model):
    assert device_of(model.load_model()) == "cpu"


def test_two_different_devices_are_a_mistake(model):
    with pytest.raises(InvalidArgument, match="device: expected the same as device_id, got 'cpu'"):
        bentobook.pytorch.load_model("net", "meta", device="cpu")


def test_options_reach_torch_load(model):
    loaded = bentobook.pytorch.load_model("net", mmap=True)
    assert loaded(torch.from_numpy(X)).shape == (40, 2)


def test_the_mode_stays_as_it_was_saved():
    net = torch.nn.Dropout().eval()
    assert not bentobook.pytorch.save_model("drop", net).load_model().training


def test_a_scripted_module_is_refused_with_what_to_do():
    with pytest.raises(InvalidArgument, match=r"TorchScript has a format of its own: write it with torch\.jit\.save"):
        bentobook.pytorch.save_model("net", torch.jit.script(torch.nn.Linear(3, 2)))


def test_code_of_a_notebook_comes_along():
    code = """
        import torch, bentobook

        class Net(torch.nn.Module):
            def __init__(self):
                super().__init__()
                self.factor = torch.nn.Parameter(torch.tensor(2.0))

            def forward(self, x):
                return self.factor * x

            def encode(self, x):
                return x

        bentobook.pytorch.save_model("own", Net(), signatures={"__call__": {"batchable": True}, "encode": {}})
    """
    subprocess.run([sys.executable, "-c", textwrap.dedent(code)], check=True)
    model = bentobook.models.get("own")
    assert list(model.methods) == ["__call__", "encode"]
    assert model.load_model()(torch.tensor(3.0)).item() == 6.0
