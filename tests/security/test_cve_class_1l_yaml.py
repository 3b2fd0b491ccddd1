"""YAML is data: no tags that make objects (PyYAML CVE-2020-1747), no exploding aliases, no endless depth."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

import bentobook
from bentobook.errors import BentobookError, StoreUnreadable

LAUGHS = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{chr(98 + i)}: &{chr(98 + i)} [{','.join([f'*{chr(97 + i)}'] * 9)}]\n" for i in range(9)
)
HOSTILE = {
    "object": "name: !!python/object/apply:os.system ['true']\n",
    "module": "!!python/module:os\n",
    "billion laughs": LAUGHS,
    "depth": "[" * 100_000,
    "flow depth": "{a: " * 50_000,
    "size": "# " + "x" * (2 << 20) + "\nname: a\n",
    "bytes": b"\xff\xfe\x00name",
    "control": "name: \x00\n",
    "number": "1" * 5000 + "\n",
    "self": "&a [*a]\n",
    "merge": "<<: &a {<<: *a}\n",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_cve_class_1l_a_hostile_record_is_one_problem(plant: Callable[..., Path], text: str | bytes) -> None:
    plant("hostile", record=text)
    plant("good")
    start = time.perf_counter()

    listed = bentobook.models.list()

    assert [str(model.tag) for model in listed] == ["good:v1"]
    assert [problem.tag_or_path for problem in listed.problems] == ["hostile:v1"]
    with pytest.raises(StoreUnreadable, match="hostile"):
        _ = bentobook.models.get("hostile:v1").info
    assert time.perf_counter() - start < 5


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_cve_class_1l_a_hostile_mlmodel_is_refused(trap: Path, text: str | bytes) -> None:
    (trap / "MLmodel").write_bytes(text.encode() if isinstance(text, str) else text)

    with pytest.raises(BentobookError, match=r"MLmodel|MLflow model"):
        bentobook.mlflow.import_model("hostile", str(trap))

    assert not bentobook.models.list()
