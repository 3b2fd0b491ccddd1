from __future__ import annotations

import pickle

import pytest
import yaml

from bentobook.errors import InvalidArgument, StoreUnreadable, UntrustedModel
from bentobook.store.model_yaml import ModelSignature, new_info
from bentobook.store.store import Store


def test_a_model_is_written_as_bentoml_writes_it(save):
    assert repr(save("iris:v1")) == 'Model(tag="iris:v1")'


def test_the_same_version_is_the_same_model(store, save, tmp_path):
    model = save("iris:v1")

    assert {model, store.get("iris:v1"), Store(store.home).get("iris")} == {model}
    assert save("iris:v2") != model
    assert model != "iris:v1"


@pytest.mark.parametrize(
    ("item", "below"),
    [
        ("data", "data"),
        ("data/weights.bin", "data/weights.bin"),
        ("/data", "data"),
        ("/", ""),
        ("model.yaml", "model.yaml"),
    ],
)
def test_path_of_gives_the_place_of_an_item(save, item, below):
    model = save("iris:v1")

    assert model.path_of(item) == str(model.path / below)


def test_path_of_does_not_lead_out(save):
    with pytest.raises(InvalidArgument, match="a path inside the model"):
        save("iris:v1").path_of("../v2/model.yaml")


def test_the_record_is_read_only_when_it_is_asked_for(store, save):
    save("iris:v1")
    model = store.get("iris:v1")
    store.delete("iris:v1")

    assert str(model.tag) == "iris:v1"
    with pytest.raises(StoreUnreadable, match=r"model\.yaml cannot be read: there is no such file"):
        _ = model.info


def test_methods_are_those_of_the_signatures_and_the_further_ones(save):
    model = save(
        "iris:v1",
        signatures={"predict": {"batchable": True}},
        private={"methods": {"predict_proba": {"batchable": True, "batch_dim": [1, 0]}}},
    )

    assert model.methods == {"predict": ModelSignature(True), "predict_proba": ModelSignature(True, (1, 0))}


def test_lineage_is_what_the_importer_recorded(save):
    assert save("iris:v1", private={"lineage": {"run": {"id": "abc"}}}).lineage == {"run": {"id": "abc"}}
    assert save("iris:v2").lineage == {}


def test_size_and_digest_of_a_model_that_bentoml_saved_come_from_its_files(store, save):
    ours = save("iris:v1", b"12345")
    text = (ours.path / "model.yaml").read_text()
    (ours.path / "model.yaml").unlink()
    (ours.path / "model.yaml").write_text(text.partition("bentobook:")[0])
    theirs = store.get("iris:v1")

    assert theirs.summary.digest is None
    assert theirs.size == 5
    assert theirs.digest == ours.digest


def test_custom_objects_come_back(save, store, monkeypatch):
    with store.draft("iris:v1") as draft:
        draft.write_custom_objects({"scale": 2})
        model = draft.publish(new_info(draft.tag))

    assert model.custom_objects == {"scale": 2}
    assert save("iris:v2").custom_objects == {}


class Canary:
    """Writes a file when it is unpickled."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return (open, (self.path, "w"))


def test_custom_objects_are_not_read_before_consent(store, tmp_path, monkeypatch):
    with store.draft("iris:v1") as draft:
        draft.write("custom_objects.pkl", pickle.dumps({"x": Canary(str(tmp_path / "canary"))}))
        model = draft.publish(new_info(draft.tag))
    monkeypatch.setenv("BENTOBOOK_TRUST", "ask")

    for act in (repr, lambda model: model.info, lambda model: model.digest, lambda model: model.size):
        act(model)
    with pytest.raises(UntrustedModel, match="iris:v1"):
        _ = model.custom_objects
    assert not (tmp_path / "canary").exists()


def test_a_model_of_an_unknown_module_is_not_loaded(store):
    with store.draft("iris:v1") as draft:
        draft.write("a", b"x")
        model = draft.publish(new_info(draft.tag, module="os.path"))

    with pytest.raises(InvalidArgument, match=r"saved with module os\.path"):
        model.load_model()


def test_a_model_without_module_is_not_loaded(store):
    with store.draft("iris:v1") as draft:
        draft.write("a", b"x")
        model = draft.publish(new_info(draft.tag))

    with pytest.raises(InvalidArgument, match="saved without a module"):
        model.load_model()


def test_a_method_that_cannot_be_understood_is_left_out(save):
    model = save("iris:v1", private={"methods": {"predict": {"batchable": "later"}, "score": {}}})

    assert model.methods == {"score": ModelSignature()}


@pytest.mark.parametrize("private", [{"size": -1, "digest": "x"}, {"size": True}, {"size": "5"}], ids=str)
def test_size_and_digest_that_are_none_are_read_from_the_files(store, save, private):
    ours = save("iris:v1", b"12345")
    record = yaml.safe_load((ours.path / "model.yaml").read_text())
    (ours.path / "model.yaml").unlink()
    (ours.path / "model.yaml").write_text(yaml.safe_dump({**record, "bentobook": private}))
    claimed = store.get("iris:v1")

    assert (claimed.size, claimed.digest) == (5, ours.digest)
