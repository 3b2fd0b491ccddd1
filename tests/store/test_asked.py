"""What a runner offers: the recorded methods, those that the caller names, and what is said about each."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bentobook.errors import InvalidArgument
from bentobook.runner.config import MethodConfig
from bentobook.store.asked import methods_for
from bentobook.store.model_yaml import ModelSignature

RECORDED = {"predict": ModelSignature(batchable=True, batch_dim=(1, 0)), "predict_proba": ModelSignature()}
BATCHED = ModelSignature(batchable=True)


def test_what_is_recorded_is_offered():
    assert methods_for(RECORDED, None, None, {}) == RECORDED


def test_a_name_keeps_what_is_recorded_of_it():
    found = methods_for(RECORDED, ["predict", "transform"], None, {})
    assert found == {"predict": RECORDED["predict"], "transform": ModelSignature()}


def test_each_place_holds_before_the_one_that_is_further_away():
    assert methods_for(RECORDED, None, True, {})["predict_proba"].batchable
    assert not methods_for(RECORDED, {"predict": {"batchable": False}}, True, {})["predict"].batchable
    configs = {"predict": {"batchable": True, "max_batch_size": 3}}
    assert methods_for(RECORDED, {"predict": {"batchable": False}}, None, configs)["predict"].batchable
    assert methods_for(RECORDED, None, None, {"predict": MethodConfig(batch_dim=0)})["predict"] == BATCHED
    assert methods_for({}, {"predict": BATCHED}, False, {})["predict"] == BATCHED


@pytest.mark.parametrize(
    ("methods", "match"),
    [
        ("predict", r"Write methods=\['predict'\]"),
        (3, "a list of names"),
        (["_private"], "the name of a public method"),
        ([3], "the name of a public method"),
        ([], "at least one method"),
        ({"predict": {"batchable": "yes"}}, "True or False"),
        ({"predict": 3}, "a dict such as"),
    ],
)
def test_anything_else_is_refused(methods, match):
    with pytest.raises(InvalidArgument, match=match):
        methods_for(RECORDED, methods, None, {})


@pytest.mark.parametrize("batchable", ["yes", ["predict"], {"predict": True}, 1], ids=repr)
def test_one_word_on_batching_holds_for_all_methods_and_is_no_list_of_them(batchable):
    with pytest.raises(InvalidArgument, match=r"True or False, got .* method_configs="):
        methods_for(RECORDED, None, batchable, {})


@given(st.lists(st.from_regex(r"[a-z][a-z_]{0,8}", fullmatch=True), min_size=1, unique=True), st.none() | st.booleans())
def test_names_come_back_in_their_order_with_the_flag(names, batchable):
    found = methods_for({}, names, batchable, {})
    assert list(found) == names
    assert {each.batchable for each in found.values()} == {bool(batchable)}
