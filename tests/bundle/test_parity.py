"""Parity: the same rows through every door, what differs, and what only looks different."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from plain_io import doubling

import bentobook
from bentobook.bundle import parity, parity_doors, parity_table
from bentobook.bundle.cases_compare import Tolerance
from bentobook.errors import InvalidArgument
from bentobook.io import NumpyNdarray, PandasDataFrame

EXACT = Tolerance(0, 0)


@pytest.fixture(scope="module")
def classifier():
    from sklearn.datasets import load_iris
    from sklearn.linear_model import LogisticRegression

    table, y = load_iris(return_X_y=True, as_frame=True)
    return LogisticRegression(max_iter=300).fit(table, y), table.iloc[::10]


@pytest.fixture(scope="module")
def folder(classifier, tmp_path_factory: pytest.TempPathFactory) -> Path:
    import mlflow

    path = tmp_path_factory.mktemp("saved") / "iris"
    model, rows = classifier
    mlflow.sklearn.save_model(model, path, input_example=rows.head(2), pip_requirements=["scikit-learn"])
    return path


def _service(model, function=lambda answer: answer, method="predict"):
    runner = model.to_runner(methods=[method])
    svc = bentobook.Service("iris", runners=[runner])

    def predict(rows):
        return function(runner.methods[method].run(rows))

    predict.__name__ = method
    svc.api(input=PandasDataFrame(), output=NumpyNdarray())(predict)
    return svc


def _import(folder: Path):
    return bentobook.mlflow.import_model("iris", str(folder), methods={"predict": {"batchable": True}})


def test_an_honest_service_gives_the_same_answers_through_every_door(folder, classifier) -> None:
    svc = _service(_import(folder))
    report = parity.of(svc, None, classifier[1], against=classifier[0])
    svc.close()

    assert report.ok, report
    names = [door.door for door in report.doors]
    assert names == ["object in memory", "pyfunc", "stored model", "runner, batched", "HTTP/JSON"]
    assert [(door.rows, door.share, door.dtypes) for door in report.doors] == [(15, 1.0, ())] * 5
    assert "the same through every door" in repr(report)


def test_rows_that_differ_are_shown_with_their_inputs(folder, classifier) -> None:
    svc = _service(_import(folder), lambda answer: np.where(answer == 2, 7.5, answer))
    report = parity.of(svc, "predict", classifier[1], against=classifier[0].predict)
    svc.close()

    assert [door.ok for door in report.doors] == [True, True, True, True, False]
    http = report.doors[-1]
    others = [place for place, label in enumerate(classifier[0].predict(classifier[1])) if label == 2]
    assert (http.equal, http.largest, http.dtypes) == (15 - len(others), 5.5, ("integer → number",))
    assert (http.differing[0].row, http.differing[0].expected, http.differing[0].got) == (others[0], "2", "7.5")
    assert "sepal length" in http.differing[0].inputs
    assert report.said == f"HTTP/JSON: {len(others)} of 15 rows differ, by up to 5.5"
    assert "7.5" in report._repr_html_()


def test_a_door_that_fails_is_said_and_the_others_are_compared(folder, classifier) -> None:
    svc = _service(_import(folder), lambda answer: 1 / 0)
    report = parity.of(svc, "predict", classifier[1])
    svc.close()

    assert [door.ok for door in report.doors] == [True, True, True, False]
    assert report.doors[-1].problem.startswith("RuntimeError: 500: ")
    assert "no answer" in repr(report)


class Centred:
    """Answers that depend on who else is in the batch."""

    def predict(self, rows):
        return np.asarray(rows)[:, 0] - np.asarray(rows)[:, 0].mean()

    def get_params(self, deep=True):
        return {}


def test_a_model_whose_answers_depend_on_the_batch_is_found() -> None:
    from sklearn.base import BaseEstimator

    centred = type("Centred", (Centred, BaseEstimator), {"__module__": __name__})
    globals()["Centred"] = centred
    model = bentobook.sklearn.save_model("centred", centred(), signatures={"predict": {"batchable": True}})
    svc = _service(model)
    report = parity.of(svc, None, pd.DataFrame({"a": [0.0, 10.0, 20.0, 70.0]}))
    svc.close()

    assert [(door.door, door.ok) for door in report.doors] == [
        ("stored model", True),
        ("runner, batched", False),
        ("HTTP/JSON", True),
    ]


def test_a_service_without_a_model_needs_an_object() -> None:
    svc = doubling()
    with pytest.raises(InvalidArgument, match="--against OBJ"):
        parity.of(svc, "double", [1.0])
    report = parity.of(svc, "double", [1.0, 2.0], against=lambda rows: [2 * row for row in rows])
    with pytest.raises(InvalidArgument, match="one of double, double_in_a_thread, fail"):
        parity.of(svc, None, [1.0])
    svc.close()
    assert report.ok


CELLS = st.none() | st.floats(allow_infinity=False) | st.integers(-(2**53), 2**53)


@given(st.lists(st.fixed_dictionaries({"a": CELLS, "b": st.text(max_size=3)}), min_size=1, max_size=6))
def test_records_of_json_are_the_same_as_their_frame(records) -> None:
    frame = parity_table.table_of(pd.DataFrame(records))
    read = json.loads(json.dumps(records))
    compared = parity_table.compare(frame, parity_table.table_of(read), EXACT)
    assert all(compared.equal)


@given(st.lists(st.floats(width=32), min_size=1, max_size=6))
def test_float32_is_the_same_number_in_json(values) -> None:
    array = np.array(values, dtype=np.float32)
    table, read = parity_table.table_of(array), parity_table.table_of([float(each) for each in array])
    assert all(parity_table.compare(table, read, EXACT).equal)
    assert parity_table.dtype_changes(table, read, is_json=True) == ()
    assert parity_table.dtype_changes(table, read, is_json=False) == ("float32 → float64",)


@pytest.mark.parametrize(
    ("value", "columns"),
    [
        (np.zeros((2, 3)), ["0", "1", "2"]),
        (np.zeros((2, 2, 2)), ["0", "1", "2", "3"]),
        ([[1, 2], [3, 4]], ["0", "1"]),
        ([[[1], [2]], [[3], [4]]], ["0", "1"]),
        ([[1], [2, 3]], [""]),
        (pd.Series([1, 2]), [""]),
        ({"a": [1, 2]}, ["a"]),
        ([{"a": 1}, {"a": 2}], ["a"]),
    ],
)
def test_columns_of_an_answer(value, columns) -> None:
    table = parity_table.table_of(value)
    assert list(table) == columns
    assert {len(column) for column in table.values()} == {2}


@pytest.mark.parametrize("value", [3, "text", None])
def test_an_answer_without_rows_is_refused(value) -> None:
    with pytest.raises(InvalidArgument, match="a row for each row of the request"):
        parity_table.table_of(value)


def test_integers_beside_a_missing_value_change_their_type_and_not_their_value() -> None:
    exact = parity_table.table_of(pd.DataFrame({"n": pd.array([1, None], dtype="Int64")}))
    read = parity_table.table_of([{"n": 1}, {"n": None}])
    assert parity_table.row_of(read, 0) == {"n": 1.0}
    compared = parity_table.compare(parity_table.table_of(pd.DataFrame({"n": [1, np.nan]})), read, EXACT)
    assert (compared.equal, compared.largest) == ([True, True], 0.0)
    assert list(exact) == ["n"]


def test_columns_without_names_take_those_of_the_reference() -> None:
    frame = parity_table.table_of(pd.DataFrame({"setosa": [1.0], "other": [0.0]}))
    array = parity_table.table_of(np.array([[1.0, 0.0]]))
    assert list(parity_table.matched(frame, array)) == ["setosa", "other"]
    assert parity_table.matched(frame, {"x": array["0"]}).keys() == {"x"}


def test_answers_to_pieces_are_put_together() -> None:
    frames = [pd.DataFrame({"a": [1]}), pd.DataFrame({"a": [2]})]
    assert parity_doors.joined(frames)["a"].tolist() == [1, 2]
    assert parity_doors.joined([np.array([1]), np.array([2])]).tolist() == [1, 2]
    assert parity_doors.joined([[1], [2]]) == [1, 2]
    assert sum(len(piece) for piece in parity_doors._pieces(list(range(1000)))) == 1000
