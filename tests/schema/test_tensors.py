"""Values of every kind for a model that takes arrays."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bentobook.errors import SchemaMismatch
from bentobook.schema.check import Checker
from bentobook.schema.spec import Schema, TensorSpec

ROWS = [[5.1, 3.5, 1.4, 0.2], [6.7, 3.0, 5.2, 2.3]]
ARRAY = np.array(ROWS)


def checker_of(*specs: TensorSpec, torch: bool = False) -> Checker:
    return Checker(Schema(tensors=specs), "predict", torch=torch)


def built(checker: Checker, *values: Any) -> Any:
    return checker.build_batch([checker.prepare(value) for value in values])


@pytest.mark.parametrize(
    "value",
    [ARRAY, ROWS, tuple(ROWS), list(ARRAY), ARRAY.astype(object), pd.DataFrame(ROWS), ARRAY.astype(">f8")],
    ids=["array", "list", "tuple", "list of arrays", "objects", "frame", "big-endian"],
)
def test_each_kind_of_value_becomes_the_same_array(matrix: Checker, value: Any) -> None:
    np.testing.assert_array_equal(built(matrix, value), ARRAY, strict=True)


@pytest.mark.parametrize("value", [ROWS[0], ARRAY[0]], ids=["list", "array"])
def test_one_row_gets_the_axis_of_rows(matrix: Checker, value: Any) -> None:
    prepared = matrix.prepare(value)
    assert prepared.n_rows == 1
    assert prepared.layout == matrix.prepare(ARRAY).layout
    np.testing.assert_array_equal(matrix.build_batch([prepared]), ARRAY[:1], strict=True)


def test_an_array_that_fits_is_handed_on_as_it_is(matrix: Checker) -> None:
    assert built(matrix, ARRAY) is ARRAY


@pytest.mark.parametrize(
    ("spec", "given_dtype"), [("float64", "float32"), ("float64", "int64"), ("float32", "int16"), ("int64", "uint8")]
)
def test_numbers_are_cast_where_none_changes(spec: str, given_dtype: str) -> None:
    array = np.ones((2, 4), given_dtype)
    got = built(checker_of(TensorSpec(None, spec, (-1, 4))), array, array)
    np.testing.assert_array_equal(got, np.ones((4, 4), spec), strict=True)


@pytest.mark.parametrize(
    ("spec", "given_dtype"), [("float32", "float64"), ("int64", "float64"), ("float64", "bool"), ("float64", "str")]
)
def test_an_array_whose_numbers_might_change_is_refused(spec: str, given_dtype: str) -> None:
    with pytest.raises(SchemaMismatch, match=f"expected {spec}, got"):
        checker_of(TensorSpec(None, spec, (-1, 4))).prepare(np.ones((2, 4)).astype(given_dtype))


def test_a_list_has_no_dtype_and_is_cast_to_the_narrower_float() -> None:
    got = built(checker_of(TensorSpec(None, "float32", (-1, 2))), [[0.1, 1]])
    np.testing.assert_array_equal(got, np.array([[0.1, 1]], "float32"), strict=True)


@pytest.mark.parametrize(
    ("spec", "value", "match"),
    [
        ("float64", [[1.0, "2"]], r"row 0, 1: expected float64, got '2' \(str\)"),
        ("int64", [[1, 2], [3, 4.5]], r"row 1, 1: expected int64, got 4.5"),
        ("int64", [[1, None]], "row 0, 1: expected int64, got None"),
        ("uint8", [[1, 256]], "row 0, 1: expected uint8, got 256"),
        ("float16", [[1.0, 1e5]], "row 0, 1: expected float16, got 100000.0"),
        ("float64", [[1.0, 2**53 + 1]], "row 0, 1: expected float64, which holds whole numbers exactly"),
        ("float64", [[1.0, 2.0], [3.0]], "the rows differ in length"),
        ("float64", [[1.0, 2.0, 3.0]], r"expected the shape \[-1, 2\], got \[1, 3\]"),
        ("bool", [[1, 0]], "expected bool, got 1"),
    ],
)
def test_a_list_that_does_not_fit_is_refused_with_its_place(spec: str, value: Any, match: str) -> None:
    with pytest.raises(SchemaMismatch, match=match):
        checker_of(TensorSpec(None, spec, (-1, 2))).prepare(value)


@pytest.mark.parametrize("value", [[[1, 2**64 - 1]], [[2**63, 2**63 + 1]], np.array([[1, 2**64 - 1]], object)])
def test_whole_numbers_that_fill_64_bits_stay_exact(value: Any) -> None:
    got = built(checker_of(TensorSpec(None, "uint64", (-1, 2))), value)
    np.testing.assert_array_equal(got, np.array(value, "uint64"), strict=True)


@pytest.mark.parametrize("value", [[[1, 2**64]], [[-1, 2**63]]])
def test_whole_numbers_beyond_are_refused(value: Any) -> None:
    with pytest.raises(SchemaMismatch, match="expected uint64"):
        checker_of(TensorSpec(None, "uint64", (-1, 2))).prepare(value)


def test_a_whole_number_that_would_change_is_found_in_the_batch(matrix: Checker) -> None:
    good, bad = np.ones((1, 4), "int64"), np.full((1, 4), 2**53 + 1)
    prepared = [matrix.prepare(good), matrix.prepare(bad)]
    with pytest.raises(
        SchemaMismatch, match="4 problems in 1 of 2 rows: request 1, row 0, 0: expected float64"
    ) as caught:
        matrix.build_batch(prepared)
    assert list(caught.value.by_request) == [1]
    assert built(matrix, np.full((1, 4), 2**60))[0, 0] == 2.0**60


def test_texts_stay_texts_and_numbers_among_them_are_refused() -> None:
    texts = checker_of(TensorSpec(None, "str", (-1,)))
    np.testing.assert_array_equal(built(texts, ["a", "longer"]), np.array(["a", "longer"]), strict=True)
    with pytest.raises(SchemaMismatch, match=r"row 1: expected str, got 1 \(int\)"):
        texts.prepare(["a", 1])
    anything = checker_of(TensorSpec(None, "object", (-1,)))
    assert built(anything, ["a", 1, [2]]).tolist() == ["a", 1, [2]]


def test_shape_and_dtype_are_told_together(matrix: Checker) -> None:
    with pytest.raises(
        SchemaMismatch, match=r"2 problems: expected the shape \[-1, 4\], got \[2, 3\]; expected float64"
    ):
        matrix.prepare(np.ones((2, 3), "complex128"))


@pytest.mark.parametrize("value", [None, {"a": 1}, {1}, object()])
def test_a_kind_that_is_not_taken_is_answered_with_what_is(matrix: Checker, value: Any) -> None:
    with pytest.raises(SchemaMismatch, match=r"expected one of: an ndarray, float64 \[-1, 4\]; a nested list"):
        matrix.prepare(value)


def test_arrays_share_a_batch_only_with_equal_dtypes_and_inner_shapes() -> None:
    checker = checker_of(TensorSpec(None, "float64", (-1, -1)))
    layout = checker.prepare(np.ones((1, 3))).layout
    assert checker.prepare(np.ones((5, 3))).layout == layout
    assert checker.prepare(np.ones((1, 4))).layout != layout
    assert checker.prepare(np.ones((1, 3), "float32")).layout != layout


def test_a_model_of_a_fixed_number_of_rows_runs_alone() -> None:
    prepared = checker_of(TensorSpec(None, "float64", (2, 4))).prepare(ARRAY)
    assert prepared.layout is None


NAMED = (TensorSpec("x", "float64", (-1, 2)), TensorSpec("n", "int64", (-1,)))


@pytest.mark.parametrize(
    "value",
    [
        {"x": np.ones((2, 2)), "n": np.arange(2)},
        {"n": [0, 1], "x": [[1.0, 1.0], [1.0, 1.0]], "more": 1},
        [{"x": [1.0, 1.0], "n": 0}, {"x": [1.0, 1.0], "n": 1}],
        pd.DataFrame({"n": [0, 1], "x": [[1.0, 1.0], [1.0, 1.0]]}),
    ],
    ids=["arrays", "lists", "records", "frame"],
)
def test_named_arrays_come_in_the_order_of_the_model(value: Any) -> None:
    checker = checker_of(*NAMED)
    got = built(checker, value, value)
    assert list(got) == ["x", "n"]
    np.testing.assert_array_equal(got["x"], np.ones((4, 2)), strict=True)
    np.testing.assert_array_equal(got["n"], np.array([0, 1, 0, 1]), strict=True)


def test_a_missing_name_is_told_with_the_one_that_was_meant() -> None:
    with pytest.raises(SchemaMismatch, match="'inputs': unknown column, did you mean 'input'"):
        checker_of(TensorSpec("input", "float64", (-1,)), NAMED[1]).prepare({"inputs": np.ones(1), "n": np.arange(1)})


def test_named_arrays_of_different_lengths_run_alone() -> None:
    assert checker_of(*NAMED).prepare({"x": np.ones((2, 2)), "n": np.arange(3)}).layout is None


def test_the_only_named_array_needs_no_name() -> None:
    np.testing.assert_array_equal(built(checker_of(NAMED[0]), [[1, 2]])["x"], [[1.0, 2.0]])


def test_pieces_and_made_up_rows_have_the_same_layout(matrix: Checker) -> None:
    named = checker_of(*NAMED)
    for checker, value in ((matrix, ARRAY), (named, {"x": np.ones((2, 2)), "n": np.arange(2)})):
        prepared = checker.prepare(value)
        assert prepared.cut(0, 1).layout == prepared.layout
        assert checker.one_row(prepared).layout == prepared.layout
        assert checker.one_row(prepared).n_rows == prepared.cut(1, 2).n_rows == 1


@pytest.mark.parametrize(
    "value", [[], np.empty((0, 4)), pd.DataFrame(np.empty((0, 4)))], ids=["list", "array", "frame"]
)
def test_a_value_without_rows_is_an_empty_array(matrix: Checker, value: Any) -> None:
    prepared = matrix.prepare(value)
    assert prepared.n_rows == 0
    assert matrix.build_batch([prepared]).shape == (0, 4)


def test_tensors_stay_tensors_only_for_a_model_that_takes_them() -> None:
    torch = pytest.importorskip("torch")
    spec = TensorSpec(None, "float32", (-1, 4))
    tensor = torch.tensor(ROWS)
    got = built(checker_of(spec, torch=True), tensor, tensor)
    assert torch.equal(got, torch.cat([tensor, tensor]))
    np.testing.assert_array_equal(built(checker_of(spec), tensor), tensor.numpy(), strict=True)
    assert built(checker_of(spec, torch=True), tensor.to(torch.int64)).dtype == torch.float32
    with pytest.raises(SchemaMismatch, match="expected float32, got float64"):
        checker_of(spec).prepare(tensor.double())
    with pytest.raises(SchemaMismatch, match="expected float32, got bfloat16"):
        checker_of(spec).prepare(tensor.to(torch.bfloat16))


def test_what_an_array_or_a_cell_is_instead_is_told_in_words() -> None:
    checker = checker_of(TensorSpec(None, "float32", (-1, 2, 2)))
    with pytest.raises(SchemaMismatch, match="expected float32, got texts"):
        checker.prepare(np.full((1, 2, 2), "wide"))
    cells = {"single values": [1.5, 1.5], r"\[2\]": [[1.0, 2.0]] * 2, "cells of several shapes": [[1.0], [1.0, 2.0]]}
    for got, column in cells.items():
        with pytest.raises(SchemaMismatch, match=rf"expected cells of the shape \[2, 2\], got {got}"):
            checker.prepare(pd.DataFrame({"image": column}))


def test_ragged_arrays_are_taken_where_inner_axes_are_free() -> None:
    ragged = np.empty(2, object)
    ragged[:] = [np.ones(1), np.ones(2)]
    assert built(checker_of(TensorSpec(None, "float64", (-1, -1))), ragged) is ragged


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.lists(st.floats(allow_nan=False), min_size=3, max_size=3), min_size=1, max_size=8),
    st.integers(0, 8),
)
def test_requests_that_share_a_batch_make_the_array_of_all_their_rows(rows: list[list[float]], cut: int) -> None:
    checker = checker_of(TensorSpec(None, "float64", (-1, 3)))
    np.testing.assert_array_equal(built(checker, rows[:cut], np.array(rows[cut:]).reshape(-1, 3)), np.array(rows))
