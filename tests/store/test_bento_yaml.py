"""The record of a Bento: both of BentoML's forms are read, ours comes back as it was written."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bentobook.errors import StoreUnreadable
from bentobook.store import bento_yaml, safe_yaml
from bentobook.store.bento_yaml import BentoInfo
from bentobook.store.tag import Tag

LEGACY = b"""\
service: service:svc
name: iris_legacy
version: v1
bentoml_version: 1.4.39
creation_time: '2026-11-22T10:42:45.089741+00:00'
labels: {owner: me}
models:
- tag: iris:a
  module: bentoml.mlflow
- old:b
runners:
- name: iris
  models: [iris:a, other:c]
"""


def test_a_record_comes_back_as_it_was_written() -> None:
    info = BentoInfo(
        Tag("svc", "v1"),
        "hosted:Hosted",
        {"owner": "ada"},
        datetime(2026, 1, 1, tzinfo=UTC),
        rest={"services": [{"name": "svc", "models": [{"tag": "iris:a"}]}], "spec": 2},
        private={"service": "service:svc"},
    )

    assert bento_yaml.parse(safe_yaml.dump(info.to_dict()), "bento.yaml") == info
    assert (info.models, info.module) == ((Tag("iris", "a"),), "service:svc")


def test_a_record_of_bentoml_names_its_models_once() -> None:
    info = bento_yaml.parse(LEGACY, "bento.yaml")

    assert info.models == (Tag("iris", "a"), Tag("old", "b"), Tag("other", "c"))
    assert (info.module, info.labels, info.private) == ("service:svc", {"owner": "me"}, {})


def test_what_bentoml_can_do_without_may_be_missing() -> None:
    info = bento_yaml.parse(b"service: s:svc\nname: n\nversion: v\n", "bento.yaml")

    assert info.creation_time == datetime.fromtimestamp(0, UTC)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (b"name: n\nversion: v\n", "no text in its field 'service'"),
        (b"service: s\nname: n\nversion: 7\n", "no text in its field 'version'"),
        (b"service: s\nname: n\nversion: v\nlabels: [1]\n", "'labels' is no mapping"),
        (b"service: s\nname: '..'\nversion: v\n", "expected a name"),
        (b"[1]", "no mapping of fields"),
    ],
)
def test_a_record_that_makes_no_sense_is_refused(text: bytes, why: str) -> None:
    with pytest.raises(StoreUnreadable, match=why):
        bento_yaml.parse(text, "bento.yaml")
