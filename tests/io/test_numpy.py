"""Arrays: from JSON, .npy and CSV, and back."""

from __future__ import annotations

import io as std_io
import json
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from bentobook import io
from bentobook.errors import AnswerUnfit, BadRequestBody, InvalidArgument, SchemaMismatch, UnsupportedContentType

JSON, NPY, CSV = "application/json", "application/x-npy", "text/csv"


def npy(array: Any) -> bytes:
    file = std_io.BytesIO()
    np.save(file, array, allow_pickle=True)
    return file.getvalue()


@pytest.fixture(scope="module")
def digits() -> io.NumpyNdarray:
    return io.NumpyNdarray(dtype="float32", shape=[-1, 1, 2, 2], enforce_shape=True, enforce_dtype=True)


@pytest.mark.parametrize("body", [b"[[[[1, 2], [3, 4]]]]", b"[[[[1.0, 2], [3, 4.0]]]]"])
def test_whole_numbers_and_floats_become_the_declared_floats(digits: io.NumpyNdarray, body: bytes) -> None:
    array = digits.decode(body, JSON)

    assert array.dtype == np.float32
    np.testing.assert_array_equal(array, [[[[1, 2], [3, 4]]]])


def test_null_is_nan_among_floats(digits: io.NumpyNdarray) -> None:
    assert np.isnan(digits.decode(b"[[[[1, null], [3, 4]]]]", JSON)).sum() == 1


def test_no_rows_have_the_other_axes(digits: io.NumpyNdarray) -> None:
    assert digits.decode(b"[]", JSON).shape == (0, 1, 2, 2)


REFUSED = {
    b"[[1, 2]]": r"expected the shape \[-1, 1, 2, 2\], got \[1, 2\]",
    b'[[[[1, 2], [3, "x"]]]]': r"expected float32, got 'x' \(str\)",
    b"[[[[1e300, 2], [3, 4]]]]": r"float32, which ends at 3\.4e38",
    b'{"a": 1}': "expected a nested list of numbers, got {'a': 1}",
    b'[{"a": 1}]': "a list that holds records",
    b"5": "expected a nested list",
    b"null": "expected a nested list",
    b'"text"': "expected a nested list",
}


@pytest.mark.parametrize("body", REFUSED)
def test_what_does_not_fit_is_refused(digits: io.NumpyNdarray, body: bytes) -> None:
    with pytest.raises(SchemaMismatch, match=REFUSED[body]):
        digits.decode(body, JSON)


NO_JSON = {
    b"": "it is empty",
    b"{": "unexpected end of data",
    b"[1, NaN]": "JSON has no NaN: write null",
    b"[-Infinity]": "JSON has no Infinity: write null",
    b"[[1, 2], [3]]": "the rows differ in length",
    b"[[1, 2], 3]": "the rows differ in length",
    b"\xff\xfe": "not JSON",
    b"[" * 5000: "depth limit exceeded",
}


@pytest.mark.parametrize("body", NO_JSON)
def test_what_is_no_json_or_ragged_is_a_bad_request(body: bytes) -> None:
    with pytest.raises(BadRequestBody, match=NO_JSON[body]) as caught:
        io.NumpyNdarray().decode(body, JSON)

    assert caught.value.http_status == 400


def test_each_value_that_does_not_fit_is_told() -> None:
    whole = io.NumpyNdarray(dtype="uint8", enforce_dtype=True)

    with pytest.raises(SchemaMismatch, match="3 problems in 2 of 2 rows") as caught:
        whole.decode(b'[[1, 256, 1.5], [2, 3, "x"]]', JSON)

    assert [problem.row for problem in caught.value.problems] == [0, 0, 1]


@pytest.mark.parametrize("body", [b"[1, 255]", b"[true, 1]"])
def test_small_whole_numbers_fit_into_bytes(body: bytes) -> None:
    assert io.NumpyNdarray(dtype="uint8", enforce_dtype=True).decode(body, JSON).dtype == np.uint8


def test_whole_numbers_of_64_bits_stay_exact() -> None:
    large = io.NumpyNdarray(dtype="uint64", enforce_dtype=True)

    assert large.decode(b"[9223372036854775809, 1]", JSON).tolist() == [2**63 + 1, 1]
    with pytest.raises(SchemaMismatch, match="expected uint64"):
        large.decode(b"[9223372036854775809, -1]", JSON)


def test_what_is_not_enforced_is_handed_on() -> None:
    loose = io.NumpyNdarray(dtype="float32", shape=[-1, 2])

    assert loose.decode(b'["x"]', JSON).tolist() == ["x"]
    assert loose.decode(b"[1, 2, 3, 4]", JSON).shape == (2, 2)
    assert loose.decode(b"[1, 2, 3]", JSON).shape == (3,)


def test_without_a_dtype_texts_numbers_and_both_are_told_apart() -> None:
    free = io.NumpyNdarray()

    assert free.decode(b'["a", "b"]', JSON).dtype.kind == "U"
    assert free.decode(b"[1, null]", JSON).dtype == np.float64
    assert free.decode(b'[1, "b"]', JSON).tolist() == [1, "b"]


def test_an_npy_file_is_compared_strictly(digits: io.NumpyNdarray) -> None:
    np.testing.assert_array_equal(digits.decode(npy(np.ones((3, 1, 2, 2), "float32")), NPY), np.ones((3, 1, 2, 2)))

    with pytest.raises(SchemaMismatch, match="expected float32, got an array of float64"):
        digits.decode(npy(np.ones((3, 1, 2, 2))), NPY)


@pytest.mark.parametrize("order", ["<f4", ">f4"])
@pytest.mark.parametrize("fortran", [False, True])
def test_an_npy_file_is_read_in_any_order_and_may_be_written_to(order: str, fortran: bool) -> None:
    array = np.arange(6, dtype=order).reshape(2, 3)

    read = io.NumpyNdarray().decode(npy(np.asfortranarray(array) if fortran else array), NPY)
    read[0, 0] = 7

    assert read.tolist() == [[7, 1, 2], [3, 4, 5]]
    assert read.dtype == np.float32


BAD_NPY = {
    "objects": npy(np.array([{"a": 1}], dtype=object)),
    "records": npy(np.zeros(2, [("a", "f4")])),
    "cut off": npy(np.ones(9))[:-1],
    "more behind it": npy(np.ones(9)) + b"x",
    "a huge shape": npy(np.ones((9,))).replace(b"(9,)", b"(9" + b"9" * 15 + b",)").replace(b" " * 15, b"", 1),
    "no header": b"\x93NUMPY\x01\x00",
    "no file": b"[[1, 2]]",
    "nothing": b"",
}


@pytest.mark.parametrize("kind", BAD_NPY)
def test_an_npy_file_that_cannot_be_trusted_is_a_bad_request(kind: str) -> None:
    with pytest.raises(BadRequestBody, match=r"not a \.npy file"):
        io.NumpyNdarray().decode(BAD_NPY[kind], NPY)


def test_csv_has_a_row_a_line_and_no_header(digits: io.NumpyNdarray) -> None:
    flat = io.NumpyNdarray(dtype="float32", shape=[-1, 2], enforce_dtype=True, enforce_shape=True)

    assert flat.decode(b"1,2\n3,4.5\n", CSV).tolist() == [[1, 2], [3, 4.5]]
    with pytest.raises(SchemaMismatch, match=r"row 1, 1: expected float32, got 'x' \(str\)"):
        flat.decode(b"1,2\n3,x\n", CSV)
    with pytest.raises(BadRequestBody, match="not a CSV table"):
        flat.decode(b"", CSV)


@pytest.mark.parametrize("sent", ["text/plain", "", "application/octet-stream", "multipart/form-data"])
def test_other_types_are_refused(sent: str) -> None:
    with pytest.raises(UnsupportedContentType, match="Send one of: application/json, application/x-npy, text/csv"):
        io.NumpyNdarray().decode(b"[1]", sent)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"enforce_dtype": True}, "a dtype, because enforce_dtype=True"),
        ({"enforce_shape": True}, "a shape, because enforce_shape=True"),
        ({"dtype": "flat"}, "the name of a NumPy dtype"),
        ({"shape": [1.5]}, "whole numbers"),
        ({"bytesorder": "X"}, "'C', 'F' or 'A'"),
    ],
)
def test_arguments_that_make_no_sense_are_refused(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidArgument, match=message):
        io.NumpyNdarray(**arguments)


def test_a_sample_tells_dtype_shape_and_example() -> None:
    descriptor = io.NumpyNdarray.from_sample(np.ones((2, 3), "float32"))

    assert descriptor.shape == (-1, 3)
    assert descriptor.example() == [[1, 1, 1], [1, 1, 1]]
    assert descriptor.openapi_request()["content"][JSON]["schema"]["items"]["minItems"] == 3
    with pytest.raises(SchemaMismatch, match="expected the shape"):
        descriptor.decode(b"[[1, 2]]", JSON)


@pytest.mark.parametrize(
    ("value", "body"),
    [
        (np.array([1.5, np.nan, np.inf]), [1.5, None, None]),
        (np.array([[1, 2], [3, 4]])[:, ::-1], [[2, 1], [4, 3]]),
        (np.array([1.5], ">f8"), [1.5]),
        (np.array(3), 3),
        (np.float32(0.5), 0.5),
        (np.array([True]), [True]),
        (np.array(["a", "b"]), ["a", "b"]),
        (np.array(["2024-01-01", "NaT"], "M8[ns]"), ["2024-01-01T00:00:00", None]),
        (np.array([1, "a", None], object), [1, "a", None]),
        ([1, 2], [1, 2]),
        (pd.DataFrame({"a": [1, 2]}), [[1], [2]]),
        (pd.Series([1, 2]), [1, 2]),
    ],
)
def test_answers_are_json_without_nan(value: Any, body: Any) -> None:
    assert json.loads(io.NumpyNdarray().encode(value).body) == body


def test_a_torch_tensor_is_an_answer() -> None:
    import torch

    assert io.NumpyNdarray().encode(torch.ones(2, requires_grad=True)).body == b"[1.0,1.0]"


@pytest.mark.parametrize("value", [np.array([1j]), np.array([{"a": object()}], object), object(), [[1], [2, 3]]])
def test_an_answer_without_a_form_is_an_error_of_the_function(value: Any) -> None:
    with pytest.raises(AnswerUnfit, match="The answer does not fit NumpyNdarray") as caught:
        io.NumpyNdarray().encode(value)

    assert caught.value.http_status == 500


def test_answers_are_enforced_too(digits: io.NumpyNdarray) -> None:
    with pytest.raises(AnswerUnfit, match=r"expected the shape \[-1, 1, 2, 2\]"):
        digits.encode(np.ones(3))


def test_objects_are_never_pickled_into_an_answer() -> None:
    with pytest.raises(AnswerUnfit, match=r"has no form in \.npy"):
        io.NumpyNdarray().encode(np.array([{"a": 1}], object), NPY)


def test_a_check_takes_arrays_and_lists_alike(digits: io.NumpyNdarray) -> None:
    assert digits.check(np.ones((1, 1, 2, 2))).dtype == np.float32
    assert digits.check([[[[1, 2], [3, 4]]]]).dtype == np.float32
    with pytest.raises(SchemaMismatch, match="expected the shape"):
        digits.check(np.ones(2))


NUMBERS = st.sampled_from(["float32", "float64", "int8", "int64", "uint64", "bool"])


@settings(deadline=None)
@given(NUMBERS.flatmap(lambda name: hnp.arrays(name, hnp.array_shapes(max_dims=3, max_side=4))))
def test_json_and_npy_give_back_what_was_written(array: Any) -> None:
    descriptor = io.NumpyNdarray(dtype=array.dtype, enforce_dtype=True, shape=array.shape, enforce_shape=True)
    wanted = np.where(np.isinf(array), np.float32("nan"), array) if array.dtype.kind == "f" else array

    np.testing.assert_array_equal(descriptor.decode(descriptor.encode(array, NPY).body, NPY), array)
    np.testing.assert_array_equal(descriptor.decode(descriptor.encode(array).body, JSON), wanted)


@settings(deadline=None)
@given(
    hnp.arrays(
        "float64",
        st.tuples(st.integers(1, 5), st.integers(1, 4)),
        elements=st.floats(allow_nan=False, allow_infinity=False),
    )
)
def test_csv_gives_back_what_was_written(array: Any) -> None:
    descriptor = io.NumpyNdarray(dtype="float64", enforce_dtype=True)

    np.testing.assert_allclose(descriptor.decode(descriptor.encode(array, CSV).body, CSV), array, rtol=1e-14)
