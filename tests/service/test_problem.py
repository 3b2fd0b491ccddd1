from __future__ import annotations

import orjson
import pytest

from bentobook.errors import DeadlineExceeded, InvalidArgument, NotFound, Problem, SchemaMismatch, ServiceBusy
from bentobook.service.problem import problem


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (InvalidArgument("x", 1, "2"), 400),
        (SchemaMismatch("predict", [Problem(loc=("a",), got="1", wanted="text", row=0)]), 422),
        (DeadlineExceeded("predict", 1.0), 504),
        (ServiceBusy("predict", "full"), 503),
    ],
)
def test_what_is_wrong_with_a_request_is_said_as_it_is(error: Exception, status: int) -> None:
    answer = problem(error, "predict", "id-1")

    assert answer.status == status
    assert orjson.loads(answer.body)["error"] == str(error)


def test_every_problem_has_its_place() -> None:
    error = SchemaMismatch("predict", [Problem(loc=("a",), got="1", wanted="text", row=0)])

    (detail,) = orjson.loads(problem(error, "predict", "id-1").body)["detail"]
    assert detail == {"loc": [0, "a"], "msg": "expected text, got 1", "got": "1", "want": "text"}


@pytest.mark.parametrize("error", [KeyError("/home/ada/secret"), NotFound("iris:v1", "/home/ada/bentoml")])
def test_what_happened_inside_is_named_by_its_type(error: Exception) -> None:
    answer = problem(error, "predict", "id-1")

    assert answer.status == 500
    assert b"/home" not in answer.body
    assert type(error).__name__.encode() in answer.body
    assert b"id-1" in answer.body
