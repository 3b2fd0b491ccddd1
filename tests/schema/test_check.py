"""The checker as the runner and the service see it, and the sentences that it raises."""

from __future__ import annotations

import subprocess
import sys

import pytest

from bentobook.errors import Problem, SchemaMismatch
from bentobook.schema.accepts import accepts
from bentobook.schema.check import Checker
from bentobook.schema.problems import MAX_KEPT
from bentobook.schema.spec import ColumnSpec, Schema, TensorSpec


def test_without_a_schema_every_value_is_taken_as_it_is() -> None:
    checker = Checker(None)
    value = object()
    assert checker.prepare(value) is value
    assert checker.build_batch([value]) is value
    assert checker.build_batch([1, 2], list) == [1, 2]
    assert checker.accepts == ("anything: the model has no signature",)


def test_what_a_model_takes_is_told_for_each_kind_of_schema() -> None:
    columns = tuple(ColumnSpec(f"c{number}", "double") for number in range(5))
    assert accepts(Schema(columns=columns))[0] == (
        "a DataFrame with the columns 'c0' (double), 'c1' (double), 'c2' (double) and 2 more"
    )
    assert "an ndarray of shape [-1, 5]" in accepts(Schema(columns=columns))
    assert accepts(Schema(columns=(ColumnSpec(None, "string"),)))[0] == "a list of string"
    assert accepts(Schema(tensors=(TensorSpec("x", "int64", (-1,)),)))[0] == "a dict of arrays 'x' (int64 [-1])"


def test_a_sentence_shows_twenty_problems_and_counts_the_others() -> None:
    error = SchemaMismatch("predict", [Problem(msg=f"wrong {number}", row=number) for number in range(25)], rows=30)
    assert str(error).startswith("predict: 25 problems in 25 of 30 rows: row 0: wrong 0; ")
    assert str(error).endswith("row 19: wrong 19; … and 5 more")
    assert len(error.detail) == 25


def test_the_search_ends_when_there_is_too_much() -> None:
    checker = Checker(Schema(columns=(ColumnSpec("a", "double"),)))
    with pytest.raises(SchemaMismatch, match="more than 10,000 problems") as caught:
        checker.prepare(["x"] * 20_000)
    assert len(caught.value.problems) == MAX_KEPT


def test_the_detail_of_an_http_answer_has_place_and_reason() -> None:
    error = SchemaMismatch("predict", [Problem(loc=("a", 1), row=2, got="'x' (str)", wanted="double")])
    assert error.detail == [
        {"loc": [2, "a", 1], "msg": "expected double, got 'x' (str)", "got": "'x' (str)", "want": "double"}
    ]
    assert error.http_status == 422


def test_a_long_value_is_shortened_in_the_sentence() -> None:
    with pytest.raises(SchemaMismatch, match="…") as caught:
        Checker(Schema(columns=(ColumnSpec("a", "double"),))).prepare(["x" * 10_000])
    assert len(str(caught.value)) < 150


def test_checking_lists_imports_no_heavy_package() -> None:
    code = """
import sys
from bentobook.schema.check import Checker
from bentobook.schema.params import check_params
from bentobook.schema.spec import ColumnSpec, ParamSpec, Schema
checker = Checker(Schema(columns=(ColumnSpec("a", "double"), ColumnSpec("b", "string"))))
checker.prepare([{"a": 1, "b": "x"}])
checker.prepare({"a": [1, 2], "b": ["x", "y"]})
check_params((ParamSpec("p", "long", 1),), {"p": 2})
print([name for name in ("numpy", "pandas", "torch", "mlflow") if name in sys.modules])
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
