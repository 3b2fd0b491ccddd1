from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import mlflow
import numpy as np
import pandas as pd
import pytest
from mlflow.models import infer_signature
from sklearn.linear_model import LogisticRegression
from small_models import QUICK_SKLEARN

import bentobook
from bentobook import Service, serve

ROWS = np.random.default_rng(0).normal(size=(40, 2))
TABLE = pd.DataFrame(ROWS, columns=["sepal length (cm)", "width"])
FITTED = LogisticRegression().fit(TABLE, ROWS[:, 0] > 0)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("model") / "m"
    signature = infer_signature(TABLE, FITTED.predict(TABLE))
    mlflow.sklearn.save_model(FITTED, path, signature=signature, input_example=TABLE[:2], **QUICK_SKLEARN)
    return str(path)


@pytest.fixture
def model(folder: str) -> Any:
    both = {"predict": {"batchable": True}, "predict_proba": {"batchable": True}}
    return bentobook.mlflow.import_model("iris", folder, methods=both)


@pytest.fixture
def generated(model: Any) -> Iterator[Service]:
    svc = Service.from_model(model)
    yield svc
    svc.close()


def test_a_model_becomes_a_service_with_a_route_for_each_method(generated: Service) -> None:
    assert (generated.name, list(generated.apis)) == ("iris", ["predict", "predict_proba"])
    np.testing.assert_array_equal(generated.call("predict", TABLE[:5]).value, FITTED.predict(TABLE[:5]))
    np.testing.assert_allclose(generated.call("predict_proba", TABLE[:5]).df, FITTED.predict_proba(TABLE[:5]))


def test_records_with_names_go_over_http(generated: Service) -> None:
    with serve(generated, port=0) as server:
        answer = httpx.post(f"{server.url}predict", json=TABLE[:3].to_dict("records"))
        wrong = httpx.post(f"{server.url}predict", json=[{"sepal lenght (cm)": 1.0, "width": "wide"}])

    assert answer.json() == FITTED.predict(TABLE[:3]).tolist()
    assert wrong.status_code == 422
    assert {tuple(each["loc"]) for each in wrong.json()["detail"]} >= {(0, "sepal lenght (cm)"), (0, "width")}
    assert "did you mean 'sepal length (cm)'" in wrong.text


def test_the_same_request_as_a_line_for_the_shell_has_records(generated: Service) -> None:
    assert '"sepal length (cm)":' in generated.call("predict", TABLE[:1]).curl()


def test_the_description_has_the_columns_and_the_example(generated: Service) -> None:
    content = generated.openapi()["paths"]["/predict"]["post"]["requestBody"]["content"]["application/json"]

    assert set(content["schema"]["items"]["properties"]) == set(TABLE.columns)
    assert content["example"] == TABLE[:2].to_dict("records")


def test_an_api_without_descriptors_takes_them_from_the_signature(model: Any) -> None:
    runner = model.to_runner()
    svc = Service("iris", runners=[runner])

    @svc.api
    def classify(df: pd.DataFrame) -> dict[str, int]:
        return {"flowers": len(df), "columns": len(df.columns)}

    good, bad = svc.call("classify", TABLE[:3]), svc.call("classify", TABLE[["width"]])
    svc.close()
    assert good.value == {"flowers": 3, "columns": 2}
    assert (bad.status, str(bad.error).count("required but missing")) == (422, 1)


def test_a_service_of_several_runners_knows_the_method_by_its_name(model: Any) -> None:
    svc = Service("two", runners=[model.to_runner(methods=["predict"]), model.to_runner(methods=["predict_proba"])])

    @svc.api
    async def predict_proba(df):
        return await svc.runners[1].predict_proba.async_run(df)

    result = svc.call("predict_proba", TABLE[:2])
    svc.close()
    np.testing.assert_allclose(result.value, FITTED.predict_proba(TABLE[:2]))
