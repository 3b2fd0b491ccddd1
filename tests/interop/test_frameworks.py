"""Models of the frameworks that both sides know: each lists and loads what the other saved."""

from __future__ import annotations

import importlib
import importlib.util
from pathlib import Path
from typing import Any

import framework_models
import numpy as np
import pytest
from framework_models import METHODS, NAMES, Fitted, answer
from real_bentoml import RealBentoML

import bentobook

pytestmark = [pytest.mark.interop, pytest.mark.xdist_group("interop"), pytest.mark.timeout(900)]
BATCHED = {"batchable": True, "batch_dim": (0, 0)}
# BentoML hands torch.load's own default on, which refuses whole modules since torch 2.6.
THEIR_OPTIONS: dict[str, dict[str, Any]] = {"pytorch": {"weights_only": False}}


@pytest.fixture(params=NAMES)
def fitted(request: pytest.FixtureRequest) -> Fitted:
    return framework_models.fitted(request.param)


@pytest.fixture(scope="module")
def folders() -> list[str]:
    """Name the folders in which the frameworks of the tests are installed."""
    found = map(importlib.util.find_spec, ("xgboost", "lightgbm", "catboost", "torch", "onnx", "onnxruntime"))
    return sorted({str(Path(spec.origin).parents[1]) for spec in found if spec and spec.origin})


def test_bentoml_lists_and_loads_ours(bentoml: RealBentoML, folders: list[str], fitted: Fitted) -> None:
    name, method = fitted.name, METHODS[fitted.name]
    face = importlib.import_module(f"bentobook.{name}")
    model = face.save_model(
        "ours:v1", fitted.model, signatures={method: BATCHED}, labels={"team": "red"}, custom_objects={"names": ["a"]}
    )

    assert bentoml.tags() == ["ours:v1"]
    record = bentoml.record("ours:v1")
    answers, options = bentoml.ask_framework(folders, name, "ours:v1", **THEIR_OPTIONS.get(name, {}))

    assert (record["module"], record["labels"], record["custom_objects"]) == (
        f"bentoml.{name}",
        {"team": "red"},
        {"names": ["a"]},
    )
    assert record["signatures"] == {method: (True, (0, 0))}
    assert options == dict(model.info.options)
    np.testing.assert_allclose(answers, fitted.expected, rtol=1e-5)


def test_we_list_and_load_what_bentoml_saved(bentoml: RealBentoML, folders: list[str], fitted: Fitted) -> None:
    name, method = fitted.name, METHODS[fitted.name]
    tag = bentoml.save_framework(folders, name, signatures={method: BATCHED}, labels={"team": "red"})

    model = importlib.import_module(f"bentobook.{name}").get("theirs")

    assert [str(each.tag) for each in bentobook.models.list()] == [tag] == [str(model.tag)]
    assert {each: (m.batchable, m.batch_dim) for each, m in model.methods.items()} == {method: (True, (0, 0))}
    assert dict(model.info.labels) == {"team": "red"}
    np.testing.assert_allclose(answer(name, model.load_model(device="cpu")), fitted.expected, rtol=1e-5)


def test_both_write_the_same_files_and_fields(bentoml: RealBentoML, folders: list[str], fitted: Fitted) -> None:
    theirs = bentobook.models.get(bentoml.save_framework(folders, fitted.name))
    ours = bentobook.models.save_model("ours", fitted.model)

    def files(model: bentobook.Model) -> set[str]:
        return {path.name for path in model.path.iterdir()} - {".bentobook-manifest.json"}

    assert files(ours) == files(theirs)
    for field in ("module", "api_version", "signatures", "options"):
        assert getattr(ours.info, field) == getattr(theirs.info, field)
    assert ours.info.context.framework_name == theirs.info.context.framework_name
    assert set(ours.info.context.framework_versions) == set(theirs.info.context.framework_versions)


def test_what_bentoml_saved_asks_for_consent_only_where_it_runs_code(
    bentoml: RealBentoML, folders: list[str], fitted: Fitted, capsys: pytest.CaptureFixture[str]
) -> None:
    model = bentobook.models.get(bentoml.save_framework(folders, fitted.name))
    capsys.readouterr()

    model.load_model()

    told = capsys.readouterr().err
    assert ("runs code from an unknown source" in told) == (fitted.name in {"sklearn", "pytorch"})
