"""G14: the URI of what ``log_model`` returned, or the object itself."""

import re

import mlflow
from sklearn.linear_model import LogisticRegression
from small_models import CLASSES, FRAME, QUICK

import bentobook as bentoml


def test_the_lines_of_the_guide(tracking, capsys):
    lr = LogisticRegression().fit(FRAME, CLASSES)
    with mlflow.start_run():
        logged_model = mlflow.sklearn.log_model(lr, "model", **QUICK)
        print(f"Model saved in run {mlflow.active_run().info.run_id}")  # the guide's run_uuid is gone from MLflow 3
    bento_model = bentoml.mlflow.import_model("logistic_regression_model", logged_model.model_uri)
    print(f"Model imported to BentoML: {bento_model}")
    printed = r'Model imported to BentoML: Model\(tag="logistic_regression_model:\w{16}"\)'
    assert re.search(printed, capsys.readouterr().out)
    assert bento_model.load_model().predict(FRAME).tolist() == CLASSES.tolist()


def test_the_object_itself_will_do(tracking):
    logged_model = mlflow.sklearn.log_model(LogisticRegression().fit(FRAME, CLASSES), name="model", **QUICK)
    assert bentoml.mlflow.import_model("lr", logged_model).lineage["model"]["id"] == logged_model.model_id
