from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta, timezone

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bentobook import __version__
from bentobook.errors import InvalidArgument, StoreUnreadable
from bentobook.store import model_yaml
from bentobook.store.model_yaml import ModelContext, ModelInfo, ModelSignature, new_info
from bentobook.store.tag import Tag

text = st.text(max_size=12)
value = st.recursive(
    st.booleans() | st.integers() | st.floats(allow_nan=False) | text | st.binary(max_size=6) | st.datetimes(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(text, inner, max_size=3),
    max_leaves=8,
)
offsets = st.integers(-720, 720).map(lambda minutes: timezone(timedelta(minutes=minutes)))
infos = st.builds(
    ModelInfo,
    tag=st.builds(Tag, st.just("iris"), st.from_regex(r"[a-z0-9]{1,8}|[0-9]{1,3}|1e5|0x1f|null|yes", fullmatch=True)),
    module=text,
    labels=st.dictionaries(text, text, max_size=3),
    options=st.dictionaries(text, value, max_size=2),
    metadata=st.dictionaries(text | st.integers(), value, max_size=3),
    context=st.builds(ModelContext, text, st.dictionaries(text, text, max_size=2), text, text),
    signatures=st.dictionaries(
        text,
        st.builds(ModelSignature, st.just(True), st.tuples(st.integers(0, 3), st.integers(0, 3)))
        | st.just(ModelSignature()),
        max_size=2,
    ),
    api_version=text,
    creation_time=st.datetimes(timezones=offsets),
    private=st.dictionaries(text, value | st.none(), max_size=3),
)

REAL = b"""\
name: mlflow_sk_iris
version: 7eb76ahgmcbr6ax4
module: bentoml.mlflow
labels: {}
options: {}
metadata: {}
context:
  framework_name: mlflow
  framework_versions:
    mlflow: 3.18.0
  bentoml_version: 1.4.40
  python_version: 3.11.7
signatures:
  predict:
    batchable: true
    batch_dim:
    - 0
    - 0
api_version: v1
creation_time: '2026-11-22T10:39:19.423738+00:00'
"""


@given(infos)
def test_a_record_is_read_back_as_it_was_written(info):
    assert model_yaml.parse(model_yaml.dump(info), "test") == info


def test_a_file_of_bentoml_is_read_and_written_back_byte_for_byte():
    assert model_yaml.dump(model_yaml.parse(REAL, "test")) == REAL


def test_batch_dim_stands_in_the_file_only_for_batchable_methods():
    info = new_info(Tag("a", "v1"), signatures={"predict": {"batchable": False, "batch_dim": 1}})

    assert yaml.safe_load(model_yaml.dump(info))["signatures"] == {"predict": {"batchable": False}}


def test_the_file_says_that_this_package_wrote_it():
    assert new_info(Tag("a", "v1")).context.bentoml_version == f"bentobook-{__version__}"


def test_our_own_part_comes_last():
    info = new_info(Tag("a", "v1"), private={"lineage": {}})

    assert list(yaml.safe_load(model_yaml.dump(info)))[-1] == "bentobook"


def test_one_number_stands_for_both_axes():
    assert ModelSignature.from_dict({"batchable": True, "batch_dim": 1}).batch_dim == (1, 1)


@pytest.mark.parametrize(
    "signature",
    [{"batchable": "yes"}, {"batch_dim": "0"}, {"batch_dim": [0]}, ["predict"]],
    ids=["text", "axis as text", "one of two axes", "list"],
)
def test_a_signature_that_is_none_is_refused(signature):
    with pytest.raises(InvalidArgument, match="predict"):
        new_info(Tag("a", "v1"), signatures={"predict": signature})


@pytest.mark.parametrize(
    "name", ["name", "version", "module", "labels", "options", "metadata", "context", "api_version", "creation_time"]
)
def test_a_missing_field_is_named(name):
    fields = yaml.safe_load(REAL)
    del fields[name]

    with pytest.raises(StoreUnreadable, match=name):
        model_yaml.parse(yaml.safe_dump(fields).encode(), "model.yaml")


@pytest.mark.parametrize("name", ["signatures", "context.bentoml_version", "context.python_version"])
def test_a_field_that_bentoml_does_not_require_may_be_missing(name):
    fields = yaml.safe_load(REAL)
    outer, _, inner = name.partition(".")
    del (fields[outer] if inner else fields)[inner or outer]

    assert model_yaml.parse(yaml.safe_dump(fields).encode(), "model.yaml").name == "mlflow_sk_iris"


def test_unknown_fields_are_passed_over():
    assert model_yaml.parse(REAL + b"x-ours: 1\n", "test") == model_yaml.parse(REAL, "test")


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("labels", ["a"]),
        ("metadata", None),
        ("context", "mlflow"),
        ("module", 5),
        ("name", "Not A Name"),
        ("version", "../../etc"),
        ("creation_time", "yesterday"),
        ("signatures", {"predict": {"batchable": "maybe"}}),
        ("bentobook", ["x"]),
    ],
)
def test_a_field_of_the_wrong_kind_is_one_typed_error(field, wrong):
    with pytest.raises(StoreUnreadable, match=r"model\.yaml cannot be read"):
        model_yaml.parse(yaml.safe_dump({**yaml.safe_load(REAL), field: wrong}).encode(), "model.yaml")


@given(st.dictionaries(st.sampled_from(list(yaml.safe_load(REAL))), value | st.none(), max_size=4))
def test_fields_of_any_kind_give_a_record_or_one_typed_error(changes):
    with contextlib.suppress(StoreUnreadable):
        model_yaml.parse(yaml.safe_dump({**yaml.safe_load(REAL), **changes}).encode(), "model.yaml")


def test_a_time_without_offset_is_utc():
    data = REAL.replace(b"+00:00", b"")

    assert model_yaml.parse(data, "test").creation_time == datetime(2026, 11, 22, 10, 39, 19, 423738, tzinfo=UTC)
