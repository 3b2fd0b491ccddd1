"""Which devices there are, and how they are written."""

from __future__ import annotations

import pytest

from bentobook.errors import DeviceUnavailable, InvalidArgument
from bentobook.frameworks import accelerators
from bentobook.frameworks.accelerators import OWN_CODE, available, choose, parse, same


@pytest.mark.parametrize(
    ("text", "device"), [(None, None), ("CPU", "cpu"), (" cuda ", "cuda"), ("cuda:1", "cuda:1"), ("auto", "auto")]
)
def test_a_device_is_read(text, device):
    assert parse(text) == device


@pytest.mark.parametrize("text", ["", "gpu", "cuda:", "cuda:x", "cuda:-1", "cpu:0", "auto:1", "cuda:0\n0", 0])
def test_what_names_no_device_is_refused_with_what_does(text):
    with pytest.raises(InvalidArgument, match="device: expected 'cpu', 'cuda'"):
        parse(text)


@pytest.mark.parametrize(
    ("wanted", "found", "equal"),
    [("cuda", "cuda:1", True), ("cuda:0", "cuda:1", False), ("cpu", "cpu", True), ("cpu", "cuda:0", False)],
)
def test_cuda_alone_is_any_cuda_device(wanted, found, equal):
    assert same(wanted, found) is equal


def test_the_best_device_is_chosen(monkeypatch):
    monkeypatch.setattr(accelerators, "_cuda_devices", lambda: ["cuda:0", "cuda:1"])
    assert available("xgboost") == ("cpu", "cuda:0", "cuda:1")
    assert choose("auto", "xgboost") == choose("cuda", "xgboost") == "cuda"
    assert choose("cuda:1", "xgboost") == "cuda:1"
    assert choose("auto", "sklearn") == "cpu"


@pytest.mark.parametrize(
    ("device", "framework", "reason"),
    [
        ("cuda:7", "xgboost", "one of cpu.*This machine has no cuda:7 that xgboost can use"),
        ("cuda:7", "pytorch", "one of cpu.*This machine has no cuda:7 that pytorch can use"),
        ("cuda:7", OWN_CODE, "one of cpu.*no cuda:7 that the model's own code can use"),
        ("cuda", "sklearn", "sklearn models run on the CPU only"),
        ("cuda", "tensorflow", r"choose with tf\.config"),
        ("cuda", "python_function", "log it with model_config="),
        ("meta", "sklearn", "CPU only"),
    ],
)
def test_a_device_that_is_not_there_is_an_error_that_says_what_is(device, framework, reason):
    with pytest.raises(DeviceUnavailable, match=reason):
        choose(device, framework)
