"""What holds for every framework: its file, its record, its consent, its errors."""

from __future__ import annotations

import importlib

import numpy as np
import pytest
from framework_models import FILES, METHODS, NAMES, answer

import bentobook
from bentobook.errors import (
    AlreadyExists,
    DeviceUnavailable,
    InvalidArgument,
    StoreUnreadable,
    UntrustedModel,
    WrongModule,
)
from bentobook.store import card
from bentobook.store.model_yaml import ModelSignature

RUNS_CODE = {"sklearn", "pytorch"}
BATCHED = ModelSignature(batchable=True)


def test_what_is_saved_is_loaded_and_answers_as_before(face, fitted):
    model = face.save_model("iris", fitted.model)
    for loaded in (face.load_model("iris"), face.load_model(model), model.load_model(), model.load_model("native")):
        np.testing.assert_allclose(answer(fitted.name, loaded), fitted.expected, rtol=1e-6)


def test_the_record_is_bentoml_s(face, fitted):
    model = face.save_model("iris:v1", fitted.model, labels={"team": "red"}, metadata={"acc": 0.5})
    info = model.info
    assert (str(model.tag), info.module, dict(info.labels), dict(info.metadata)) == (
        "iris:v1",
        f"bentoml.{fitted.name}",
        {"team": "red"},
        {"acc": 0.5},
    )
    assert dict(info.signatures) == {METHODS[fitted.name]: ModelSignature()} == model.methods
    assert info.context.framework_name == {"pytorch": "torch"}.get(fitted.name, fitted.name)
    assert all(info.context.framework_versions.values())
    assert sorted(path.name for path in model.path.iterdir()) == [
        ".bentobook-manifest.json",
        "model.yaml",
        FILES[fitted.name],
    ]
    assert model.verify().state == "ok"


def test_the_card_says_how_it_is_loaded(face, fitted):
    shown = card.text(face.save_model("iris:v1", fitted.model))
    assert f"[{METHODS[fitted.name]} · not batched]" in shown
    assert FILES[fitted.name] in shown
    assert ("runs code on load" in shown) == (fitted.name in RUNS_CODE)
    assert "needs" in shown
    assert "not installed" not in shown


def test_signatures_are_recorded(face, fitted):
    model = face.save_model("iris", fitted.model, signatures={METHODS[fitted.name]: {"batchable": True}})
    assert dict(model.info.signatures) == {METHODS[fitted.name]: BATCHED}


def test_a_method_that_the_object_does_not_have_is_refused_before_anything_is_written(face, fitted, store_home):
    with pytest.raises(InvalidArgument, match=r"got 'no_such_method'"):
        face.save_model("iris", fitted.model, signatures={"no_such_method": {}})
    assert not (store_home / "models").exists()


@pytest.mark.parametrize("other", [object(), [1, 2], "text"], ids=["object", "list", "text"])
def test_an_object_of_another_kind_is_refused(face, fitted, other):
    with pytest.raises(InvalidArgument, match=r"model: expected an? .*, got 'builtins\.\w+'"):
        face.save_model("iris", other)


def test_custom_objects_lie_beside_the_model(face, fitted):
    model = face.save_model("iris", fitted.model, custom_objects={"names": ["a"]})
    assert model.custom_objects == {"names": ["a"]}


def test_a_tag_is_never_overwritten(face, fitted):
    face.save_model("iris:v1", fitted.model)
    with pytest.raises(AlreadyExists, match="iris:v1 already exists"):
        face.save_model("iris:v1", fitted.model)


def test_get_finds_its_own_models_only(face, fitted):
    other = next(name for name in ("sklearn", "xgboost") if name != fitted.name)
    model = face.save_model("iris", fitted.model)
    assert face.get("iris").tag == model.tag
    stranger = importlib.import_module(f"bentobook.{other}")
    for ask in (stranger.get, stranger.load_model, bentobook.mlflow.get):
        with pytest.raises(WrongModule, match=rf"saved with module bentoml\.{fitted.name}, not loading with bentobook"):
            ask("iris")
    with pytest.raises(WrongModule, match="not loading with"):
        stranger.load_model(model)


def test_this_process_is_not_told_about_its_own_models(face, fitted, capsys):
    face.save_model("iris", fitted.model).load_model()
    assert capsys.readouterr().err == ""


def test_another_process_is_told_what_runs_code(face, fitted, stranger, capsys):
    face.save_model("iris:v1", fitted.model)
    stranger()
    face.load_model("iris")
    told = capsys.readouterr().err
    if fitted.name in RUNS_CODE:
        assert told.startswith("Loading iris:v1 runs code from this store, saved by ")
        assert told.count("\n") == 1
    else:
        assert told == ""


@pytest.mark.parametrize("policy", ["ask", "enforce"])
def test_consent_is_asked_where_a_load_runs_code(face, fitted, stranger, monkeypatch, policy):
    model = face.save_model("iris:v1", fitted.model)
    stranger()
    monkeypatch.setenv("BENTOBOOK_TRUST", policy)
    if fitted.name not in RUNS_CODE:
        face.load_model("iris")
        return
    with pytest.raises(UntrustedModel, match=r"iris:v1 runs code from this store.*bentobook\.trust"):
        face.load_model("iris")
    bentobook.trust(model)
    face.load_model("iris")


@pytest.mark.parametrize("device", ["cpu", "auto"])
def test_a_device_that_is_there_is_taken(face, fitted, device):
    face.save_model("iris", fitted.model)
    loaded = face.load_model("iris", device=device)
    np.testing.assert_allclose(answer(fitted.name, loaded), fitted.expected, rtol=1e-4, atol=1e-6)


def test_a_device_that_is_not_there_is_a_clear_error(face, fitted):
    face.save_model("iris", fitted.model)
    with pytest.raises(DeviceUnavailable, match=r"device: expected one of cpu.*got 'cuda:99'"):
        face.load_model("iris", device="cuda:99")


def test_there_is_no_other_flavor(face, fitted):
    model = face.save_model("iris:v1", fitted.model)
    with pytest.raises(InvalidArgument, match=r"flavor: expected 'native' or '\w+', got 'pyfunc'. iris:v1 was saved"):
        model.load_model(flavor="pyfunc")


def test_a_lost_file_is_named(face, fitted):
    model = face.save_model("iris", fitted.model)
    (model.path / FILES[fitted.name]).unlink()
    with pytest.raises(StoreUnreadable, match=rf"{FILES[fitted.name]} cannot be read: there is no such file"):
        model.load_model()


def test_an_archive_brings_it_to_another_store(face, fitted, tmp_path, monkeypatch, capsys):
    archive = face.save_model("iris:v1", fitted.model).export(tmp_path / "iris.bentomodel")
    monkeypatch.setenv("BENTOML_HOME", str(tmp_path / "other"))
    moved = bentobook.models.import_model(archive)
    np.testing.assert_allclose(answer(fitted.name, moved.load_model()), fitted.expected, rtol=1e-6)


@pytest.mark.parametrize("name", NAMES)
def test_the_face_is_part_of_the_package_and_loads_no_framework(name):
    import subprocess
    import sys

    code = f"import sys, bentobook; bentobook.{name}.save_model; print('mlflow' in sys.modules, 'numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.split() == ["False", "False"]
