"""ONNX: a ModelProto goes in, a session of ONNX Runtime comes out."""

from __future__ import annotations

import framework_models
import pytest
from framework_models import answer

import bentobook
from bentobook.errors import InvalidArgument

onnxruntime = pytest.importorskip("onnxruntime")


@pytest.fixture
def model():
    return bentobook.onnx.save_model("clip:v1", framework_models.fitted("onnx").model)


def test_the_graph_s_inputs_and_outputs_are_recorded(model):
    specs = model.info.options["input_specs"]["run"], model.info.options["output_specs"]["run"]
    assert [[each["name"] for each in spec] for spec in specs] == [["x"], ["y"]]
    assert set(model.info.context.framework_versions) == {"onnx", "onnxruntime"}


def test_a_session_has_run_and_nothing_else():
    proto = framework_models.fitted("onnx").model
    with pytest.raises(InvalidArgument, match=r"expected 'run' alone: .* got 'predict'"):
        bentobook.onnx.save_model("clip", proto, signatures={"run": {}, "predict": {}})


def test_providers_and_session_options_reach_the_session(model):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    loaded = bentobook.onnx.load_model("clip", providers=["CPUExecutionProvider"], session_options=options)
    assert loaded.get_session_options().intra_op_num_threads == 1
    assert answer("onnx", loaded).shape == (40, 3)


def test_a_provider_that_is_not_there_is_refused(model):
    with pytest.raises(InvalidArgument, match=r"providers: expected one of .*CPUExec.* got 'NoSuchProvider'"):
        bentobook.onnx.load_model("clip", providers=[("NoSuchProvider", {}), "CPUExecutionProvider"])


def test_there_is_one_way_to_choose_at_a_time(model):
    with pytest.raises(InvalidArgument, match="device: expected nothing beside providers="):
        bentobook.onnx.load_model("clip", providers=["CPUExecutionProvider"], device="cpu")
