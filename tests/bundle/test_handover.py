"""What the engineer who receives a Bento finds in it, HANDOVER.md, a client, a list of parts; and that it works."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import mlflow
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import bentobook
from bentobook.bundle import cases_record, cases_store, importing, replay_server
from bentobook.bundle.client_types import Hints

SERVICE = """\
import pandas as pd

import bentobook
from bentobook.io import JSON, NumpyNdarray, PandasDataFrame

ROWS = pd.DataFrame({"a b": [0.5], "c": [1]})
runner = bentobook.models.get("iris:latest").to_runner()
svc = bentobook.Service("iris-svc", runners=[runner])


@svc.api(input=PandasDataFrame.from_sample(ROWS), output=NumpyNdarray())
def predict(rows):
    \"\"\"Classify rows | of two columns.\"\"\"
    return runner.predict.run(rows)


@svc.api(input=JSON(), output=JSON())
def close(value):
    return {"closed": value}
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tracking: str) -> Path:
    """Make a service of a model that a run logged."""
    import pandas as pd
    from sklearn.linear_model import LogisticRegression

    rows = pd.DataFrame({"a b": [0.0, 1.0], "c": [0, 1]})
    with mlflow.start_run(run_name="a | run") as run:
        mlflow.log_metric("accuracy", 0.975)
        mlflow.sklearn.log_model(
            LogisticRegression().fit(rows, [0, 1]), name="model", pip_requirements=["scikit-learn"]
        )
    bentobook.mlflow.import_model("iris:v1", f"runs:/{run.info.run_id}/model")
    folder = tmp_path / "project"
    folder.mkdir()
    monkeypatch.chdir(folder)
    Path("service.py").write_text(SERVICE)
    return folder


@pytest.fixture
def bento(project: Path) -> bentobook.bentos.Bento:
    """Build it with a case."""
    service = importing.load(project, "service.py:svc")[2]
    rows = [{"a b": 0.0, "c": 0}, {"a b": 1.0, "c": 1}]
    cases_store.add("iris-svc", [cases_record.of_call(service, "predict", "two rows", rows)[0]])
    service.close()
    return bentobook.build("service.py:svc", version="v1")


def test_a_bento_is_handed_over(bento, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (bento.path / "HANDOVER.md").read_text()
    model = bentobook.models.get("iris")

    assert text.startswith("# iris-svc:v1\n")
    assert "1 of 1 cases matched, replayed in a fresh process through HTTP" in text
    assert f"| digest | `{model.digest}` |" in text
    assert "| run | `a | run` |" in text
    assert "accuracy 0.975" in text
    assert "Classify rows \\| of two columns." in text
    assert "docker build -f bento/env/docker/Dockerfile -t iris-svc:v1 bento" in text
    assert bento.digest in text
    assert "| `pandas==" in text
    assert "imported by service.py:1" in text
    assert "| `predict` |" in text
    assert "## Since" not in text
    assert bento.verify().state == "ok"
    _its_lines_work(bento, text)
    _the_list_of_parts_names_models_and_requirements(bento)
    _the_next_one_says_what_changed(project, bento)


def _its_lines_work(bento, text: str) -> None:
    """Run the curl line, the client and what a type checker would read."""
    curl = next(block for block in text.split("````") if block.startswith("sh\ncurl")).removeprefix("sh\n")
    with replay_server.serving(bento.path, Path(os.environ["BENTOML_HOME"])) as target:
        line = curl.replace("http://127.0.0.1:3000", target.url.rstrip("/"))
        answered = subprocess.run(["sh", "-c", f"{line.strip()} -s"], capture_output=True, text=True, check=True)
        command = [sys.executable, "client.py", target.url]
        asked = subprocess.run(command, cwd=bento.path, capture_output=True, text=True, check=True)
        refused = _client_of(bento.path)
        with refused.Client(target.url) as client, pytest.raises(refused.ServiceError, match=r"^422: ") as caught:
            client.predict([{"a b": "text", "c": 1}])
        with refused.Client(target.url) as client:
            assert client.close_([1]) == {"closed": [1]}
    assert json.loads(answered.stdout) == [0, 1]
    assert asked.stdout == "predict [0, 1]\n"
    assert caught.value.detail


def _client_of(folder: Path):
    from importlib.util import module_from_spec, spec_from_file_location

    spec = spec_from_file_location("client_of_a_bento", folder / "client.py")
    module = module_from_spec(spec)
    sys.dont_write_bytecode, before = True, sys.dont_write_bytecode
    try:
        spec.loader.exec_module(module)
    finally:
        sys.dont_write_bytecode = before
    return module


def _the_next_one_says_what_changed(project: Path, before) -> None:
    Path("service.py").write_text(
        SERVICE + "\n\n@svc.api(input=JSON(), output=JSON())\ndef more(value):\n    return 1\n"
    )
    text = (bentobook.build("service.py:svc", version="v2", verify=False).path / "HANDOVER.md").read_text()

    assert "## Since iris-svc:v1" in text
    assert "- route `more` is new" in text
    assert "- file `src/service.py` changed from b3:" in text
    assert "model `iris`" not in text
    assert "1 cases were **not** replayed" in text
    again = bentobook.build("service.py:svc", version="v3", verify=False)
    assert "- nothing that is compared" in (again.path / "HANDOVER.md").read_text()
    assert again.digest == bentobook.bentos.get("iris-svc:v2").digest


def _the_list_of_parts_names_models_and_requirements(bento) -> None:
    values = json.loads((bento.path / "sbom.cdx.json").read_bytes())
    parts = {part["bom-ref"]: part for part in values["components"]}

    assert (values["bomFormat"], values["specVersion"]) == ("CycloneDX", "1.6")
    model = parts["model:iris:v1"]
    assert model["type"] == "machine-learning-model"
    assert f"b3:{model['hashes'][0]['content']}" == bentobook.models.get("iris").digest
    numpy = next(part for ref, part in parts.items() if ref.startswith("pkg:pypi/pandas@"))
    assert {"name": "bentobook:reason", "value": "imported by service.py:1"} in numpy["properties"]
    assert _is_valid(values)


def _is_valid(values) -> bool:
    """Let the library's own schema judge, where what it needs for that is installed."""
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    return JsonStrictValidator(SchemaVersion.V1_6).validate_str(json.dumps(values)) is None


SCALARS = st.sampled_from([{"type": kind} for kind in ("integer", "number", "string", "boolean", "null")] + [{}, True])
SCHEMAS = st.recursive(
    SCALARS | st.just({"type": ["number", "null"]}),
    lambda inner: (
        st.builds(lambda items: {"type": "array", "items": items}, inner)
        | st.builds(lambda one, two: {"anyOf": [one, two]}, inner, inner)
        | st.builds(
            lambda fields, some: {"type": "object", "properties": fields, "required": list(fields) if some else []},
            st.dictionaries(st.text(max_size=8), inner, max_size=3),
            st.booleans(),
        )
    ),
    max_leaves=8,
)


@given(SCHEMAS)
@settings(deadline=None)
def test_every_schema_becomes_a_hint_that_python_understands(schema) -> None:
    hints = Hints()
    hint = hints.of(schema, "Row")
    names: dict[str, object] = {}

    source = "\n".join(["from typing import *", *hints.records.values(), f"found: {hint} = None"])

    exec(compile(ast.parse(source), "client", "exec"), names)
    assert set(hints.records) <= names.keys()


@pytest.mark.parametrize(
    ("schema", "hint"),
    [
        ({"type": "array", "items": {"type": "array", "items": {"type": "number"}}}, "list[list[float]]"),
        ({"type": ["string", "null"]}, "str | None"),
        ({"type": "object", "additionalProperties": {"type": "integer"}}, "dict[str, int]"),
        ({"type": "object"}, "dict[str, Any]"),
        ({}, "Any"),
    ],
)
def test_hints(schema, hint) -> None:
    assert Hints().of(schema, "Row") == hint


def test_a_name_of_a_column_cannot_become_code() -> None:
    hints = Hints()
    hints.of({"type": "object", "properties": {"'}); boom() #\n": {"type": "number"}}}, "Row")
    tree = ast.parse(hints.records["Row"])
    assert len(tree.body) == 1
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.Call) and node.func.id == "boom"]
