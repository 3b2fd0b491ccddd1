"""``%bento_case``, ``%bento_cases``, ``%bento_test`` in a real shell."""

from __future__ import annotations

import pytest
from IPython.core.error import UsageError

from bentobook.bundle import cases_store
from bentobook.errors import NotFound
from bentobook.service import live

SERVICE = """%%bento_service sums
from bentobook.io import JSON

@api(input=JSON(), output=JSON())
def total(rows):
    return sum(rows) * {factor}
"""


@pytest.fixture
def sums(shell):
    """Make a service with one API."""
    shell(SERVICE.format(factor=2))
    yield shell
    for service in list(live.services().values()):
        service.close()


def test_a_case_is_stored_listed_replayed_and_removed(sums):
    listed = sums("%bento_case sums.total small [1, 2]")
    assert [case.name for case in listed] == ["small"]
    assert sums("%bento_test sums").ok
    assert [case.expected.data for case in sums("%bento_cases sums")] == [b"6"]
    sums(SERVICE.format(factor=3))
    report = sums("%bento_test sums")
    assert report.failed[0].said == "answer: expected 6, got 9"
    assert sums("%bento_cases sums --remove small") == []


def test_a_result_becomes_a_case_without_asking_again(sums):
    sums("r = %bento_call sums.total [1, 2]")
    sums("%bento_case sums 'of a result' --from r --rtol 0.1")
    (case,) = cases_store.of_service("sums")
    assert (case.name, case.request.data, case.tolerance.rtol) == ("of a result", b"[1,2]", 0.1)


def test_the_answers_of_an_object_in_memory_are_expected(sums):
    sums.names["rows"] = [1, 2, 3, 4]
    sums.names["double"] = lambda rows: 2 * sum(rows)
    listed = sums("%bento_case --sample 3 --by double sums.total row rows")
    assert [(case.name, case.source) for case in listed] == [
        ("row-1", "double"),
        ("row-2", "double"),
        ("row-3", "double"),
    ]
    assert sums("%bento_test sums").ok


@pytest.mark.parametrize(
    ("line", "kind", "says"),
    [
        ("%bento_case sums.total x", UsageError, "DATA is missing"),
        ("%bento_case sums.total", UsageError, "NAME is missing"),
        ("%bento_case sums.totel x 1", UsageError, "Did you mean total?"),
        ("%bento_case --sample 2 sums.total x [1]", UsageError, "--by OBJ"),
        ("%bento_case sums.total x --from nothing", UsageError, "there is no variable nothing"),
        ("%bento_case sums.total x --from number", UsageError, "holds a int, not the result of %bento_call"),
        ("%bento_case --from number sums.total x [1]", UsageError, "leave DATA"),
        ("%bento_case --rtol little sums.total x [1]", UsageError, "a number that is at least 0"),
        ("%bento_cases sums -r nothing", NotFound, "Case of sums 'nothing' is not found"),
        ("%bento_test nobody", UsageError, "there is no service nobody"),
    ],
)
def test_mistakes(sums, line, kind, says):
    sums.names["number"] = 3
    error = sums.error(line)
    assert isinstance(error, kind)
    assert says in str(error)


def test_tab_proposes_apis_services_and_options(sums):
    assert sums.complete("%bento_case su") == ["sums.total"]
    assert sums.complete("%bento_test su") == ["sums"]
    assert sums.complete("%bento_case --s") == ["--sample"]


def test_parity_is_one_line(sums):
    sums.names["double"] = lambda rows: [2 * row for row in rows]
    sums(
        "%%bento_service twice\nfrom bentobook.io import JSON\n\n@api(input=JSON(), output=JSON())\n"
        "def predict(rows):\n    return [2 * row for row in rows]\n"
    )
    assert sums("%bento_parity twice [1, 2, 3] --against double").ok
    assert sums("%bento_parity --against double --atol 0 twice.predict [1, 2, 3]").rows == 3
    assert "give the object with --against OBJ" in str(sums.error("%bento_parity twice [1]"))
