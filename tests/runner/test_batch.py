"""Merge and split: nothing is lost, mixed or cast, whatever the values are."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from bentobook.errors import InvalidArgument
from bentobook.runner.batch import Batching
from bentobook.runner.kinds import ALONE, AS_IT_IS
from bentobook.runner.plain import LONG, Pack

unhurried = settings(deadline=None, max_examples=100)

DTYPES = st.one_of(
    hnp.integer_dtypes(),
    hnp.floating_dtypes(),
    hnp.boolean_dtypes(),
    hnp.datetime64_dtypes(),
    hnp.unicode_string_dtypes(),
)
SIZES = st.lists(st.integers(0, 4), min_size=1, max_size=8)


@st.composite
def arrays(draw: Any) -> tuple[list[np.ndarray], int]:
    dtype = draw(DTYPES)
    others = draw(hnp.array_shapes(min_dims=0, max_dims=2, min_side=1, max_side=3))
    dim = draw(st.integers(-len(others) - 1, len(others)))
    at = dim % (len(others) + 1)
    shapes = [(*others[:at], size, *others[at:]) for size in draw(SIZES)]
    return [draw(hnp.arrays(dtype, shape)) for shape in shapes], dim


@unhurried
@given(arrays())
def test_arrays_come_back_as_they_were_asked(case: tuple[list[np.ndarray], int]) -> None:
    values, dim = case
    batching = Batching((dim, dim))

    measures = [batching.measure(value) for value in values]
    merged = batching.merge(values)
    pieces = batching.split(merged, [rows for _, rows, _ in measures], values, merged)

    assert len({layout for layout, _, _ in measures}) == 1
    assert batching.length(merged) == sum(rows for _, rows, _ in measures)
    for value, piece in zip(values, pieces, strict=True):
        assert piece.dtype == value.dtype
        np.testing.assert_array_equal(piece, value)


@unhurried
@given(arrays())
def test_tensors_come_back_as_they_were_asked(case: tuple[list[np.ndarray], int]) -> None:
    arrays, dim = case
    if arrays[0].dtype.kind not in "ifb" or arrays[0].dtype.itemsize > 8 or not arrays[0].dtype.isnative:
        return
    if arrays[0].dtype.kind == "f" and arrays[0].dtype.itemsize == 16:
        return
    values = [torch.from_numpy(array.copy()) for array in arrays]
    batching = Batching((dim, dim))

    merged = batching.merge(values)
    pieces = batching.split(merged, [batching.measure(value)[1] for value in values], values, merged)

    assert all(torch.equal(piece.nan_to_num(), value.nan_to_num()) for piece, value in zip(pieces, values, strict=True))


COLUMNS = {
    "int": lambda n: np.arange(n, dtype="i8"),
    "float": lambda n: np.linspace(0, 1, n),
    "text": lambda n: pd.array([f"t{i}" for i in range(n)], dtype="str"),
    "object": lambda n: np.array([{"a": i} for i in range(n)], dtype=object),
    "category": lambda n: pd.Categorical(["b"] * n, categories=["a", "b"]),
    "time": lambda n: pd.date_range("2026-01-01", periods=n, tz="UTC"),
    "nullable": lambda n: pd.array([1] * n, dtype="Int64"),
    "flag": lambda n: np.ones(n, bool),
}
INDEXES = {
    "default": lambda n, k: pd.RangeIndex(n),
    "range": lambda n, k: pd.RangeIndex(k, k + n),
    "steps": lambda n, k: pd.RangeIndex(k, k + 3 * n, 3),
    "integers": lambda n, k: pd.Index(np.arange(k, k + n)),
    "named": lambda n, k: pd.RangeIndex(k, k + n, name="row"),
    "texts": lambda n, k: pd.Index([f"r{k}-{i}" for i in range(n)], name="id"),
    "times": lambda n, k: pd.date_range("2026-01-01", periods=n, freq="D") + pd.Timedelta(days=k),
    "levels": lambda n, k: pd.MultiIndex.from_arrays([np.arange(k, k + n), ["x"] * n], names=["a", "b"]),
}


@st.composite
def frames(draw: Any) -> list[pd.DataFrame]:
    names = draw(st.lists(st.sampled_from(sorted(COLUMNS)), min_size=1, max_size=4))
    index = INDEXES[draw(st.sampled_from(sorted(INDEXES)))]
    made = []
    for k, size in enumerate(draw(st.lists(st.integers(1, 4), min_size=2, max_size=6))):
        columns = {f"{name}{i}": COLUMNS[name](size) for i, name in enumerate(names)}
        made.append(pd.DataFrame(columns).set_axis(index(size, k), axis=0))
    return made


MODELS = {
    "carries the index on": lambda frame: pd.DataFrame({"n": np.ones(len(frame))}, index=frame.index),
    "makes a new index": lambda frame: pd.DataFrame({"n": np.ones(len(frame))}),
    "adds a column": lambda frame: frame.assign(n=1.5),
    "renames the index": lambda frame: frame.set_axis(frame.index.set_names([f"{x}!" for x in frame.index.names])),
    "makes a new named index": lambda frame: pd.DataFrame({"n": 1.0}, index=pd.RangeIndex(len(frame), name="new")),
    "a series with the index": lambda frame: pd.Series(np.ones(len(frame)), index=frame.index, name="n"),
    "a series without": lambda frame: pd.Series(np.ones(len(frame))),
    "an array": lambda frame: np.ones((len(frame), 2)),
    "a tuple": lambda frame: (np.ones(len(frame)), frame.iloc[:, 0]),
    "a list": lambda frame: [str(kind) for kind in frame.dtypes] and ["x"] * len(frame),
    "a dict": lambda frame: {"n": np.ones(len(frame)), "first": frame.iloc[:, 0]},
}


def same(got: Any, wanted: Any) -> None:
    assert type(got) is type(wanted)
    if isinstance(wanted, pd.DataFrame):
        pd.testing.assert_frame_equal(got, wanted)
    elif isinstance(wanted, pd.Series):
        pd.testing.assert_series_equal(got, wanted)
    elif isinstance(wanted, (tuple, list)) and wanted and not isinstance(wanted[0], str):
        for each, other in zip(got, wanted, strict=True):
            same(each, other)
    elif isinstance(wanted, dict):
        assert list(got) == list(wanted)
        for name in wanted:
            same(got[name], wanted[name])
    else:
        np.testing.assert_array_equal(got, wanted)


@unhurried
@given(frames(), st.sampled_from(sorted(MODELS)))
def test_a_model_answers_in_a_batch_as_it_answers_alone(values: list[pd.DataFrame], name: str) -> None:
    model, batching = MODELS[name], Batching()
    groups: dict[Any, list[pd.DataFrame]] = {}
    for value in values:
        groups.setdefault(batching.measure(value)[0], []).append(value)

    for group in groups.values():
        merged = group[0] if len(group) == 1 else batching.merge(group)
        sizes = [len(value) for value in group]
        answer = model(merged)
        pieces = [answer] if len(group) == 1 else batching.split(answer, sizes, group, merged)
        for value, piece in zip(group, pieces, strict=True):
            same(piece, model(value))


@unhurried
@given(frames(), st.sampled_from(sorted(MODELS)), st.integers(1, 3))
def test_a_large_request_in_pieces_is_answered_as_in_one(values: list[pd.DataFrame], name: str, step: int) -> None:
    model, batching, value = MODELS[name], Batching(), values[0]

    answers = [model(batching.cut(value, at, at + step)) for at in range(0, len(value), step)]

    same(batching.join(answers), model(value))


@unhurried
@given(frames())
def test_a_merged_frame_has_the_dtypes_that_each_had(values: list[pd.DataFrame]) -> None:
    batching = Batching()
    same_layout = [value for value in values if batching.measure(value)[0] == batching.measure(values[-1])[0]]

    assert list(batching.merge(same_layout).dtypes) == list(values[-1].dtypes)


FRAME = pd.DataFrame({"a": [1.0], "b": [2.0]})


@pytest.mark.parametrize(
    "other",
    [
        FRAME.rename(columns={"b": "c"}),
        FRAME[["b", "a"]],
        FRAME.astype({"b": "f4"}),
        FRAME.astype("f4"),
        FRAME.assign(c=1.0),
        FRAME.set_axis(["x"], axis=0),
        FRAME.rename_axis(columns="name"),
        FRAME["a"],
        FRAME.to_numpy(),
        {"a": [1.0], "b": [2.0]},
    ],
    ids=["name", "order", "one dtype", "dtype", "more", "index", "axis name", "series", "array", "dict"],
)
def test_what_a_model_could_tell_apart_has_another_layout(other: Any) -> None:
    batching = Batching()

    assert batching.measure(FRAME)[0] != batching.measure(other)[0]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (np.ones((1, 2)), np.ones((1, 3))),
        (np.ones((1, 2)), np.ones((1, 2), "f4")),
        (np.ones((1, 2)), np.ones((1, 2), ">f8")),
        (np.ones((1, 2)), np.ones((1, 2, 1))),
        ([[1, 2]], [[1.5, 2.5]]),
        ([[1, 2]], [[1, 2, 3]]),
        ([[1.0, 2.0]], [[1.0, "x"]]),
        ([1], [True]),
        ([{"a": 1}], [{"b": 1}]),
        ([{"a": 1, "b": 1}], [{"b": 1, "a": 1}]),
        ([np.ones(2)], [np.ones(3)]),
        ({"a": [1]}, {"b": [1]}),
        ({"a": [1], "b": [1]}, {"b": [1], "a": [1]}),
        ({"a": [1]}, {"a": np.array([1])}),
        (torch.ones(1, 2), torch.ones(1, 2, dtype=torch.float16)),
        (torch.ones(1, 2), np.ones((1, 2), "f4")),
    ],
    ids=str,
)
def test_values_with_different_layouts_never_share_a_batch(one: Any, other: Any) -> None:
    batching = Batching()

    assert batching.measure(one)[0] != batching.measure(other)[0]


def test_equal_columns_of_different_objects_share_a_batch() -> None:
    batching = Batching()
    frames = [pd.DataFrame(np.ones((1, 3)), columns=list("abc")) for _ in range(3)]

    assert len({batching.measure(frame)[0] for frame in frames}) == 1


@unhurried
@given(st.lists(st.lists(st.integers(), max_size=4), min_size=1))
def test_lists_come_back_as_they_were_asked(values: list[list[int]]) -> None:
    batching = Batching()

    assert batching.split(batching.merge(values), [len(value) for value in values]) == values


@unhurried
@given(st.lists(st.integers(1, 4), min_size=1, max_size=6))
def test_columns_come_back_as_they_were_asked(sizes: list[int]) -> None:
    batching = Batching()
    values = [{"a": list(range(size)), "b": np.arange(size), "c": pd.Series(range(size))} for size in sizes]

    assert len({batching.measure(value)[0] for value in values}) == 1
    merged = batching.merge(values)
    for piece, value in zip(batching.split(merged, sizes, values, merged), values, strict=True):
        same(piece, value)


def test_several_arguments_are_batched_each() -> None:
    batching = Batching()
    packs = [Pack.of([np.full((2, 1), i), [i, i]], ("b",)) for i in range(3)]

    merged = batching.merge(packs)

    assert merged.names == ("b",)
    assert merged[1] == [0, 0, 1, 1, 2, 2]
    np.testing.assert_array_equal(merged[0][:, 0], [0, 0, 1, 1, 2, 2])
    assert batching.measure(packs[0]) == (batching.measure(packs[1])[0], 2, 2 * 8 + 2 * 64)


class Point(NamedTuple):
    x: Any
    y: Any


def test_a_named_tuple_stays_one() -> None:
    answer = Point(np.arange(3), [1, 2, 3])

    pieces = Batching().split(answer, [1, 2])

    assert all(isinstance(piece, Point) for piece in pieces)
    assert pieces[1].y == [2, 3]


@pytest.mark.parametrize(
    "value",
    [1, "text", None, object(), (1, 2), {"a": 1}, {"a": [1], "b": [1, 2]}, {}, np.float64(1.0)],
    ids=lambda value: "object" if type(value) is object else repr(value),
)
def test_a_value_without_known_rows_runs_alone_as_it_is(value: Any) -> None:
    assert Batching().measure(value) == AS_IT_IS


def test_a_long_list_runs_alone_but_has_rows() -> None:
    assert Batching().measure([0] * (LONG + 1))[:2] == (ALONE, LONG + 1)


@pytest.mark.parametrize("answer", ["text", b"bytes", 1.5, None, {"a": 1}, (np.ones(2), np.ones(3)), {1, 2}], ids=repr)
def test_an_answer_without_rows_is_not_counted(answer: Any) -> None:
    assert Batching().length(answer) is None


def test_answers_of_other_classes_are_sliced() -> None:
    from scipy.sparse import csr_matrix

    answer = csr_matrix(np.eye(3))

    pieces = Batching().split(answer, [1, 2])

    assert Batching().length(answer) == 3
    np.testing.assert_array_equal(pieces[1].toarray(), np.eye(3)[1:])


@pytest.mark.parametrize(("value", "dim"), [(np.array(1.0), 0), (np.ones(2), 1), (np.ones(2), -2), ([1], 1)])
def test_a_value_without_the_batch_dimension_is_refused(value: Any, dim: int) -> None:
    with pytest.raises(InvalidArgument, match=f"{dim}|batch_dim"):
        Batching((dim, 0)).measure(value)


@unhurried
@given(frames())
def test_a_made_up_row_has_the_same_layout(values: list[pd.DataFrame]) -> None:
    batching, value = Batching(), values[0].reset_index(drop=True)

    row = batching.one_row(value.iloc[:0])

    assert len(row) == 1
    assert list(row.dtypes) == list(value.dtypes)
    assert list(row.columns) == list(value.columns)


def test_a_made_up_row_of_an_array_has_the_same_layout() -> None:
    batching = Batching((1, 1))

    row = batching.one_row(np.ones((3, 0, 2), "i4"))

    assert (row.shape, row.dtype) == ((3, 1, 2), np.dtype("i4"))


def test_frames_of_one_dtype_are_merged_without_a_copy_of_each() -> None:
    frames = [pd.DataFrame(np.full((1, 30), i), columns=[f"c{k}" for k in range(30)]) for i in range(64)]

    merged = Batching().merge(frames)

    pd.testing.assert_frame_equal(merged, pd.concat(frames, ignore_index=True))
