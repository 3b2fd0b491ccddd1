"""Cases: what a line holds, how a service keeps them, and what they are made of."""

from __future__ import annotations

import threading

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plain_io import doubling

from bentobook.bundle import cases, cases_record, cases_store, replay
from bentobook.bundle.cases import Body, Case
from bentobook.bundle.cases_compare import Tolerance
from bentobook.bundle.cases_list import CaseList
from bentobook.errors import InvalidArgument, NotFound, StoreUnreadable

JSON = "application/json"
BODIES = st.builds(Body, st.just(JSON) | st.just("image/png"), st.binary(max_size=40))
NAMES = st.text(st.characters(categories=("L", "N", "P", "S")), min_size=1, max_size=20)
CASES = st.builds(Case, NAMES, st.just("predict"), st.just("/predict"), BODIES, BODIES, st.sampled_from([200, 422]))


@pytest.fixture
def service():
    svc = doubling()
    yield svc
    svc.close()


def _case(name: str = "one", expected: bytes = b"[2.0]") -> Case:
    return Case(name, "double", "/double", Body(JSON, b"[1.0]"), Body(JSON, expected))


@given(CASES)
@settings(deadline=None)
def test_a_case_is_one_line_and_read_as_it_was_written(case):
    line = case.to_line()
    assert "\n" not in line
    assert Case.from_line(line) == case


def test_a_file_of_cases_is_read_as_it_was_written(tmp_path):
    made = [_case("one"), _case("two")]
    path = tmp_path / "svc.jsonl"
    path.write_bytes(cases.dump(made))
    assert cases.read(path) == tuple(made)


@pytest.mark.parametrize("line", ["{}", "no", "[]", '{"format": 9}', _case().to_line().replace("[1.0]", "")[:-9]])
def test_a_line_that_is_no_case_is_named(tmp_path, line):
    path = tmp_path / "svc.jsonl"
    path.write_text(f"{_case().to_line()}\n{line}\n")
    with pytest.raises(StoreUnreadable, match=r"line 2 is no case .*Remove that line"):
        cases.read(path)


@pytest.mark.parametrize("name", ["", " ", "two\nlines", "x" * 101])
def test_a_name_is_one_line(name):
    with pytest.raises(InvalidArgument, match="one line of at most 100 characters"):
        _case(name)


def test_a_case_that_is_too_large_to_travel_is_refused():
    with pytest.raises(InvalidArgument, match="Take fewer rows"):
        _case(expected=b"0" * (9 << 20))


def test_a_case_of_the_same_name_takes_the_place_of_the_old_one(store_home):
    cases_store.add("svc", [_case("one"), _case("two")])
    found = cases_store.add("svc", [_case("one", b"[3.0]")])
    assert [(case.name, case.expected.data) for case in found] == [("one", b"[3.0]"), ("two", b"[2.0]")]
    assert cases_store.of_service("svc") == found
    assert [path.name for path in (store_home / ".bentobook" / "cases").iterdir()] == ["svc.jsonl"]
    assert not list((store_home / ".bentobook" / "staging").iterdir())


def test_cases_are_removed_by_name():
    cases_store.add("svc", [_case("setosa"), _case("two")])
    assert [case.name for case in cases_store.remove("svc", "two")] == ["setosa"]
    with pytest.raises(NotFound, match=r"Case of svc 'setose' is not found.*Did you mean 'setosa'\?"):
        cases_store.remove("svc", "setose")
    assert cases_store.of_service("other") == ()


def test_two_who_store_at_once_lose_nothing():
    names = [f"case {number}" for number in range(12)]
    threads = [threading.Thread(target=cases_store.add, args=("svc", [_case(name)])) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(case.name for case in cases_store.of_service("svc")) == sorted(names)


def test_a_call_becomes_a_case_that_matches_and_a_changed_service_shows_the_difference(service):
    case, result = cases_record.of_call(service, "double", "one", [1.0, 2.0])
    assert result.value == [2.0, 4.0]
    assert (case.route, case.request.data, case.expected.data) == ("/double", b"[1.0,2.0]", b"[2.0,4.0]")
    changed = cases_record.of_result(service, "one", service.call("double", [1.0, 3.0]))
    mixed = Case("mixed", "double", "/double", changed.request, case.expected)

    report = replay.run("doubling", "here", [case, mixed], replay.in_process(service))

    assert [outcome.ok for outcome in report.outcomes] == [True, False]
    assert report.failed[0].said == "[1]: expected 4.0, got 6.0"
    assert "1 of 2 cases match" in repr(report)
    assert "expected 4.0, got 6.0" in report._repr_html_()


def test_an_api_that_is_gone_and_one_that_fails_do_not_match(service):
    gone = Case("gone", "triple", "/triple", Body(JSON, b"1"), Body(JSON, b"3"))
    fails = Case("fails", "fail", "/fail", Body(JSON, b"1"), Body(JSON, b"3"))
    said = [outcome.said for outcome in replay.run("s", "here", [gone, fails], replay.in_process(service)).outcomes]
    assert "has no API triple" in said[0] or "'triple'" in said[0]
    assert said[1].startswith("status: expected 200, got 500")
    assert "secret" not in said[1]


def test_what_fails_is_no_case_but_a_refusal_is_one(service):
    with pytest.raises(ValueError, match="a secret of"):
        cases_record.of_call(service, "fail", "bad", [1.0])
    from bentobook.service.call import send

    refused = cases_record.of_result(service, "no JSON", send(service, service.find("double"), b"{", JSON))
    assert refused.status == 400
    assert replay.run("s", "here", [refused], replay.in_process(service)).ok


def test_a_result_of_another_service_is_refused(service):
    other = doubling("other")
    with pytest.raises(InvalidArgument, match="a result of other"):
        cases_record.of_result(other, "x", service.call("double", [1.0]))


class _Model:
    def predict(self, rows):
        return [3 * row for row in rows]

    def double(self, rows):
        return [2 * row for row in rows]


@pytest.mark.parametrize(
    ("by", "expected"),
    [(_Model(), b"[2.0]"), (lambda rows: [row + 1 for row in rows], b"[2.0]"), (_Model().predict, b"[3.0]")],
    ids=["the method of the API's name", "a function", "a bound method"],
)
def test_sampled_cases_expect_the_answers_of_an_object_in_memory(service, by, expected):
    made = cases_record.sampled(service, "double", "row", [float(n) for n in range(1, 101)], n=12, by=by, source="by")
    assert [case.name for case in made[:2]] == ["row-01", "row-02"]
    assert (made[0].request.data, made[-1].request.data, made[0].source) == (b"[1.0]", b"[100.0]", "by")
    assert made[0].expected.data == expected
    assert replay.run("s", "here", made, replay.in_process(service)).ok == (by.__class__ is _Model)


@pytest.mark.parametrize("rows", [pd.DataFrame({"a": [1, 2, 3]}), np.eye(3), [1, 2, 3], pd.Series([1, 2, 3])])
def test_rows_stay_what_they_are(rows):
    first, last = cases_record.rows_of(rows, 2)
    assert type(first) is type(rows)
    assert (len(first), len(last)) == (1, 1)
    assert len(list(cases_record.rows_of(rows, 100))) == 3


@pytest.mark.parametrize("rows", [[], "text", {}, 3])
def test_what_has_no_rows_cannot_be_sampled(rows):
    with pytest.raises(InvalidArgument, match="rows: a DataFrame, an array or a list"):
        list(cases_record.rows_of(rows, 2))


def test_binary_answers_are_compared_byte_for_byte():
    case = Case("x", "draw", "/draw", Body(JSON, b"1"), Body("image/png", b"\x89PNG"))
    assert not case.differences(200, Body("image/png", b"\x89PNG"))
    assert "5 other bytes of image/png" in str(case.differences(200, Body("image/png", b"\x89PNG!"))[0])
    assert Case.from_line(case.to_line()) == case


def test_an_answer_that_is_no_json_any_more_is_a_difference():
    assert str(_case().differences(200, Body(JSON, b"<html>"))[0]) == "answer: expected JSON, got '<html>'"


def test_the_list_marks_what_is_new_and_escapes():
    listed = CaseList("svc", [_case("<b>"), _case("two")], ["two"])
    assert "two (new)" in repr(listed)
    assert "&lt;b&gt;" in listed._repr_html_()
    assert "%bento_case svc.API NAME DATA" in repr(CaseList("svc", []))


def test_the_tolerance_of_a_case_counts():
    wide = Case("x", "double", "/double", Body(JSON, b"[1]"), Body(JSON, b"[2.0]"), tolerance=Tolerance(0.1, 0))
    assert not wide.differences(200, Body(JSON, b"[2.1]"))
    assert Case.from_line(wide.to_line()).tolerance == Tolerance(0.1, 0)
