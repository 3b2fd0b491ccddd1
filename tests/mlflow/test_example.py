import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from bentobook.mlflow.example import LARGEST, bare, of_value, read, shorten
from bentobook.mlflow.mlmodel import MLmodel


def kept(folder: Path, value: object, kind: str = "dataframe", file: str = "input_example.json") -> object:
    (folder / file).write_text(json.dumps(value))
    info = {"artifact_path": "input_example.json", "type": kind, "serving_input_path": "serving_input_example.json"}
    return read(MLmodel({"saved_input_example_info": info}, {}), folder)


@pytest.mark.parametrize(
    ("wrapped", "value"),
    [
        ({"columns": ["a", "b"], "data": [[1, 2], [3, 4]]}, [{"a": 1, "b": 2}, {"a": 3, "b": 4}]),
        ({"index": [0], "columns": [0, 1], "data": [[1, 2]]}, [{"0": 1, "1": 2}]),
        ({"data": [[1, 2]]}, [[1, 2]]),
        ({"dataframe_split": {"columns": ["a"], "data": [[1]]}}, [{"a": 1}]),
        ({"dataframe_records": [{"a": 1}]}, [{"a": 1}]),
        ({"instances": [[1]]}, [[1]]),
        ({"inputs": {"x": [1]}, "params": {"k": 1}}, {"x": [1]}),
        ([[1.0]], [[1.0]]),
        ("text", "text"),
        ({"a": 1}, {"a": 1}),
    ],
)
def test_an_example_comes_out_of_its_wrapping(wrapped, value):
    assert bare(wrapped) == value


def test_the_example_of_a_model_is_read(tmp_path):
    assert kept(tmp_path, {"columns": ["a"], "data": [[1.5]]}) == [{"a": 1.5}]


def test_the_serving_example_stands_in_for_it(tmp_path):
    assert kept(tmp_path, {"inputs": [[1.5]]}, file="serving_input_example.json") == [[1.5]]


def test_a_dict_of_the_users_own_stays_as_it_is(tmp_path):
    assert kept(tmp_path, {"inputs": "hello"}, kind="json_object") == {"inputs": "hello"}


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, " " * (9 << 20)], ids=["empty", "cut", "deep", "huge"])
def test_an_odd_file_is_no_example(tmp_path, text):
    (tmp_path / "input_example.json").write_text(text)
    assert read(MLmodel({}, {}), tmp_path) is None


def test_nan_is_a_missing_value(tmp_path):
    assert kept(tmp_path, {"columns": ["a"], "data": [[float("nan")]]}) == [{"a": None}]


def test_a_long_example_is_cut_to_its_first_rows():
    rows = [{"text": "x" * 1000, "row": at} for at in range(100)]
    cut = shorten(rows)
    assert cut == rows[: len(cut)]
    assert len(cut) > 10
    assert len(json.dumps(cut)) <= LARGEST


def test_one_row_that_is_too_large_is_not_kept():
    assert shorten([["x" * 20_000]]) is None
    assert shorten({"image": "x" * 20_000}) is None


@pytest.mark.parametrize(
    ("example", "value"),
    [
        (pd.DataFrame({"a": [1, 2], "t": pd.to_datetime(["2026-01-01", "2026-01-02"])}).head(1), None),
        (pd.Series([1.5, 2.5]), {"0": 1.5, "1": 2.5}),
        (np.array([[1, 2]], "float32"), [[1.0, 2.0]]),
        ({"x": np.array([1])}, {"x": [1]}),
        ((1, [np.float64(2.5)]), [1, [2.5]]),
    ],
    ids=["frame", "series", "array", "dict", "tuple"],
)
def test_an_example_that_was_given_becomes_json(example, value):
    if value is None:
        assert of_value(example)[0]["a"] == 1
        assert of_value(example)[0]["t"].startswith("2026-01-01T00:00:00")
    else:
        assert of_value(example) == value


@pytest.mark.parametrize("example", [object(), [object()], b"bytes", [float("nan")]])
def test_what_json_cannot_hold_is_not_kept(example):
    assert of_value(example) is None
