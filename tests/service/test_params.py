"""Params of a model, which callers set beside the rows: in the query, in MLflow's body, and in ``svc.call``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import mlflow
import pandas as pd
import pytest
from asgi_client import Client
from hypothesis import given
from hypothesis import strategies as st
from mlflow.models import infer_signature
from small_models import QUICK

import bentobook
from bentobook import Service
from bentobook.schema.spec import ParamSpec
from bentobook.service import query

JSON = {"content-type": "application/json"}
SPECS = (
    ParamSpec("scale", "double", 1.0),
    ParamSpec("names", "string", [], (-1,)),
    ParamSpec("exact", "boolean", False),
)


class Scaling(mlflow.pyfunc.PythonModel):
    """Multiplies its rows."""

    def predict(self, context: Any, model_input: pd.DataFrame, params: dict[str, Any] | None = None) -> Any:
        return model_input["x"] * (params or {})["scale"] + len((params or {})["names"])


@pytest.fixture(scope="module")
def scaling(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("model")
    table = pd.DataFrame({"x": [1.0]})
    signature = infer_signature(table, table["x"], params={"scale": 1.0, "names": ["a"]})
    mlflow.pyfunc.save_model(folder / "m", python_model=Scaling(), signature=signature, input_example=table, **QUICK)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BENTOML_HOME", str(folder / "store"))
        svc = Service.from_model(bentobook.mlflow.import_model("scaling", folder / "m"))
        svc.load()
    yield svc
    svc.close()


@pytest.mark.parametrize(
    ("query", "answer"),
    [("", [3.0]), ("?scale=3", [7.0]), ("?scale=0.5&names=a&names=b", [3.0]), ('?names=["a","b","c"]', [5.0])],
)
def test_the_query_of_a_generated_route_sets_params(scaling: Service, query: str, answer: list[float]) -> None:
    assert Client(scaling.asgi_app).post(f"/predict{query}", json=[{"x": 2.0}]).json() == answer


@pytest.mark.parametrize(
    ("query", "said"),
    [("?scle=3", "did you mean 'scale'"), ("?scale=much", "'scale'"), ("?scale=1&scale=2", "'scale'")],
)
def test_params_that_do_not_fit_are_refused(scaling: Service, query: str, said: str) -> None:
    answer = Client(scaling.asgi_app).post(f"/predict{query}", json=[{"x": 2.0}])

    assert answer.status_code == 422
    assert said in answer.json()["error"]


@pytest.mark.parametrize("query", ["?scale=%ff", "?" + "&".join(f"a{n}=1" for n in range(101))])
def test_a_query_that_is_none_is_refused(scaling: Service, query: str) -> None:
    assert Client(scaling.asgi_app).post(f"/predict{query}", json=[{"x": 2.0}]).status_code == 400


def test_a_call_in_the_kernel_takes_params_and_tells_the_address_that_does_the_same(scaling: Service) -> None:
    result = scaling.call("predict", [{"x": 2.0}], params={"scale": 3.0})

    assert result.value.tolist() == [7.0]
    assert result.url.endswith("/predict?scale=3.0")
    assert Client(scaling.asgi_app).post(result.url, content=result.sent.body, headers=JSON).json() == [7.0]


def test_a_function_of_the_user_takes_no_params() -> None:
    svc = Service("plain")

    @svc.api
    def echo(value):
        return value

    assert (svc.call("echo", 1, params={"scale": 3}).status, svc.call("echo", 1).value) == (400, 1)


def test_the_description_has_the_params_with_their_types_and_defaults(scaling: Service) -> None:
    described = scaling.openapi()["paths"]["/predict"]["post"]["parameters"]

    assert [(each["name"], each["in"], each["schema"]["default"]) for each in described] == [
        ("scale", "query", 1.0),
        ("names", "query", ["a"]),
    ]
    assert described[1]["schema"]["items"] == {"type": "string"}


@given(st.floats(allow_nan=False, allow_infinity=False), st.lists(st.text(st.characters(codec="utf-8"))), st.booleans())
def test_params_are_read_as_they_were_written(scale: float, names: list[str], exact: bool) -> None:
    written = query.write({"scale": scale, "names": names, "exact": exact}).removeprefix("?").encode()

    expected: dict[str, Any] = {"scale": scale, **({"names": names} if names else {}), "exact": exact}
    if len(names) == 1 and names[0].startswith("["):
        return  # a text that looks like a list is read as one
    assert query.read(written, SPECS) == expected
