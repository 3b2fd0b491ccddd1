"""Values of every kind for a model that takes columns."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bentobook.errors import SchemaMismatch
from bentobook.schema.check import Checker
from bentobook.schema.spec import ColumnSpec, Schema

IRIS = ("sepal length (cm)", "sepal width (cm)", "petal length (cm)", "petal width (cm)")
ROWS = [[5.1, 3.5, 1.4, 0.2], [6.7, 3.0, 5.2, 2.3]]
FRAME = pd.DataFrame(ROWS, columns=list(IRIS))


def built(checker: Checker, *values: Any) -> Any:
    return checker.build_batch([checker.prepare(value) for value in values])


KINDS: dict[str, Any] = {
    "frame": FRAME,
    "frame in another order": FRAME[list(IRIS[::-1])],
    "frame with more": FRAME.assign(more="x"),
    "array": np.array(ROWS),
    "array of objects": np.array(ROWS, dtype=object),
    "array of float32": np.array(ROWS, dtype="float32"),
    "rows": ROWS,
    "tuples": [tuple(row) for row in ROWS],
    "arrays in a list": [np.array(row) for row in ROWS],
    "records": FRAME.to_dict("records"),
    "records with more": FRAME.assign(more="x").to_dict("records"),
    "columns": FRAME.to_dict("list"),
    "columns of arrays": {name: FRAME[name].to_numpy() for name in IRIS},
    "columns, some of them arrays": {**FRAME.to_dict("list"), IRIS[1]: FRAME[IRIS[1]].to_numpy()},
    "columns of Series": {name: FRAME[name] for name in IRIS},
}
ONE_ROW: dict[str, Any] = {
    "dict": dict(zip(IRIS, ROWS[0], strict=True)),
    "flat list": ROWS[0],
    "flat array": np.array(ROWS[0]),
    "Series": FRAME.iloc[0],
    "frame": FRAME.iloc[:1],
}


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_value_becomes_the_same_frame(iris: Checker, kind: str) -> None:
    wanted = FRAME.astype("float32").astype("float64") if "float32" in kind else FRAME
    pd.testing.assert_frame_equal(built(iris, KINDS[kind]), wanted)


@pytest.mark.parametrize("kind", ONE_ROW)
def test_each_kind_of_one_row_becomes_the_same_frame(iris: Checker, kind: str) -> None:
    prepared = iris.prepare(ONE_ROW[kind])
    assert prepared.n_rows == 1
    pd.testing.assert_frame_equal(iris.build_batch([prepared]), FRAME[:1])


def test_a_torch_tensor_is_taken_as_the_array_that_it_holds(iris: Checker) -> None:
    torch = pytest.importorskip("torch")
    pd.testing.assert_frame_equal(built(iris, torch.tensor(ROWS, dtype=torch.float64)), FRAME)


def test_whole_numbers_are_taken_for_floats_that_are_exact(iris: Checker) -> None:
    wanted = pd.DataFrame([[5.0, 3.0, 1.0, 0.0]], columns=list(IRIS))
    for value in ([[5, 3, 1, 0]], wanted.astype("int64"), np.array([[5, 3, 1, 0]]), [[5, 3.0, True - 0, 0]]):
        pd.testing.assert_frame_equal(built(iris, value), wanted)


def test_nothing_is_nan_in_a_column_of_floats(iris: Checker) -> None:
    assert np.isnan(built(iris, [[5, 3.0, 1, None]]).iloc[0, 3])
    assert np.isnan(built(iris, [dict.fromkeys(IRIS)]).to_numpy()).all()


@pytest.mark.parametrize(
    "value", [[[2**53 + 1, 0.5, 0.5, 0.5]], pd.DataFrame([[2**53 + 1, 1, 1, 1]], columns=list(IRIS))]
)
def test_a_whole_number_that_would_change_is_refused(iris: Checker, value: Any) -> None:
    prepared = iris.prepare(value)
    with pytest.raises(SchemaMismatch, match=r"row 0, 'sepal length \(cm\)': expected double, which holds whole"):
        iris.build_batch([prepared])


def test_a_whole_number_that_is_large_but_exact_is_taken(iris: Checker) -> None:
    assert built(iris, pd.DataFrame([[2**60, 1, 1, 1]], columns=list(IRIS))).iloc[0, 0] == 2.0**60
    assert built(iris, [[2**60, 1e300, 1, 1]]).iloc[0, 0] == 2.0**60


def test_floats_without_a_dtype_are_taken_for_float() -> None:
    checker = Checker(Schema(columns=(ColumnSpec("a", "float"), ColumnSpec("b", "float"))))
    assert built(checker, [[0.1, 1]]).dtypes.tolist() == ["float32", "float32"]
    with pytest.raises(SchemaMismatch, match="'a': expected float, got a column of float64"):
        checker.prepare(pd.DataFrame({"a": [0.1], "b": [0.1]}))
    with pytest.raises(SchemaMismatch, match="'b': expected float, which ends at"):
        built(checker, [[0.1, 1e39]])
    with pytest.raises(SchemaMismatch, match="'b': expected float, which holds whole numbers"):
        built(checker, [[0.1, 2**24 + 1]])


def test_whole_numbers_go_into_integers_that_are_large_enough() -> None:
    checker = Checker(Schema(columns=(ColumnSpec("a", "integer"),)))
    for value in ([[5]], {"a": 5}, pd.DataFrame({"a": [5]}), np.array([5]), 5):
        assert built(checker, value).dtypes.tolist() == ["int32"]
    for value in ([[2**31]], pd.DataFrame({"a": [2**31]})):
        with pytest.raises(SchemaMismatch, match="expected integer, of at most 32 bits, got 2147483648"):
            built(checker, value)


@pytest.mark.parametrize(
    ("type_name", "value", "got"),
    [
        ("double", "1.5", r"'1.5' \(str\)"),
        ("double", True, r"True \(bool\)"),
        ("long", 1.0, r"1.0 \(float\)"),
        ("long", None, "None"),
        ("long", True, r"True \(bool\)"),
        ("string", 5, r"5 \(int\)"),
        ("boolean", 1, r"1 \(int\)"),
        ("datetime", 5, r"5 \(int\)"),
        ("datetime", "soon", r"'soon' \(str\)"),
        ("binary", 5, r"5 \(int\)"),
    ],
)
def test_a_value_of_another_type_is_refused(type_name: str, value: Any, got: str) -> None:
    checker = Checker(Schema(columns=(ColumnSpec("a", type_name), ColumnSpec("b", "any"))))
    for each in (
        [{"a": value, "b": 1}],
        {"a": value, "b": 1},
        [[value, 1]],
        pd.DataFrame({"a": [value], "b": 1}, dtype=object),
    ):
        if isinstance(each, pd.DataFrame) and type_name in {"string", "binary"}:
            continue  # as in MLflow, a column of objects may hold anything
        with pytest.raises(SchemaMismatch, match=f"row 0, 'a': expected {type_name}.*, got {got}"):
            built(checker, each)


def test_a_date_with_a_time_zone_is_refused(people: Checker) -> None:
    with pytest.raises(SchemaMismatch, match="'born': expected datetime without a time zone, got '2020-01-01T00:00Z'"):
        built(people, [{"name": "Ada", "age": 1, "born": "2020-01-01T00:00Z"}])


@pytest.mark.parametrize(
    ("type_name", "column", "remedy"),
    [
        ("long", pd.Series([1.0]), r"float64, cast it with .astype\('int64'\) if that is meant$"),
        ("double", pd.Series([True]), r"bool, cast it with .astype\('float64'\) if that is meant$"),
        (
            "datetime",
            pd.to_datetime(pd.Series(["2020-01-01T00:00Z"])),
            r"UTC\], take the time zone off with",
        ),
        ("double", pd.Series(["wide"]), "a column of (str|object|string)$|'wide'"),
    ],
)
def test_a_column_that_could_be_made_to_fit_is_told_with_how(type_name: str, column: Any, remedy: str) -> None:
    checker = Checker(Schema(columns=(ColumnSpec("a", type_name), ColumnSpec("b", "any"))))
    with pytest.raises(SchemaMismatch, match=f"'a': expected {type_name}.* got .*{remedy}"):
        built(checker, pd.DataFrame({"a": column, "b": 1}))


def test_columns_that_are_not_needed_are_filled_with_nothing(people: Checker) -> None:
    for value in (
        [{"age": 36, "name": "Ada"}],
        pd.DataFrame({"age": [36], "name": ["Ada"]}),
        {"name": "Ada", "age": 36},
    ):
        frame = built(people, value)
        assert frame.columns.tolist() == ["name", "age", "weight", "born"]
        assert frame.dtypes.astype(str).tolist()[1:] == ["int64", "float64", "datetime64[ns]"]
        assert frame[["weight", "born"]].isna().all(axis=None)


def test_integers_that_are_not_needed_are_left_out_for_they_cannot_be_nothing() -> None:
    checker = Checker(Schema(columns=(ColumnSpec("a", "double"), ColumnSpec("n", "long", required=False))))
    assert built(checker, [{"a": 1.0}]).columns.tolist() == ["a"]
    with pytest.raises(SchemaMismatch, match="row 1, 'n': expected long, got None"):
        built(checker, [{"a": 1.0, "n": 1}, {"a": 1.0}])


def test_requests_with_and_without_an_optional_column_share_no_batch(people: Checker) -> None:
    with_weight, without = ({"name": "Ada", "age": 36, "weight": 60.0}, {"name": "Ada", "age": 36})
    assert people.prepare(with_weight).layout != people.prepare(without).layout
    assert people.prepare([with_weight]).layout == people.prepare(with_weight).layout


def test_every_problem_of_every_row_is_told_at_once(iris: Checker) -> None:
    rows = [
        {"sepal lenght (cm)": 5.1, IRIS[1]: 3.5, IRIS[2]: 1.4, IRIS[3]: 0.2},
        {IRIS[0]: 5.1, IRIS[1]: 3.5, IRIS[2]: 1.4, IRIS[3]: 0.2},
        {IRIS[0]: 5.1, IRIS[1]: 3.5, IRIS[3]: 0.2},
    ]
    with pytest.raises(SchemaMismatch) as caught:
        iris.prepare(rows)
    assert str(caught.value) == (
        "predict: 2 problems in 2 of 3 rows: row 0, 'sepal lenght (cm)': unknown column, did you mean "
        "'sepal length (cm)'; row 2, 'petal length (cm)': required but missing"
    )
    assert caught.value.problems[0].near == "sepal length (cm)"


def test_a_name_that_differs_in_its_capitals_is_the_one_that_was_meant(iris: Checker) -> None:
    short = Checker(Schema(columns=(ColumnSpec("pw", "double"), ColumnSpec("sw", "double"))))
    with pytest.raises(SchemaMismatch, match="'pW': unknown column, did you mean 'pw'"):
        short.prepare([{"pW": 1.0, "sw": 1.0}])
    with pytest.raises(SchemaMismatch, match=r"unknown column, did you mean 'petal width \(cm\)'"):
        iris.prepare(FRAME.rename(columns={"petal width (cm)": "Petal_Wdth_(cm)"}))


def test_names_and_values_that_are_wrong_in_one_row_are_told_together(iris: Checker) -> None:
    good = dict(zip(IRIS, ROWS[0], strict=True))
    bad = {"sepal lenght (cm)": 5.1, IRIS[1]: 3.5, IRIS[2]: 1.4, IRIS[3]: "wide"}
    with pytest.raises(SchemaMismatch) as caught:
        iris.prepare([bad, good, good])
    assert str(caught.value) == (
        "predict: 2 problems in 1 of 3 rows: row 0, 'sepal lenght (cm)': unknown column, did you mean "
        "'sepal length (cm)'; row 0, 'petal width (cm)': expected double, got 'wide' (str)"
    )


def test_a_frame_with_a_wrong_name_and_a_wrong_dtype_is_refused_before_its_values_are_seen(iris: Checker) -> None:
    frame = FRAME.rename(columns={IRIS[0]: "sepal lenght (cm)"}).assign(**{IRIS[3]: 1j})
    with pytest.raises(SchemaMismatch) as caught:
        iris.prepare(frame)
    assert [problem.loc for problem in caught.value.problems] == [("sepal lenght (cm)",), ("petal width (cm)",)]
    assert caught.value.problems[1].got == "a column of complex128"


def test_a_column_that_stands_there_twice_is_refused(iris: Checker) -> None:
    frame = pd.concat([FRAME, FRAME[[IRIS[0]]]], axis=1)
    with pytest.raises(SchemaMismatch, match="the column stands there twice"):
        iris.prepare(frame)


@pytest.mark.parametrize(
    ("value", "match"),
    [
        ([[1.0, 2.0]], "row 0: expected 4 values, got 2"),
        ([[1.0] * 4, "a text"], "row 1: expected a list of 4 values, got 'a text'"),
        ([dict.fromkeys(IRIS, 1.0), 5], "row 1: expected a record, got 5"),
        ({**{name: [1.0] for name in IRIS}, IRIS[1]: [1.0, 2.0]}, "'sepal width .*: expected 1 rows, as 'sepal length"),
        ({IRIS[0]: 1.0}, "required but missing"),
        (pd.DataFrame({IRIS[0]: [1.0]}), "required but missing"),
    ],
)
def test_a_value_of_the_wrong_form_is_refused(iris: Checker, value: Any, match: str) -> None:
    with pytest.raises(SchemaMismatch, match=match):
        iris.prepare(value)


@pytest.mark.parametrize(
    "value", [None, {1, 2}, 5.0, "text", np.ones((2, 3)), np.ones((1, 2, 4)), [1.0, 2.0], object()]
)
def test_a_kind_that_is_not_taken_is_answered_with_what_is(iris: Checker, value: Any) -> None:
    with pytest.raises(SchemaMismatch, match=r"expected one of: a DataFrame with the columns 'sepal length \(cm\)'"):
        iris.prepare(value)


def test_the_problems_of_a_batch_are_told_to_their_requests(people: Checker) -> None:
    good, bad = {"name": "Ada", "age": 36, "born": "1815-12-10"}, {"name": "Bob", "age": 36, "born": "yesterday"}
    prepared = [people.prepare([good]), people.prepare([good, bad]), people.prepare([bad, good])]
    with pytest.raises(SchemaMismatch, match="2 problems in 2 of 5 rows: request 1, row 1, 'born'") as caught:
        people.build_batch(prepared)
    assert sorted(caught.value.by_request) == [1, 2]
    assert str(caught.value.by_request[2]).startswith("predict: 1 problem in 1 of 2 rows: row 0, 'born': expected")


def test_the_model_gets_a_frame_of_its_own(iris: Checker) -> None:
    frame = FRAME.copy()
    got = built(iris, frame)
    got["new"] = 1
    got.iloc[0, 0] = -1.0
    pd.testing.assert_frame_equal(frame, FRAME)
    array = np.array(ROWS)
    of_array = built(iris, array)
    of_array.iloc[0, 0] = -1.0
    assert array[0, 0] == ROWS[0][0]


def test_the_index_of_a_frame_stays_and_a_value_without_one_has_numbers(iris: Checker) -> None:
    frame = FRAME.set_axis(["x", "y"])
    prepared = iris.prepare(frame)
    assert prepared.index is frame.index or prepared.index.equals(frame.index)
    assert iris.prepare(ROWS).index.equals(pd.RangeIndex(2))
    for each in (frame, frame[list(IRIS[::-1])], frame.assign(**{IRIS[0]: [5, 6]})):
        assert built(iris, each).index.tolist() == ["x", "y"]


def test_frames_share_a_batch_only_with_equal_columns_dtypes_and_kinds_of_index(iris: Checker) -> None:
    layout = iris.prepare(FRAME).layout
    assert iris.prepare(FRAME[1:].reset_index(drop=True)).layout == layout
    assert iris.prepare(pd.DataFrame(ROWS, columns=list(IRIS))).layout == layout
    for other in (
        FRAME[1:],
        FRAME.set_axis(["x", "y"]),
        FRAME.astype("float32"),
        FRAME[list(IRIS[::-1])],
        FRAME.assign(z=1),
    ):
        assert iris.prepare(other).layout != layout


def test_rows_records_and_dicts_share_a_batch(iris: Checker) -> None:
    values = [ROWS, FRAME.to_dict("records"), FRAME.to_dict("list"), dict(zip(IRIS, ROWS[0], strict=True)), ROWS[0]]
    assert len({iris.prepare(value).layout for value in values}) == 1
    assert len(built(iris, *values)) == 8


def test_a_second_frame_of_the_same_columns_is_only_looked_up(iris: Checker, monkeypatch: pytest.MonkeyPatch) -> None:
    iris.prepare(FRAME[:1])
    frames = iris._reader._target.frames
    monkeypatch.setattr(frames, "_compare", None)
    assert iris.prepare(FRAME[1:]).n_rows == 1


def test_a_frame_is_judged_by_its_columns_where_pandas_hides_its_parts(iris: Checker) -> None:
    frames = iris._reader._target.frames
    plain = SimpleNamespace(columns=FRAME.columns, dtypes=FRAME.dtypes, index=FRAME.index)
    assert frames.prepare(plain).layout is frames.prepare(plain).layout


def test_a_piece_of_a_value_is_a_value(iris: Checker) -> None:
    for value in (FRAME, ROWS, np.array(ROWS), {name: FRAME[name].to_numpy() for name in IRIS}):
        prepared = iris.prepare(value)
        pieces = [prepared.cut(0, 1), prepared.cut(1, 2)]
        assert [piece.n_rows for piece in pieces] == [1, 1]
        pd.testing.assert_frame_equal(iris.build_batch(pieces[:1]), FRAME[:1])


@pytest.mark.parametrize("value", [[], FRAME[:0], np.empty((0, 4)), {name: [] for name in IRIS}])
def test_a_value_without_rows_is_an_empty_frame(iris: Checker, value: Any) -> None:
    prepared = iris.prepare(value)
    assert prepared.n_rows == 0
    pd.testing.assert_frame_equal(iris.build_batch([prepared]), FRAME[:0], check_index_type=False)


def test_a_row_can_be_made_up(iris: Checker, people: Checker) -> None:
    pd.testing.assert_frame_equal(iris.build_batch([iris.one_row(iris.prepare([]))]), FRAME[:1] * 0)
    assert people.build_batch([people.one_row(people.prepare([]))])["name"].tolist() == [""]


def test_a_model_of_one_text_takes_texts() -> None:
    for name in ("text", None):
        checker = Checker(Schema(columns=(ColumnSpec(name, "string"),)))
        for value in ("a", ["a"], [["a"]], np.array(["a"]), pd.Series(["a"])):
            frame = built(checker, value)
            assert frame.iloc[:, 0].tolist() == ["a"]
            assert frame.columns.tolist() == [0 if name is None else name]


def test_columns_of_texts_are_columns_not_one_row(people: Checker) -> None:
    assert built(people, {"name": ["Ada", "Bob"], "age": [36, 37]})["age"].tolist() == [36, 37]
    assert built(people, {"name": np.array(["Ada", "Bob"]), "age": np.array([36, 37])})["name"].tolist() == [
        "Ada",
        "Bob",
    ]
    assert built(people, {"name": ["Ada", "Bob"], "age": 36})["age"].tolist() == [36, 36]


def test_a_model_of_bare_numbers_takes_arrays_and_keeps_its_labels() -> None:
    checker = Checker(Schema(columns=(ColumnSpec("0", "double"), ColumnSpec("1", "double"))))
    for value in (
        np.ones((1, 2)),
        [[1.0, 1.0]],
        pd.DataFrame(np.ones((1, 2))),
        [{"0": 1.0, "1": 1.0}],
        {0: 1.0, 1: 1.0},
    ):
        assert built(checker, value).columns.tolist() == [0, 1]


def test_the_callers_own_nested_values_are_never_changed() -> None:
    spec = ColumnSpec(
        "a",
        "object",
        properties=(ColumnSpec("x", "double"), ColumnSpec("l", "array", items=ColumnSpec(None, "double"))),
    )
    checker = Checker(Schema(columns=(spec,)), "predict")
    value = {"a": {"x": 1, "l": [1, 2]}}
    assert built(checker, [value])["a"].tolist() == [{"x": 1.0, "l": [1.0, 2.0]}]
    assert value == {"a": {"x": 1, "l": [1, 2]}}
    assert type(value["a"]["x"]) is int
    with pytest.raises(SchemaMismatch, match=r"row 0, 'a'\['l'\]\[1\]: expected double, got 'b' \(str\)"):
        built(checker, [{"a": {"x": 1, "l": [1, "b"]}}])
    with pytest.raises(SchemaMismatch, match=r"row 0, 'a'\['y'\]: unknown property"):
        built(checker, [{"a": {"x": 1, "l": [], "y": 1}}])


def test_arrays_in_a_column_are_told_from_a_column_of_numbers() -> None:
    spec = ColumnSpec("v", "array", items=ColumnSpec(None, "double"))
    checker = Checker(Schema(columns=(spec, ColumnSpec("id", "long"))))
    assert len(built(checker, {"v": [1.0, 2.0], "id": 1})) == 1
    assert len(built(checker, {"v": [[1.0, 2.0], [3.0]], "id": [1, 2]})) == 2
    alone = Checker(Schema(columns=(spec,)))
    assert built(alone, [[1.0, 2.0], [3.0]])["v"].tolist() == [[1.0, 2.0], [3.0]]


CELLS = {
    "double": st.one_of(st.floats(allow_nan=False), st.integers(-(2**53), 2**53)),
    "long": st.integers(-(2**63), 2**63 - 1),
    "string": st.text(max_size=4),
    "boolean": st.booleans(),
    "datetime": st.dates(pd.Timestamp(1900, 1, 1).date(), pd.Timestamp(2200, 1, 1).date()).map(str),
}


@st.composite
def split_tables(draw: st.DrawFn) -> tuple[Schema, list[tuple[Any, ...]], list[int]]:
    types = draw(st.lists(st.sampled_from(list(CELLS)), min_size=1, max_size=5))
    rows = draw(st.lists(st.tuples(*[CELLS[each] for each in types]), min_size=1, max_size=12))
    cuts = sorted(draw(st.lists(st.integers(0, len(rows)), max_size=4)))
    return Schema(columns=tuple(ColumnSpec(f"c{n}", each) for n, each in enumerate(types))), rows, cuts


@settings(max_examples=80, deadline=None)
@given(split_tables())
def test_requests_that_share_a_batch_make_the_frame_of_all_their_rows(
    case: tuple[Schema, list[tuple[Any, ...]], list[int]],
) -> None:
    schema, rows, cuts = case
    checker = Checker(schema)
    whole = built(checker, rows)
    pieces = [rows[start:stop] for start, stop in zip([0, *cuts], [*cuts, len(rows)], strict=True)]
    pd.testing.assert_frame_equal(built(checker, *pieces), whole)
    records = [[dict(zip(schema.names, row, strict=True)) for row in piece] for piece in pieces]
    prepared = [checker.prepare(each) for each in records]
    assert len({each.layout for each in prepared}) == 1
    pd.testing.assert_frame_equal(checker.build_batch(prepared), whole)
    frames = [
        whole[start:stop].reset_index(drop=True) for start, stop in zip([0, *cuts], [*cuts, len(rows)], strict=True)
    ]
    if all(len(frame) for frame in frames):
        pd.testing.assert_frame_equal(built(checker, *frames), whole)
