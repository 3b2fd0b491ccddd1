"""MLflow's bodies, as its documentation writes them."""

from __future__ import annotations

from collections.abc import Iterator

import mlflow
import numpy as np
import pandas as pd
import pytest
from asgi_client import Client
from mlflow.models import infer_signature
from mlflow.pyfunc.scoring_server.client import ScoringServerClient
from sklearn.linear_model import LogisticRegression
from small_models import QUICK_SKLEARN

import bentobook
from bentobook import Service, serve

TABLE = pd.DataFrame(np.random.default_rng(0).normal(size=(40, 2)), columns=["a", "b"])
FITTED = LogisticRegression().fit(TABLE, TABLE["a"] > 0)
EXPECTED = FITTED.predict(TABLE[:3]).tolist()
SPLIT = TABLE[:3].to_dict("split")


@pytest.fixture(scope="module")
def scored(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("model")
    signature = infer_signature(TABLE, FITTED.predict(TABLE))
    mlflow.sklearn.save_model(FITTED, folder / "m", signature=signature, **QUICK_SKLEARN)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BENTOML_HOME", str(folder / "store"))
        svc = Service.from_model(bentobook.mlflow.import_model("iris", folder / "m"))
        svc.load()
    yield svc
    svc.close()


@pytest.mark.parametrize(
    "body",
    [
        {"dataframe_split": SPLIT},
        {"dataframe_split": {"columns": ["b", "a"], "data": TABLE[["b", "a"]][:3].to_numpy().tolist()}},
        {"dataframe_records": TABLE[:3].to_dict("records")},
        {"instances": TABLE[:3].to_dict("records")},
        {"inputs": TABLE[:3].to_dict("list")},
        {"dataframe_records": TABLE[:3].to_dict("records"), "params": {}},
    ],
)
def test_each_body_of_mlflow_is_answered_as_mlflow_does(scored: Service, body: dict) -> None:
    assert Client(scored.asgi_app).post("/invocations", json=body).json() == {"predictions": EXPECTED}


def test_csv_is_answered(scored: Service) -> None:
    csv = TABLE[:3].to_csv(index=False)

    answer = Client(scored.asgi_app).post("/invocations", content=csv, headers={"content-type": "text/csv"})

    assert answer.json() == {"predictions": EXPECTED}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ([1], 400),
        ({}, 400),
        ({"instances": [], "inputs": []}, 400),
        ({"dataframe_records": [], "more": 1}, 400),
        ({"dataframe_split": {"columns": ["a"], "data": [[1, 2]]}}, 400),
        ({"dataframe_split": [1]}, 400),
        ({"dataframe_records": [{"a": 1.0}]}, 422),
        ({"instances": [{"a": 1.0, "b": 2.0}], "params": {"depth": 1}}, 422),
    ],
)
def test_a_body_that_mlflow_would_not_understand_is_refused(scored: Service, body: object, status: int) -> None:
    answer = Client(scored.asgi_app).post("/invocations", json=body)

    assert answer.status_code == status
    assert set(answer.json()) == {"error", "detail"}


@pytest.mark.parametrize("path", ["/ping", "/health"])
def test_the_probes_of_mlflow_answer(scored: Service, path: str) -> None:
    assert Client(scored.asgi_app).get(path).status_code == 200


def test_the_version_is_that_of_mlflow(scored: Service) -> None:
    assert Client(scored.asgi_app).get("/version").text == mlflow.__version__


def test_the_client_of_mlflow_itself_is_answered(scored: Service) -> None:
    with serve(scored, port=0) as server:
        client = ScoringServerClient("127.0.0.1", server.port)
        client.ping()

        assert client.get_version() == mlflow.__version__
        assert client.invoke(TABLE[:3]).get_predictions().to_numpy().ravel().tolist() == EXPECTED
