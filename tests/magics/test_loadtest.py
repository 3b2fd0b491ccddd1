"""``%bento_loadtest`` in a real shell."""

from __future__ import annotations

import pytest
from IPython.core.error import UsageError

from bentobook.service import live

CELL = """%%bento_service sums
from bentobook.io import JSON

@api(input=JSON(), output=JSON())
def total(rows):
    return sum(rows)
"""


@pytest.fixture(autouse=True)
def nothing_stays_live():
    yield
    for service in list(live.services().values()):
        service.close()


def test_the_options_may_stand_behind_the_data(shell):
    shell(CELL)
    shell("X = [1, 2, 3]")
    result = shell("%bento_loadtest sums X[1:] --rps 40,80 --for 100ms")
    assert [(rate.rps, rate.sent, rate.failed) for rate in result.rates] == [(40, 4, 0), (80, 8, 0)]
    assert (result.service, result.api, result.body_bytes) == ("sums", "total", len("[2,3]"))


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("%bento_loadtest sums [1] --rps 0", "--rps: expected numbers above 0"),
        ("%bento_loadtest sums [1] --rps 5;6", "--rps: expected numbers above 0"),
        ("%bento_loadtest sums [1] --for 5", "--for: expected a time with its unit"),
        ("%bento_loadtest sums.totl [1]", "Did you mean total"),
    ],
)
def test_mistakes_on_the_line_are_one_line(shell, line, problem):
    shell(CELL)
    error = shell.error(line)
    assert type(error) is UsageError
    with pytest.raises(UsageError, match=problem):
        raise error
