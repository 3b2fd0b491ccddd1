"""Checked values in a runner: what is merged can be cut again, and whoever is to blame is told so alone."""

from __future__ import annotations

import asyncio
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bentobook.errors import InvalidArgument, SchemaMismatch
from bentobook.runner.checked import Checked, check_with, only
from bentobook.runner.plain import Pack
from bentobook.runner.runnable import Runnable
from bentobook.runner.runner import Runner
from bentobook.schema.check import Checker
from bentobook.schema.prepared import Prepared
from bentobook.schema.spec import ColumnSpec, Schema, TensorSpec

TABLE = Checker(Schema(columns=(ColumnSpec("a", "double"), ColumnSpec("b", "long"))), "predict of m")
NAMED = Checker(
    Schema(tensors=(TensorSpec("x", "float64", (-1, 2)), TensorSpec("y", "float64", (-1,)))), "predict of m"
)
INDEXES = {
    "default": pd.RangeIndex,
    "range": lambda n: pd.RangeIndex(7, 7 + n),
    "texts": lambda n: pd.Index([f"row {i % 3}" for i in range(n)], dtype="str"),
    "dates": lambda n: pd.date_range("2020-01-01", periods=n, name="day", unit="us"),
}


def frame(rows: list[tuple[float, int]], index: pd.Index) -> pd.DataFrame:
    made = pd.DataFrame(rows, columns=["a", "b"]).astype({"a": "float64", "b": "int64"})
    return made.set_axis(index)


@given(
    st.lists(st.lists(st.tuples(st.floats(-9, 9), st.integers(-9, 9)), min_size=1, max_size=4), min_size=2, max_size=6),
    st.sampled_from(sorted(INDEXES)),
)
@settings(max_examples=60, deadline=None)
def test_an_echo_of_the_batch_is_cut_into_what_was_asked(requests: list[list[Any]], kind: str) -> None:
    batching = Checked(TABLE)
    frames = [frame(rows, INDEXES[kind](len(rows))) for rows in requests]
    values = [TABLE.prepare(each) for each in frames]
    sizes = [len(each) for each in frames]

    merged = batching.merge(values)
    pieces = batching.split(merged, sizes, values, merged)
    series = batching.split(merged["a"], sizes, values, merged)

    assert len({batching.measure(value)[0] for value in values}) == 1
    for piece, column, asked in zip(pieces, series, frames, strict=True):
        pd.testing.assert_frame_equal(piece, asked, check_freq=False)
        pd.testing.assert_series_equal(column, asked["a"], check_freq=False)


@given(st.lists(st.integers(1, 4), min_size=2, max_size=6))
@settings(max_examples=30, deadline=None)
def test_named_arrays_are_merged_by_rows_and_the_answer_is_cut(sizes: list[int]) -> None:
    batching = Checked(NAMED)
    values = [NAMED.prepare({"x": np.full((n, 2), float(i)), "y": np.arange(n) * 1.0}) for i, n in enumerate(sizes)]

    merged = batching.merge(values)
    pieces = batching.split(merged["x"][:, 0], sizes, values, merged)

    assert [piece.tolist() for piece in pieces] == [[float(i)] * n for i, n in enumerate(sizes)]


def test_a_piece_and_a_made_up_row_have_the_layout_of_the_whole() -> None:
    batching = Checked(TABLE)
    whole = TABLE.prepare([[1.0, 2], [3.0, 4], [5.0, 6]])
    piece, row = batching.cut(whole, 1, 3), batching.one_row(whole)
    assert [batching.measure(each)[0] for each in (piece, row)] == [batching.measure(whole)[0]] * 2
    assert TABLE.build_batch([piece])["b"].tolist() == [4, 6]


def test_one_argument_may_have_a_name_and_several_are_refused() -> None:
    check = check_with(TABLE)
    assert isinstance(check(Pack.of(([[1.0, 2]],), ("input_data",))), Prepared)
    with pytest.raises(InvalidArgument, match="2 arguments"):
        only(Pack.of((1, 2)))


class Summing(Runnable):
    """Adds the two columns; refuses what is above 100."""

    def __init__(self) -> None:
        self.sizes: list[int] = []

    @Runnable.method(batchable=True, check=check_with(TABLE), batching=Checked(TABLE))
    def predict(self, value: Any) -> Any:
        rows = TABLE.build_batch([value]) if type(value) is Prepared else value
        self.sizes.append(len(rows))
        if (rows["a"] > 100).any():
            raise ValueError(f"{rows['a'].max():g} is too much")
        return (rows["a"] + rows["b"]).to_numpy()


@pytest.mark.parametrize("isolate", [True, False])
def test_values_that_do_not_fit_and_values_that_the_model_refuses_fail_alone(isolate: bool) -> None:
    async def ask(runner: Runner) -> list[Any]:
        rows = [["x" if i % 4 == 1 else 200.0 if i == 6 else float(i), i] for i in range(16)]
        return await asyncio.gather(*[runner.async_run([row]) for row in rows], return_exceptions=True)

    with Runner(Summing, method_configs={"predict": {"isolate": isolate}}) as runner:
        answers = asyncio.run(ask(runner))

    misfits = {i for i, answer in enumerate(answers) if isinstance(answer, SchemaMismatch)}
    refused = {i for i, answer in enumerate(answers) if type(answer) is ValueError}
    assert misfits == {1, 5, 9, 13}
    assert "request" not in str(answers[5])
    assert "row 0, 'a': expected double, got 'x' (str)" in str(answers[5])
    assert refused == ({6} if isolate else set(range(16)) - misfits)
    if isolate:
        assert [a.tolist() for i, a in enumerate(answers) if i not in misfits | refused] == [
            [2.0 * i] for i in range(16) if i not in misfits | refused
        ]


def test_the_model_is_not_asked_when_no_value_fits() -> None:
    async def ask(runner: Runner) -> list[Any]:
        return await asyncio.gather(*[runner.async_run([["x", 1]]) for _ in range(5)], return_exceptions=True)

    runnable = Summing()
    with Runner(runnable) as runner:
        answers = asyncio.run(ask(runner))
    assert [type(answer) for answer in answers] == [SchemaMismatch] * 5
    assert len({id(answer) for answer in answers}) == 5
    assert runnable.sizes == []
