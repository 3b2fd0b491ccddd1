"""What a build writes says what was meant when it is read back, whatever the user's words are."""

from __future__ import annotations

import ast
from datetime import UTC, datetime

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bentobook.bundle import files, hosted, record_writer
from bentobook.bundle.docker import Image
from bentobook.bundle.plan import Plan, Source
from bentobook.bundle.requirements import Need, Needs
from bentobook.bundle.wheel import Wheel
from bentobook.errors import BuildFailed
from bentobook.store import bento_yaml, safe_yaml
from bentobook.store.tag import Tag, is_part

TEXT = st.text(st.characters(codec="utf-8"), max_size=40)


def _plan(**fields: object) -> Plan:
    common = {
        "name": "svc", "service": "service:svc", "service_name": "svc", "apis": {"predict": "/predict"},
        "openapi": {}, "sources": {"service.py": Source(b"svc = None\n", "the service")}, "models": (),
        "needs": Needs(), "wheel": Wheel("bentobook-0-py3-none-any.whl", b"w", ()), "image": Image("3.12"),
    }  # fmt: skip
    return Plan(**{**common, **fields})


@given(label=TEXT, warning=TEXT, value=TEXT)
def test_the_record_comes_back_with_every_word(label: str, warning: str, value: str) -> None:
    envs = ({"name": "A", "value": value, "stage": "all"},)
    info = record_writer.info_of(_plan(labels={"a": label}, warnings=(warning,), envs=envs), Tag("svc", "v1"))

    data = safe_yaml.dump(info.to_dict())

    assert bento_yaml.parse(data, "bento.yaml") == info
    assert yaml.safe_load(data)["labels"] == {"a": label}
    assert yaml.safe_load(data)["envs"][0]["value"] == value
    assert info.creation_time <= datetime.now(UTC)


@given(name=TEXT)
def test_a_name_reaches_the_module_for_bentoml_only_as_a_name(name: str) -> None:
    if not is_part(name):
        with pytest.raises(BuildFailed, match="is no name of a service"):
            hosted.module_text(name)
        return
    words = {node.value for node in ast.walk(ast.parse(hosted.module_text(name))) if isinstance(node, ast.Constant)}
    assert name in words


@given(name=st.from_regex(r"[a-z0-9]([-._a-z0-9]{0,20}[a-z0-9])?", fullmatch=True))
def test_the_module_for_bentoml_is_python_for_every_name(name: str) -> None:
    assert f"@bentoml.service(name={name!r})" in hosted.module_text(name)
    ast.parse(hosted.module_text(name))


def test_every_file_is_a_function_of_the_plan_alone() -> None:
    plan = _plan(needs=Needs((Need("six", "six", ("imported by service.py:1",)),)), description="Hello")

    first, second = ([file for writer in files.WRITERS for file in writer(plan)] for _ in range(2))

    assert first == second
    assert dict(first)["env/python/requirements.txt"].decode() == (
        "six  # imported by service.py:1\n../env/python/wheels/bentobook-0-py3-none-any.whl\n"
    )
    assert dict(first)["README.md"] == b"Hello\n"
