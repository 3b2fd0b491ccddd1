from __future__ import annotations

import pytest
import yaml

from bentobook.store.tag import Tag
from bentobook.store.usage import bentos_using

IRIS = Tag("iris", "v1")
PLACES = {
    "models with tag": {"models": [{"tag": "iris:v1", "module": "bentoml.mlflow"}]},
    "models as text": {"models": ["iris:v1"]},
    "services": {"models": [], "services": [{"name": "s", "models": [{"tag": "iris:v1"}]}]},
    "runners": {"runners": [{"name": "r", "models": ["iris:v1"]}]},
}


def bento(store, data: bytes, tag: str = "svc/v1") -> None:
    path = store.layout.bentos / tag / "bento.yaml"
    path.parent.mkdir(parents=True)
    path.write_bytes(data)


@pytest.mark.parametrize("place", PLACES)
def test_a_tag_is_found_at_every_place(store, place):
    bento(store, yaml.safe_dump(PLACES[place]).encode())

    assert bentos_using(store.layout, IRIS) == ("svc:v1",)


@pytest.mark.parametrize(
    "values", [{"description": "iris:v1"}, {"models": ["iris:v10"]}, {"models": [{"tag": "my-iris:v1"}]}, ["iris:v1"]]
)
def test_a_tag_elsewhere_is_no_use(store, values):
    bento(store, yaml.safe_dump(values).encode())

    assert bentos_using(store.layout, IRIS) == ()


def test_a_bento_that_cannot_be_parsed_counts_when_the_tag_stands_in_it(store):
    bento(store, b"models: [iris:v1")
    bento(store, b"models: [", "svc/v2")

    assert bentos_using(store.layout, IRIS) == ("svc:v1",)


@pytest.mark.parametrize(
    "values", [{"models": "iris:v1"}, {"services": [5, "iris:v1"]}, {"models": [5, {"tag": "a:b:c"}]}, 5]
)
def test_a_bento_of_another_shape_does_no_harm(store, values):
    bento(store, yaml.safe_dump(values).encode())

    assert bentos_using(store.layout, IRIS) == ()


def test_files_among_the_bentos_do_no_harm(store):
    store.layout.bentos.mkdir(parents=True)
    (store.layout.bentos / "notes").write_text("x")
    (store.layout.bentos / "svc/v1").mkdir(parents=True)

    assert bentos_using(store.layout, IRIS) == ()
