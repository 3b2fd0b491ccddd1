"""``%bento_monitor`` and ``%bento_try`` in a real shell."""

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
RUNNER = """
import bentobook
class Echo(bentobook.Runnable):
    @bentobook.Runnable.method(batchable=True)
    def same(self, rows): return rows
echo = bentobook.Runner(Echo, name="echo")
echo.init_local(quiet=True)
"""


@pytest.fixture(autouse=True)
def nothing_stays_live():
    yield
    for service in list(live.services().values()):
        service.close()


def test_the_monitor_shows_its_text_in_a_terminal(shell, capsys):
    shell(RUNNER)
    shell("echo.same.run([1, 2, 3])")
    shown = shell("monitor = %bento_monitor echo\nmonitor")
    assert shown.running
    assert "echo.same  idle · queue 0" in capsys.readouterr().out
    shown.stop()
    shell("echo.close()")


def test_what_is_no_runner_is_one_line(shell):
    shell(RUNNER)
    error = shell.error("%bento_monitor ecko")
    assert type(error) is UsageError
    with pytest.raises(UsageError, match="there is no service ecko"):
        raise error
    assert "echo" in shell.complete("%bento_monitor e")
    shell("echo.close()")


def test_the_form_shows_the_answer_as_text_in_a_terminal(shell, capsys):
    shell(CELL)
    form = shell("%bento_try sums")
    assert "Form of sums: total" in repr(form)
    assert "Form of sums" in capsys.readouterr().out
